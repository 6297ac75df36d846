"""Members of zip archives, read where they lie; nothing is ever extracted.

What the table of contents says is checked against the file and against itself first: sizes bound
nothing in a zip, names may lead anywhere, and two entries may be the same bytes.

After APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
"""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from specc.weights.files import WeightFile
from specc.weights.limits import MAX_HEADER_BYTES, MAX_ZIP_MEMBERS, inflated_bytes
from specc.weights.problems import refused, shown

STORED, DEFLATED = 0, 8

_END: Final = struct.Struct("<4s4H2IH")
_END64_LOCATOR: Final = struct.Struct("<4sIQI")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_ENTRY: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_STEP: Final = 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of an archive.

    Attributes:
        name: Exactly as it stands there.
        method: `STORED` or `DEFLATED`.
        crc: The checksum of its content.
        stored: Bytes in the archive.
        size: Bytes of its content, as it says.
        offset: Of its local header.
    """

    name: str
    method: int
    crc: int
    stored: int
    size: int
    offset: int


class ZipArchive:
    """The members of an open archive, by name."""

    def __init__(self, file: WeightFile) -> None:
        """Reads and checks the table of contents.

        Raises:
            SpeccError: S902 or S903 if it is damaged, S904 if a member would lead elsewhere or is
                encrypted, S906 if there is too much.
        """
        self._file = file
        self.members: dict[str, Member] = {}
        for member in self._entries(*self._table()):
            if member.name in self.members:
                raise self._damaged(f"`{shown(member.name)}` stands there twice")
            self.members[member.name] = member
        end = 0
        for member in sorted(self.members.values(), key=lambda member: member.offset):
            if member.offset < end:
                raise self._damaged(f"`{shown(member.name)}` overlaps another member")
            end = member.offset + _LOCAL.size + member.stored

    def window(self, name: str) -> WeightFile:
        """A stored member where it lies in the archive.

        Raises:
            SpeccError: S903 if its own header is another than the table of contents says.
        """
        member = self.members[name]
        start = self._content(member)
        if member.method != STORED or member.stored != member.size:
            raise self._damaged(f"`{shown(name)}` is not stored as it is")
        return self._file.window(start, member.size)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content piece by piece, its size and checksum compared with what was said.

        Raises:
            SpeccError: S903 if they differ, S906 if too much comes out.
        """
        member = self.members[name]
        if member.size > inflated_bytes(member.stored):
            what = f"`{shown(name)}` would take {member.size:,} bytes, of {member.stored:,}"
            raise refused("S906", self._file.path, what)
        length = crc = 0
        for part in self._inflated(member):
            length += len(part)
            if length > member.size:
                raise self._damaged(f"`{shown(name)}` has more bytes than it says")
            crc = zlib.crc32(part, crc)
            yield part
        if length != member.size or crc != member.crc:
            raise self._damaged(f"`{shown(name)}` has another checksum than it should")

    def read(self, name: str, limit: int) -> bytes:
        """The whole content of a small member.

        Raises:
            SpeccError: S906 if it is larger than `limit`, S903 if it is damaged.
        """
        size = self.members[name].size
        if size > limit:
            what = f"`{shown(name)}` has {size:,} bytes, more than are read"
            raise refused("S906", self._file.path, what)
        return b"".join(self.chunks(name))

    def open(self, name: str) -> WeightFile:
        """A member to read at any place: in the archive, or inflated to a nameless file."""
        if self.members[name].method == STORED:
            return self.window(name)
        with tempfile.TemporaryFile() as copy:
            for part in self.chunks(name):
                copy.write(part)
            copy.flush()
            descriptor = os.dup(copy.fileno())
        return WeightFile(self._file.path, descriptor, 0, self.members[name].size)

    def _table(self) -> tuple[bytes, int]:
        """The table of contents and how many entries it has."""
        size = min(self._file.size, 65_557)
        tail = self._file.read(self._file.size - size, size)
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < _END.size:
            raise refused("S902", self._file.path, "the archive has no table of contents")
        _, disk, first, here, count, length, start, _ = _END.unpack_from(tail, at)
        end = self._file.size - size + at
        if 0xFFFF in (here, count) or 0xFFFFFFFF in (length, start):
            here, count, length, start = self._large(end)
            disk = first = 0
        if disk or first or here != count:
            raise self._damaged("the archive has other parts")
        if count > MAX_ZIP_MEMBERS or length > MAX_HEADER_BYTES:
            raise refused("S906", self._file.path, f"the archive has {count:,} members")
        if start + length > end:
            raise self._damaged("the archive's table of contents lies past its end")
        return self._file.read(start, length), count

    def _large(self, end: int) -> tuple[int, int, int, int]:
        """Of the records that have 64 bits: entries here, entries, length and start."""
        if end < _END64_LOCATOR.size:
            raise self._damaged("the archive's end is missing")
        sign, _, at, _ = _END64_LOCATOR.unpack(
            self._file.read(end - _END64_LOCATOR.size, _END64_LOCATOR.size)
        )
        if sign != b"PK\6\7":
            raise self._damaged("the archive's end is missing")
        record = _END64.unpack(self._file.read(at, _END64.size))
        if record[0] != b"PK\6\6":
            raise self._damaged("the archive's end is missing")
        return record[6], record[7], record[8], record[9]

    def _entries(self, table: bytes, count: int) -> Iterator[Member]:
        at = 0
        for _ in range(count):
            if len(table) - at < _ENTRY.size:
                raise self._damaged("the archive's table of contents is too short")
            entry = _ENTRY.unpack_from(table, at)
            lengths = entry[10:13]
            end = at + _ENTRY.size + sum(lengths)
            if entry[0] != b"PK\1\2" or end > len(table):
                raise self._damaged("the archive's table of contents is damaged")
            name_at = at + _ENTRY.size
            extra_at = name_at + lengths[0]
            extra = table[extra_at : extra_at + lengths[1]]
            yield self._member(entry, table[name_at:extra_at], extra)
            at = end

    def _member(self, entry: tuple[int, ...], raw: bytes, extra: bytes) -> Member:
        flags, method, crc, stored, size, offset = (entry[i] for i in (3, 4, 7, 8, 9, 16))
        try:
            name = raw.decode("utf-8" if flags & 0x800 else "cp437")
        except UnicodeDecodeError:
            raise self._damaged(f"the name {raw[:100]!r} is no UTF-8") from None
        wide = iter(_wide_values(extra))
        try:
            size, stored, offset = (
                next(wide) if value == 0xFFFFFFFF else value for value in (size, stored, offset)
            )
        except RuntimeError:  # what a generator makes of StopIteration
            raise self._damaged(f"`{shown(name)}` lacks its sizes") from None
        self._check(name, flags, method, entry[15])
        if offset + _LOCAL.size + stored > self._file.size:
            raise refused("S902", self._file.path, f"`{shown(name)}` lies past the archive's end")
        return Member(name, method, crc, stored, size, offset)

    def _check(self, name: str, flags: int, method: int, attributes: int) -> None:
        steps = name.replace("\\", "/").split("/")
        outside = name.startswith("/") or ".." in steps or "\0" in name or ":" in steps[0]
        what = ""
        if outside:
            what = "leads out of the archive"
        elif stat.S_ISLNK(attributes >> 16):
            what = "is a symbolic link"
        elif flags & 1:
            what = "is encrypted"
        if what:
            raise refused("S904", self._file.path, f"the member `{shown(name)}` {what}")
        if method not in (STORED, DEFLATED):
            what = f"`{shown(name)}` is compressed by method {method}, which specc does not read"
            raise refused("S910", self._file.path, what)

    def _content(self, member: Member) -> int:
        """Where the member's bytes begin: its own header says how long that is."""
        local: tuple[Any, ...] = _LOCAL.unpack(self._file.read(member.offset, _LOCAL.size))
        name_length, extra_length = int(local[9]), int(local[10])
        name = self._file.read(member.offset + _LOCAL.size, name_length)
        known = name.decode("utf-8" if local[2] & 0x800 else "cp437", "replace")
        if local[0] != b"PK\3\4" or known != member.name or local[3] != member.method:
            what = f"`{shown(member.name)}` is called otherwise where it stands"
            raise self._damaged(what)
        start = member.offset + _LOCAL.size + name_length + extra_length
        if start + member.stored > self._file.size:
            raise refused(
                "S902", self._file.path, f"`{shown(member.name)}` lies past the archive's end"
            )
        return start

    def _inflated(self, member: Member) -> Iterator[bytes]:
        start = self._content(member)
        stream = zlib.decompressobj(-15)
        for at in range(0, member.stored, _STEP):
            part = self._file.read(start + at, min(_STEP, member.stored - at))
            if member.method == STORED:
                yield part
                continue
            try:
                while part:
                    yield stream.decompress(part, _STEP)
                    part = stream.unconsumed_tail
            except zlib.error as error:
                what = f"`{shown(member.name)}` does not decompress: {error}"
                raise self._damaged(what) from None

    def _damaged(self, what: str) -> Exception:
        return refused("S903", self._file.path, what)


def _wide_values(extra: bytes) -> Iterator[int]:
    """The 64-bit numbers of an entry, in the order of the fields that were too narrow."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            data = extra[at + 4 :][:length]
            yield from struct.unpack(f"<{len(data) // 8}Q", data[: len(data) // 8 * 8])
        at += 4 + length

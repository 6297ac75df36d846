"""Sorted tables of keys and values: LevelDB's file format, as TensorFlow has it.

A footer leads to an index block, whose values lead to data blocks; in a block each key says how
much of the one before it it shares. A block is followed by its compression and its checksum.
https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from specc.weights.checksums import extended, masked
from specc.weights.files import WeightFile
from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import varint
from specc.weights.tensorflow.snappy import decompress

MAGIC: Final = 0xDB4775248B80FB57.to_bytes(8, "little")
FOOTER_BYTES: Final = 48

MAX_KEY_BYTES: Final = 16 * 2**10
"""Length of a key. A slot's holds two object paths; those of deep models have some hundred."""

MAX_TABLE_BYTES: Final = 32 * 2**20
"""Bytes of keys and values that are listed; shared parts of keys count each time. A tensor takes
about 100."""

MAX_BLOCKS: Final = 100_000
"""Data blocks of a table: TensorFlow makes one of about 256 KB."""

_TRAILER_BYTES: Final = 5
_UNCOMPRESSED, _SNAPPY = 0, 1


class Place(NamedTuple):
    """Where a block lies, without its trailer."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """Where its trailer ends."""
        return self.offset + self.size + _TRAILER_BYTES


class Table:
    """An open table: the index is read, blocks are when they are needed.

    Raises:
        Malformed: if the file is no table, or its index contradicts itself.
    """

    def __init__(self, file: WeightFile) -> None:
        self._file = file
        self._last_keys: list[bytes] = []
        self._places: list[Place] = []
        self._kept: tuple[Place | None, memoryview] = (None, memoryview(b""))
        for key, value in entries(self._block(_index_place(file), MAX_TABLE_BYTES)):
            place, _ = _place(value, 0)
            if self._places and place.offset < self._places[-1].end:
                raise Malformed("blocks of the table overlap")
            if len(self._places) >= MAX_BLOCKS:
                raise TooLarge(f"its table has more than {MAX_BLOCKS:,} blocks")
            self._last_keys.append(key)
            self._places.append(place)

    def items(self) -> Iterator[tuple[bytes, memoryview]]:
        """Every key with its value, in order.

        Raises:
            Malformed: if keys are not in order, or a block is damaged.
            TooLarge: beyond `MAX_TABLE_BYTES`.
        """
        left = MAX_TABLE_BYTES
        before: bytes | None = None
        for place in self._places:
            for key, value in entries(self._block(place, left)):
                if before is not None and key <= before:
                    raise Malformed("the keys of the table are not in order")
                before = key
                left -= len(key) + len(value)
                if left < 0:
                    raise TooLarge(f"its table holds more than {MAX_TABLE_BYTES:,} bytes")
                yield key, value

    def get(self, key: bytes, limit: int = MAX_TABLE_BYTES) -> memoryview | None:
        """The value of a key, None if there is none.

        Args:
            key: The key.
            limit: The most bytes that its block may have when it is decompressed.
        """
        number = bisect_left(self._last_keys, key)
        if number == len(self._places):
            return None
        block = self._block(self._places[number], limit)
        return next((value for name, value in entries(block) if name == key), None)

    def _block(self, place: Place, limit: int) -> memoryview:
        if self._kept[0] != place:
            self._kept = place, _read_block(self._file, place, limit)
        return self._kept[1]


def is_table(file: WeightFile) -> bool:
    """Whether the file ends as tables do."""
    if file.size < FOOTER_BYTES:
        return False
    return file.read(file.size - len(MAGIC), len(MAGIC)) == MAGIC


def entries(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The keys and values of a block.

    Raises:
        Malformed: if an entry or the list of restarts goes past the block's end.
        TooLarge: if its keys, written out, have more than `MAX_TABLE_BYTES`.
    """
    position, end = 0, _entries_end(block)
    key = b""
    left = MAX_TABLE_BYTES
    while position < end:
        # Four bytes of the restarts stand behind the entries, so these three are there.
        shared, own, size = block[position : position + 3]
        if shared | own | size < 0x80:
            position += 3
        else:
            shared, position = varint(block, position)
            own, position = varint(block, position)
            size, position = varint(block, position)
        after = position + own + size
        if shared > len(key) or after > end:
            raise Malformed("an entry of the table goes past its block")
        left -= shared + own
        if shared + own > MAX_KEY_BYTES or left < 0:
            raise TooLarge("the keys of the table are too long")
        key = key[:shared] + bytes(block[position : position + own])
        yield key, block[position + own : after]
        position = after


def _entries_end(block: memoryview) -> int:
    """Where the restarts begin: offsets of 4 bytes each, then their number."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    if len(block) < 4 or end < 0:
        raise Malformed("a block of the table is too short")
    return end


def _index_place(file: WeightFile) -> Place:
    if not is_table(file):
        raise Malformed("it does not end as table files do: it is another format, or cut off")
    footer = file.read(file.size - FOOTER_BYTES, FOOTER_BYTES)
    _, position = _place(footer, 0)  # of the metaindex block, which TensorFlow leaves empty
    place, _ = _place(footer, position)
    return place


def _place(data: bytes | memoryview, position: int) -> tuple[Place, int]:
    offset, position = varint(data, position)
    size, position = varint(data, position)
    return Place(offset, size), position


def _read_block(file: WeightFile, place: Place, limit: int) -> memoryview:
    if place.end > file.size - FOOTER_BYTES:
        raise Malformed("a block of the table lies past the file's end")
    if place.size > limit:
        raise TooLarge(f"a block of the table has {place.size:,} bytes")
    data = memoryview(file.read(place.offset, place.size + _TRAILER_BYTES))
    stored = int.from_bytes(data[-4:], "little")
    if masked(extended(data[:-4])) != stored:
        raise Malformed("a block of the table does not match its checksum")
    kind = data[-_TRAILER_BYTES]
    content = data[:-_TRAILER_BYTES]
    if kind == _SNAPPY:
        return memoryview(decompress(bytes(content), limit))
    if kind != _UNCOMPRESSED:
        raise Malformed(f"a block of the table has the compression {kind}, which is none")
    return content

"""numpy's npz: a zip of arrays, each with its own small header. Objects are never unpickled.

The arrays' format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.weights.arrays import aligned_empty, bytes_of
from specc.weights.dtypes import STRING, dtype_name, numpy_dtype
from specc.weights.extents import BaseSource, Extent, native, read_extent
from specc.weights.headers import is_size
from specc.weights.limits import MAX_HEADER_BYTES, MAX_RANK, MAX_TENSORS
from specc.weights.metadata import NAME, Described, parse_document
from specc.weights.problems import refused, shown
from specc.weights.source import TensorInfo
from specc.weights.strings import decode_strings
from specc.weights.zip_archive import STORED, ZipArchive

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from specc.weights.files import WeightFile

OWN: Final = "__specc__"
"""The array of bytes that is specc's metadata."""

_SUFFIX: Final = ".npy"
_MAGIC: Final = b"\x93NUMPY"
_MAX_ARRAY_HEADER: Final = 10_000  # as numpy itself
_HEADER: Final = re.compile(
    rb"""\{'descr':\ '([!-&(-~]{1,40})',\ 'fortran_order':\ (True|False),
    \ 'shape':\ \(((?:\d{1,20},\ ?)*(?:\d{1,20})?)\),?\ ?\}\ *\n?""",
    re.VERBOSE,
)
"""The text that numpy writes, always in this order."""
_DESCR: Final = re.compile(r"[<>|=]?([a-zA-Z])(\d{0,9})")


class NpzSource(BaseSource):
    """An open npz."""

    format = "npz"

    def __init__(self, path: Path, file: WeightFile, archive: ZipArchive) -> None:
        """Takes over an open archive; reads the headers of its arrays.

        Raises:
            SpeccError: S902 to S906 if something in it cannot be read.
        """
        super().__init__(path)
        self._file = file
        self._archive = archive
        self._extents: dict[str, Extent] = {}
        names = [name for name in archive.members if name.endswith(_SUFFIX)]
        if len(names) > MAX_TENSORS:
            raise refused("S906", path, f"it has {len(names):,} tensors, more than are read")
        described = self._own()
        for name in names:
            key = name.removesuffix(_SUFFIX)
            if key != OWN:
                self._add(key, self._header(name), described.get(key, Described()))
        others = [name for name in archive.members if not name.endswith(_SUFFIX)]
        if others:
            self._metadata["other_members"] = others

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says; its checksum is compared, unless it is mapped."""
        info, extent = self._tensors[key], self._extents[key]
        if info.dtype.startswith("void") or info.dtype == "unknown":
            what = "nothing says what its bytes are"
            raise refused("S905", self.path, what, key=key)
        member = self._archive.members[key + _SUFFIX]
        if mmap and member.method == STORED and info.dtype != STRING:
            window = self._archive.window(member.name)
            array = read_extent(window, extent, mmap=True)
        else:
            array = native(self._copied(key, extent), extent, self._file)
        if info.dtype != STRING:
            return array
        if array.dtype.kind in "SU":
            return _as_bytes(array)
        try:
            return decode_strings(array.tobytes(), info.shape)
        except ValueError as error:
            raise refused("S903", self.path, str(error), key=key) from None

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _copied(self, key: str, extent: Extent) -> np.ndarray:
        array = aligned_empty(extent.shape[::-1] if extent.fortran else extent.shape, extent.dtype)
        target, at = bytes_of(array), -extent.offset
        for part in self._archive.chunks(key + _SUFFIX):
            begin = max(0, -at)
            if begin < len(part):
                target[at + begin : at + len(part)] = part[begin:]
            at += len(part)
        return array

    def _own(self) -> dict[str, Described]:
        """What specc wrote about the file, if it did."""
        name = OWN + _SUFFIX
        if name not in self._archive.members:
            return {}
        extent = self._header(name)
        data = self._archive.read(name, MAX_HEADER_BYTES)[extent.offset :]
        content, described = parse_document(data, self.path)
        digests = {key: entry.digest for key, entry in described.items() if entry.digest}
        self._metadata |= {NAME: content, "digests": digests}
        return described

    def _header(self, name: str) -> Extent:
        """Where in its member an array's values begin, and their form."""
        key = name.removesuffix(_SUFFIX)
        head = self._head(name)
        if not head.startswith(_MAGIC) or len(head) < 12:
            raise refused("S903", self.path, "no numpy array begins there", key=key)
        width = {1: 2, 2: 4, 3: 4}.get(head[6])
        if width is None:
            raise refused("S910", self.path, f"a numpy array of version {head[6]}", key=key)
        length = int.from_bytes(head[8 : 8 + width], "little")
        begin = 8 + width + length
        if length > _MAX_ARRAY_HEADER:
            raise refused("S906", self.path, f"its header has {length:,} bytes", key=key)
        if begin > len(head):
            raise refused("S902", self.path, "its header ends early", key=key)
        extent = self._form(key, head[8 + width : begin], begin)
        size = self._archive.members[name].size - begin
        if extent.nbytes != size:
            what = f"its shape takes {extent.nbytes:,} bytes, and {size:,} are there"
            raise refused("S903", self.path, what, key=key)
        return extent

    def _head(self, name: str) -> bytes:
        """The first bytes of a member, without the rest."""
        size = min(self._archive.members[name].size, _MAX_ARRAY_HEADER + 12)
        if self._archive.members[name].method == STORED:
            return self._archive.window(name).read(0, size)
        return next(iter(self._archive.chunks(name)), b"")[:size]

    def _form(self, key: str, text: bytes, begin: int) -> Extent:
        form = _HEADER.fullmatch(text)
        if form is None:
            if b"'descr': [" in text:
                raise refused("S905", self.path, "it is a table of columns", key=key)
            raise refused("S903", self.path, "its header is none of numpy's", key=key)
        sizes = [int(size) for size in form[3].split(b",") if size.strip()]
        if len(sizes) > MAX_RANK or not all(map(is_size, sizes)):
            raise refused("S903", self.path, "its shape is none", key=key)
        dtype = self._dtype(key, form[1].decode("ascii"))
        return Extent(begin, tuple(sizes), dtype, form[2] == b"True")

    def _dtype(self, key: str, descr: str) -> np.dtype[Any]:
        import numpy as np

        form = _DESCR.fullmatch(descr)
        if form and form[1] == "O":
            what = "it holds Python objects, which are code"
            help_ = "save it again as numbers, with `allow_pickle=False`"
            raise refused("S904", self.path, what, key=key, help=help_)
        if form and form[1] in "bBhHiIlLqQefdFDcuSUV?":
            try:
                return np.dtype(form[0])
            except (TypeError, ValueError):
                pass
        raise refused("S905", self.path, f"its dtype is `{shown(str(descr))}`", key=key)

    def _add(self, key: str, extent: Extent, described: Described) -> None:
        """A tensor as the file's metadata or else numpy says it is."""
        shape = extent.shape
        try:
            dtype = dtype_name(extent.dtype)
        except KeyError:
            kind, size = extent.dtype.kind, extent.dtype.itemsize
            dtype = f"void{8 * size}" if kind == "V" else "unknown"
        if described.dtype == STRING and dtype == "uint8":
            dtype, shape = STRING, described.shape
        elif described.dtype not in ("", dtype):
            stored = numpy_dtype(described.dtype)
            if extent.dtype.kind != "V" or stored.itemsize != extent.dtype.itemsize:
                what = f"it can't hold `{described.dtype}`, as specc's metadata says"
                raise refused("S903", self.path, what, key=key)
            extent = Extent(extent.offset, extent.shape, stored, extent.fortran)
            dtype = described.dtype
        self._extents[key] = extent
        self._tensors[key] = TensorInfo(key, shape, dtype, described.names, described.role)


def _as_bytes(array: np.ndarray) -> np.ndarray:
    """Strings of fixed length as `bytes`, those of Unicode as UTF-8."""
    import numpy as np

    table = np.empty(array.shape, object)
    table.reshape(-1)[:] = list(_each(array))
    return table


def _each(array: np.ndarray) -> Iterator[bytes]:
    for item in array.ravel().tolist():
        yield item if isinstance(item, bytes) else item.encode("utf-8", "surrogatepass")

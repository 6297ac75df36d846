"""TensorFlow's bundles (`name.index`, `name.data-00000-of-00001`), read without TensorFlow.

TensorFlow's own reader ends the process on a crafted index. The index is a table of small messages,
the data files are tensors' bytes one after the other:
tensorflow/core/util/tensor_bundle/tensor_bundle.h.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from specc.weights.arrays import aligned_empty, bytes_of
from specc.weights.checksums import extended, masked
from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.extents import Extent, read_extent
from specc.weights.files import WeightFile, open_file
from specc.weights.limits import MAX_TENSORS
from specc.weights.malformed import Decoding, Malformed, TooLarge
from specc.weights.problems import refused
from specc.weights.shards import open_beside
from specc.weights.tensorflow.bundle_entry import HEADER_KEY, BundleEntry, BundleHeader
from specc.weights.tensorflow.bundle_strings import decode_strings, strings_checksum
from specc.weights.tensorflow.protobuf import Budget, to_text
from specc.weights.tensorflow.tables import Table
from specc.weights.tensorflow.tensor_slices import check_cover, shape_of_slice
from specc.weights.tensorflow.tf_dtypes import UNREADABLE

if TYPE_CHECKING:
    import numpy as np

_SLICE_MARK: Final = b"\x00"  # the first byte of slices' keys; no name begins so


class Bundle:
    """An open bundle: all that its index says was checked, and no tensor was read.

    Attributes:
        index: The path of the index.
        header: What holds for all data files.
        entries: Each tensor's place by its key; slices are in the tensors that they make up.
    """

    def __init__(self, prefix: Path, *, verify: bool = False) -> None:
        """Opens a bundle.

        Args:
            prefix: The path without `.index`.
            verify: Compare each tensor that is read with its checksum.

        Raises:
            SpeccError: S001 to S003, S904, S951 if a file is missing or may not be read, S903 if
                the index contradicts itself or the data files, S906 beyond a limit.
        """
        self.index = prefix.with_name(f"{prefix.name}.index")
        self._verify = verify
        self._slices: dict[bytes, BundleEntry] = {}
        self._files: dict[int, WeightFile] = {}
        self.entries: dict[str, BundleEntry] = {}
        try:
            with closing(open_file(self.index)) as file, Decoding(self.index) as place:
                self._list(Table(file), place)
            self._open_data(prefix)
            self._check()
        except BaseException:
            self.close()
            raise

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor.

        Raises:
            KeyError: if there is none of that key.
            SpeccError: S903 if its strings contradict themselves, S952 if it doesn't match its
                checksum (when asked to look), S905 if it is no array.
        """
        entry = self.entries[key]
        if entry.dtype in UNREADABLE:
            what = f"it is of the type {entry.dtype}, which is no array"
            raise refused("S905", self.index, what, key=key)
        if entry.slices:
            return self._assembled(key, entry)
        return self._stored(key, entry, mmap)

    def close(self) -> None:
        """Closes the data files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close()

    def _list(self, table: Table, place: Decoding) -> None:
        items = table.items()
        key, value = next(items, (b"", b""))
        if key != HEADER_KEY:
            raise Malformed("it has no header")
        self.header = BundleHeader.of(value)
        budget = Budget()
        for key, value in items:
            if len(self.entries) + len(self._slices) >= MAX_TENSORS:
                raise TooLarge(f"it lists more than {MAX_TENSORS:,} tensors")
            if key.startswith(_SLICE_MARK):
                self._slices[key] = BundleEntry.of(budget.message(bytes(value)))
            else:
                place.key = to_text(key)
                self.entries[place.key] = BundleEntry.of(budget.message(bytes(value)))

    def _open_data(self, prefix: Path) -> None:
        """Opens the data files that have tensors; the others need not be there."""
        count = self.header.shards
        for shard in sorted({entry.shard for _, entry in self._all() if not entry.slices}):
            if 0 <= shard < count:
                name = f"{prefix.name}.data-{shard:05d}-of-{count:05d}"
                self._files[shard] = open_beside(prefix.with_name(name), self.index)

    def _check(self) -> None:
        sizes = {shard: file.size for shard, file in self._files.items()}
        with Decoding(self.index) as place:
            for place.key, entry in self._all():
                entry.check_place(sizes)
            for place.key, entry in self.entries.items():
                if entry.slices:
                    self._check_slices(place.key, entry)

    def _check_slices(self, key: str, entry: BundleEntry) -> None:
        places = [part.within(entry.shape) for part in entry.slices]
        for part, place in zip(entry.slices, places, strict=True):
            stored = self._slices.get(part.key(key))
            if stored is None:
                raise Malformed("a slice of it is missing")
            if (stored.dtype, stored.shape) != (entry.dtype, shape_of_slice(place)):
                raise Malformed("a slice of it has another shape or dtype than it says")
            if stored.slices or stored.dtype in UNREADABLE:
                raise Malformed("a slice of it has no bytes of its own")
        check_cover(places, entry.shape)

    def _all(self) -> Iterator[tuple[str, BundleEntry]]:
        yield from self.entries.items()
        yield from (("", entry) for entry in self._slices.values())

    def _stored(self, key: str, entry: BundleEntry, mmap: bool = False) -> np.ndarray:
        file = self._files[entry.shard]
        if entry.dtype == STRING:
            return self._strings(key, entry, file)
        raw = read_extent(file, Extent(entry.offset, (entry.size,), _byte()), mmap=mmap)
        if self._verify:
            self._compare(key, entry, file, extended(bytes_of(raw)))
        with Decoding(file.path, key):
            return _numbers(raw, entry, self.header.big_endian)

    def _strings(self, key: str, entry: BundleEntry, file: WeightFile) -> np.ndarray:
        data = file.read(entry.offset, entry.size)
        big_endian = self.header.big_endian
        with Decoding(file.path, key):
            strings = decode_strings(data, entry.shape, big_endian)
        if self._verify:
            count = math.prod(entry.shape)
            self._compare(key, entry, file, strings_checksum(data, count, big_endian))
        return strings

    def _assembled(self, key: str, entry: BundleEntry) -> np.ndarray:
        whole = aligned_empty(entry.shape, numpy_dtype(entry.dtype))
        for part in entry.slices:
            stored = self._slices[part.key(key)]
            whole[part.within(entry.shape)] = self._stored(key, stored)
        return whole

    def _compare(self, key: str, entry: BundleEntry, file: WeightFile, crc: int) -> None:
        if masked(crc) != entry.checksum:
            raise refused("S952", file.path, "it does not match its checksum", key=key)


def _numbers(raw: np.ndarray, entry: BundleEntry, big_endian: bool) -> np.ndarray:
    dtype = numpy_dtype(entry.dtype)
    if big_endian:
        unit = dtype.itemsize // 2 if dtype.kind == "c" else dtype.itemsize
        raw.view(f"u{unit}").byteswap(inplace=True)
    if dtype.kind == "b" and raw.size and raw.max() > 1:
        raise Malformed("it holds bools that are neither 0 nor 1")
    return raw.view(dtype).reshape(entry.shape)


def _byte() -> np.dtype[Any]:
    return numpy_dtype("uint8")

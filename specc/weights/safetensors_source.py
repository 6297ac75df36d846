"""A safetensors file, specc's own format and others'."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.extents import BaseSource, Extent, read_extent
from specc.weights.files import open_file
from specc.weights.metadata import NAME, Described, parse_document
from specc.weights.problems import refused
from specc.weights.safetensors_header import BITS, read_header
from specc.weights.source import TensorInfo
from specc.weights.strings import decode_strings

if TYPE_CHECKING:
    import numpy as np

    from specc.source.reader import AnyPath


class SafetensorsSource(BaseSource):
    """An open safetensors file."""

    format = "safetensors"

    def __init__(self, path: AnyPath) -> None:
        """Opens the file and checks its header.

        Raises:
            SpeccError: S001 to S003 if it cannot be opened, S902, S903, S905, S906 or S910 if it is
                no file that can be read.
        """
        super().__init__(Path(path))
        self._file = open_file(path)
        try:
            header = read_header(self._file)
            described = self._own(header.metadata)
            self._extents = header.extents
            for key, extent in header.extents.items():
                self._tensors[key] = self._info(
                    key, extent, header.dtypes[key], described.get(key, Described())
                )
        except BaseException:
            self._file.close()
            raise

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        info = self._tensors[key]
        if info.dtype in BITS:
            what = f"numpy has no dtype for `{info.dtype}`, which takes parts of bytes"
            raise refused("S905", self.path, what, key=key)
        array = read_extent(self._file, self._extents[key], mmap=mmap)
        if info.dtype != STRING:
            return array
        try:
            return decode_strings(array.tobytes(), info.shape)
        except ValueError as error:
            raise refused("S903", self.path, str(error), key=key) from None

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _own(self, texts: dict[str, str]) -> dict[str, Described]:
        """What specc wrote about the tensors, if it did."""
        self._metadata |= {name: text for name, text in texts.items() if name != NAME}
        if NAME not in texts:
            return {}
        content, described = parse_document(texts[NAME], self.path)
        digests = {key: entry.digest for key, entry in described.items() if entry.digest}
        self._metadata |= {NAME: content, "digests": digests}
        return described

    def _info(self, key: str, extent: Extent, dtype: str, described: Described) -> TensorInfo:
        shape = extent.shape
        if described.dtype not in ("", dtype):
            dtype, shape = self._encoded(key, extent, described)
        return TensorInfo(key, shape, dtype, described.names, described.role)

    def _encoded(
        self, key: str, extent: Extent, described: Described
    ) -> tuple[str, tuple[int, ...]]:
        """The dtype and shape of what stands there as plain bytes, because safetensors lacks it."""
        plain = extent.dtype == numpy_dtype("uint8")
        if plain and described.dtype == STRING:
            return STRING, described.shape
        stored = numpy_dtype(described.dtype)
        if plain and described.shape == extent.shape and stored.itemsize == 1:
            self._extents[key] = Extent(extent.offset, extent.shape, stored)
            return described.dtype, extent.shape
        what = f"it can't hold `{described.dtype}`, as specc's metadata says"
        raise refused("S903", self.path, what, key=key)

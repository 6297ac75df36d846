"""Tensors that lie in a file as they are: an offset, and the form of what is there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from specc.weights.arrays import ALIGNMENT, aligned_copy, aligned_empty, bytes_of
from specc.weights.problems import refused
from specc.weights.source import TensorInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from specc.weights.files import WeightFile


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a tensor's bytes are.

    Attributes:
        offset: In the file, or in the window on it.
        shape: As stored.
        dtype: As stored, of any byte order.
        fortran: Whether the first index runs fastest.
    """

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool = False

    @property
    def nbytes(self) -> int:
        """The length in the file."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_extent(file: WeightFile, extent: Extent, *, mmap: bool = False) -> np.ndarray:
    """The tensor there: native, contiguous, aligned, writable; mapped if asked and possible.

    Raises:
        SpeccError: S902 if the file ends before it.
    """
    if mmap and _mappable(file, extent):
        view = file.mapped(extent.offset, extent.nbytes).view(extent.dtype)
        return _checked(view.reshape(extent.shape), file)
    stored = extent.shape[::-1] if extent.fortran else extent.shape
    array = aligned_empty(stored, extent.dtype)
    if array.size:
        file.read_into(extent.offset, bytes_of(array))
    return native(array, extent, file)


def native(array: np.ndarray, extent: Extent, file: WeightFile) -> np.ndarray:
    """What was read, of the machine's byte order and in C order; the array itself is used up.

    Raises:
        SpeccError: S903 if a bool is neither 0 nor 1.
    """
    if not array.dtype.isnative:
        array = array.byteswap(inplace=True).view(extent.dtype.newbyteorder("="))
    _checked(array, file)
    return aligned_copy(array.T) if extent.fortran and array.ndim > 1 else array


def _checked(array: np.ndarray, file: WeightFile) -> np.ndarray:
    """The array, if every bool in it is 0 or 1: what others make of a 2 is undefined."""
    if array.dtype.kind == "b" and array.size and array.view("uint8").max() > 1:
        raise refused("S903", file.path, "it holds bools that are neither 0 nor 1")
    return array


def _mappable(file: WeightFile, extent: Extent) -> bool:
    plain = extent.dtype.isnative and not extent.fortran and extent.nbytes > 0
    return plain and (file.start + extent.offset) % ALIGNMENT == 0


class BaseSource:
    """The verbs that are alike in every format: what was found when the file was opened.

    A format sets `_tensors` and `_metadata`, and gives `read`.
    """

    format = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tensors: dict[str, TensorInfo] = {}
        self._metadata: dict[str, object] = {}

    def tensors(self) -> Mapping[str, TensorInfo]:
        """Every tensor, by its key, in the file's order."""
        return self._tensors

    def metadata(self) -> Mapping[str, object]:
        """What the file says of itself."""
        return self._metadata

    def close(self) -> None:
        """Lets go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

"""Arrays whose data starts where TensorFlow can take it without a copy."""

from __future__ import annotations

import math
import mmap
from typing import TYPE_CHECKING, Any, Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError

if TYPE_CHECKING:
    import numpy as np

ALIGNMENT: Final = 64
"""Bytes. TensorFlow ends the process when it uses a tensor that was given it without a copy and
doesn't start on such a boundary (`Check failed: IsAligned()`)."""

_LARGE: Final = 4 * 2**20
"""Bytes from which memory comes in pages from the system. numpy asks it for huge ones from here on,
which take longer to fill: each is cleared as a whole, and leaves the processor's caches empty."""


def aligned_empty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """A contiguous array of any content, its data on a 64-byte boundary.

    Raises:
        SpeccError: S704 if there is no memory for it.
    """
    import numpy as np

    size = math.prod(shape) * dtype.itemsize
    try:
        if size >= _LARGE:
            return np.ndarray(shape, dtype, mmap.mmap(-1, size, access=mmap.ACCESS_COPY))
        buffer = np.empty(size + ALIGNMENT, np.uint8)
    except (MemoryError, OSError, OverflowError):
        message = f"there is no memory for a tensor of {size:,} bytes"
        raise SpeccError([Diagnostic("S704", message)]) from None
    start = -buffer.ctypes.data % ALIGNMENT
    # Not by slicing: an empty slice starts where the buffer does.
    return np.ndarray(shape, dtype, buffer, start)


def aligned_copy(array: np.ndarray, dtype: np.dtype[Any] | None = None) -> np.ndarray:
    """The array's values in C order, converted to a dtype of the same values."""
    result = aligned_empty(array.shape, dtype or array.dtype)
    result[...] = array
    return result


def is_aligned(array: np.ndarray) -> bool:
    """Whether the data starts on a boundary that TensorFlow needs."""
    return bool(array.ctypes.data % ALIGNMENT == 0)


def bytes_of(array: np.ndarray) -> memoryview:
    """The bytes of a contiguous array, not copied; 0-d, empty and ml_dtypes arrays too."""
    import numpy as np

    return array.reshape(-1).view(np.uint8).data


def little_endian(array: np.ndarray) -> np.ndarray:
    """The array C-contiguous and little-endian: itself if it is, whatever its strides."""
    import numpy as np

    # order="C" keeps scalars 0-d; numpy.ascontiguousarray does not.
    return np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")

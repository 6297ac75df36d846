"""Names of dtypes, as Keras and ml_dtypes have them, and their numpy dtypes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

NUMPY: Final = frozenset(
    (
        *("bool", "float16", "float32", "float64", "complex64", "complex128"),
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    )
)
"""What numpy has itself."""

ML_DTYPES: Final = frozenset(
    (
        *("bfloat16", "int4", "uint4", "int2", "uint2"),
        *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
        *("float8_e4m3b11fnuz", "float8_e4m3", "float8_e3m4", "float8_e8m0fnu"),
    )
)
"""What ml_dtypes adds; each takes whole bytes in memory, int4 too."""

STRING: Final = "string"


def is_dtype(name: str) -> bool:
    """Whether a name is of a dtype that tensors can be read in; files may say others."""
    return name in NUMPY or name in ML_DTYPES or name == STRING


@cache
def numpy_dtype(name: str) -> np.dtype[Any]:
    """The dtype of that name, little-endian; `object` for strings.

    Raises:
        KeyError: if it is none of ours.
    """
    import numpy as np

    if name == STRING:
        return np.dtype(object)
    if name in NUMPY:
        return np.dtype(name).newbyteorder("<")
    if name in ML_DTYPES:
        import ml_dtypes

        dtype: np.dtype[Any] = np.dtype(getattr(ml_dtypes, name))
        return dtype
    raise KeyError(name)


@cache
def dtype_name(dtype: np.dtype[Any]) -> str:
    """The name of a numpy dtype, of any byte order: `float32`, `bfloat16`, `string`.

    Raises:
        KeyError: if it is a dtype that no weight file holds.
    """
    if dtype.kind in "OSU":
        return STRING
    if dtype.name in NUMPY or dtype.name in ML_DTYPES:
        return dtype.name
    raise KeyError(dtype.name)

"""Tensors of every kind that weight files hold."""

from __future__ import annotations

import ml_dtypes
import numpy as np

from specc.weights.dtypes import ML_DTYPES, NUMPY, dtype_name, numpy_dtype
from specc.weights.source import TensorInfo


def every_kind() -> dict[str, np.ndarray]:
    """By name: each dtype, 0-d, empty, strings, and arrays that aren't contiguous."""
    of_dtype = {
        f"dtype.{name}": np.arange(6).astype(numpy_dtype(name)).reshape(2, 3)
        for name in sorted((NUMPY | ML_DTYPES) - {"complex128"})
    }
    return of_dtype | {
        "scalar": np.array(2.5, "float32"),
        "scalar.bfloat16": np.array(1.5, ml_dtypes.bfloat16),
        "empty": np.zeros((0, 3), "float32"),
        "seed": np.array([2**32 - 1, 7], "uint32"),
        "nan": np.array([np.nan, np.inf, -0.0], "float16"),
        "words": np.array([b"a", b"\0 z\0", b"", "ü".encode()], object),
        "no words": np.array([], object),
        "transposed": np.arange(12.0).reshape(3, 4).T,
        "strided": np.arange(20, dtype="int16")[::3],
        "broadcast": np.broadcast_to(np.float32(3), (4, 5)),
        "big-endian": np.arange(5, dtype=">f4"),
        "large": np.arange(4096, dtype="float32").reshape(64, 64),
    }


def infos(arrays: dict[str, np.ndarray]) -> list[TensorInfo]:
    return [
        TensorInfo(key, array.shape, dtype_name(array.dtype), {"keras_path": f"m/{key}"})
        for key, array in arrays.items()
    ]


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether dtype, shape and every bit agree; byte order aside."""
    if one.shape != other.shape or dtype_name(one.dtype) != dtype_name(other.dtype):
        return False
    if one.dtype == object:
        return list(one.ravel()) == list(other.ravel())
    return bits(one) == bits(other)


def bits(array: np.ndarray) -> bytes:
    return array.astype(array.dtype.newbyteorder("<")).tobytes()

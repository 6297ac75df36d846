"""Keras's type promotion: which dtype values of several dtypes have together.

Python's numbers are weak: `x + 1` keeps the dtype of an integer or floating-point `x`. They stand
here as the weak dtypes `int` and `float`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from specc.catalog.rules.registry import RuleError

NEXT_HIGHER = {
    "bool": ("int",),
    "int": ("uint8", "int8", "complex64"),
    "uint8": ("uint16", "int16"),
    "uint16": ("uint32", "int32"),
    "uint32": ("uint64", "int64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}
"""The lattice: each dtype, and those right above it. Two dtypes meet at the lowest above both."""

STANDARD = {"int": "int32", "float": "float32", "uint64": "uint32", "complex128": "complex64"}
"""What a result becomes: weak dtypes get a size, and some of 64 bits are halved."""

STRONG = {"int": "int64", "float": "float32"}
"""What a Python number is where Keras doesn't take it as weak."""


def result_type(dtypes: Sequence[str | None]) -> str | None:
    """The dtype that values of these dtypes have together; None where one isn't known.

    Raises:
        RuleError: Keras doesn't convert between them.
    """
    if None in dtypes:
        return None
    return _result_type(tuple(sorted({dtype for dtype in dtypes if dtype is not None})))


@cache
def _result_type(dtypes: tuple[str, ...]) -> str:
    if not dtypes:
        return "float32"
    met = dtypes[0] if len(dtypes) == 1 and "float8" not in dtypes[0] else _meet(dtypes)
    return STANDARD.get(met, met)


def _meet(dtypes: tuple[str, ...]) -> str:
    for dtype in dtypes:
        if dtype not in NEXT_HIGHER:
            message = f"can't convert {dtype} to another dtype by itself"
            raise RuleError(message, "cast it first: `cast(x, 'float32')`")
    common = frozenset.intersection(*map(_bounds, dtypes))
    return next(dtype for dtype in common if common <= _bounds(dtype))


@cache
def _bounds(dtype: str) -> frozenset[str]:
    """A dtype, and all above it."""
    return frozenset({dtype}).union(*map(_bounds, NEXT_HIGHER[dtype]))

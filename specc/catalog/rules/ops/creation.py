"""Functions that make tensors, or give them another dtype."""

from __future__ import annotations

import math

from specc.catalog.rules.ops.dtypes import (
    FLOAT32,
    INT32,
    SAME,
    asked,
    named,
    strong,
)
from specc.catalog.rules.ops.elementwise import together
from specc.catalog.rules.ops.values import (
    CannotTell,
    Number,
    Values,
    gives,
    sizes_in,
)
from specc.catalog.rules.promotion import result_type
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size


@gives(asked(FLOAT32), "zeros ones empty full")
def made(a: Values) -> Shape:
    """The shape asked for."""
    return sizes_in(a["shape"])


@gives(asked(FLOAT32), "eye tri")
def eye(a: Values) -> Shape:
    """A matrix, square if the columns aren't given."""
    rows = a.size("N")
    return (rows, rows if a["M"] is None else a.size("M"))


@gives(asked(FLOAT32), "identity")
def identity(a: Values) -> Shape:
    """A square matrix."""
    return (a.size("n"), a.size("n"))


@gives(FLOAT32, "bartlett blackman hamming hanning kaiser")
def window(a: Values) -> Shape:
    """A vector of a window's values."""
    return (a.size("x"),)


@gives(asked(SAME), "zeros_like ones_like empty_like full_like array convert_to_tensor")
def like(a: Values) -> Shape:
    """The shape of `x`."""
    return a.tensor("x")


@gives(lambda a: named(a["dtype"]), "cast saturate_cast")
def cast(a: Values) -> Shape:
    """The same shape."""
    return a.tensor("x")


def _arange_dtype(a: Values) -> str | None:
    given = [a.dtype(name) for name in ("start", "stop", "step") if a[name] is not None]
    return result_type([*given, "int"]) if a["start"] is not None else None


@gives(asked(_arange_dtype), "arange")
def arange(a: Values) -> Shape:
    """As many numbers as steps fit between start and stop."""
    start, stop, step = a["start"], a["stop"], a["step"]
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if not all(isinstance(each, Number) for each in (start, stop, step)) or not step:
        return (None,)
    count = (stop - start) / step
    if not math.isfinite(count) or count < 0:
        raise CannotTell
    return (math.ceil(count),)


def _spaced(a: Values) -> str | None:
    given = strong(a.dtype("start")) if a["dtype"] is None else named(a["dtype"])
    return result_type([given, "float"])


def _geometric(a: Values) -> str | None:
    """Keras computes more than it says for the smallest floats."""
    found = _spaced(a)
    return None if found in ("bfloat16", "float16") else found


@gives(_spaced, "linspace logspace")
@gives(_geometric, "geomspace")
def linspace(a: Values) -> Shape:
    """A new axis of as many numbers as asked for."""
    if a["retstep"]:
        raise CannotTell
    ends = together(a.shape("start"), a.shape("stop"))
    axis = a.axis("axis", len(ends) + 1)
    return (*ends[:axis], a.size("num"), *ends[axis:])


@gives(INT32, "size")
def size(a: Values) -> Shape:
    """One number."""
    return ()


ITEM_SIZES = {
    "bool": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "int8": 1, "int16": 2, "int32": 4,
    "int64": 8, "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8,
    "complex128": 16,
}  # fmt: skip
"""How many bytes a value takes."""


@gives(asked(SAME), "view")
def view(a: Values) -> Shape:
    """The same bytes as values of another size."""
    shape = a.tensor("x")
    old = ITEM_SIZES.get(a.dtype() or "")
    new = ITEM_SIZES.get(asked(SAME)(a) or "")
    if old is None or new is None:
        raise CannotTell
    if old == new:
        return shape
    if not shape:
        raise RuleError("can't see a single value as several")
    return (*shape[:-1], _viewed(shape[-1], old, new))


def _viewed(size: Size, old: int, new: int) -> Size:
    if size is None:
        return None
    if size * old % new:
        raise RuleError(f"can't see {size} values of {old} bytes as values of {new}")
    return size * old // new

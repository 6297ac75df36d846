"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specc.catalog.rules.arithmetic import axis_of, product
from specc.catalog.rules.ops.dtypes import (
    promoted,
    promoted_strong,
    strong,
)
from specc.catalog.rules.ops.elementwise import together
from specc.catalog.rules.ops.values import (
    CannotTell,
    Number,
    Values,
    dtype_in,
    gives,
    integers_in,
    same_size,
    shape_in,
)
from specc.catalog.rules.promotion import result_type
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, show_shape


def _counted(dtypes: Sequence[str | None]) -> str | None:
    """The dtype of products that are summed up: those of int8 alone are int32."""
    return "int32" if set(dtypes) == {"int8"} else result_type([strong(each) for each in dtypes])


@gives(lambda a: _counted([a.dtype("x1"), a.dtype("x2")]), "matmul")
def matmul(a: Values) -> Shape:
    """`[..., n, k]` and `[..., k, m]` → `[..., n, m]`; vectors lose the axis they lack."""
    first, second = a.tensor("x1"), a.tensor("x2")
    if not first or not second:
        raise RuleError(f"needs tensors of rank 1 or more, not {both(first, second)}")
    rows = first if len(first) > 1 else (1, *first)
    columns = second if len(second) > 1 else (*second, 1)
    _check_inner(rows[-1], columns[-2], first, second)
    batch = together(rows[:-2], columns[:-2])
    return (*batch, *rows[-2:-1][: len(first) - 1], *columns[-1:][: len(second) - 1])


def _check_inner(one: Size, other: Size, first: Shape, second: Shape) -> None:
    if None not in (one, other) and one != other:
        raise RuleError(
            f"can't multiply {both(first, second)}",
            f"the sizes that are summed over, {one} and {other}, must be equal",
        )


def both(first: Shape, second: Shape) -> str:
    """Two shapes in a message."""
    return f"{show_shape(first)} and {show_shape(second)}"


@gives(promoted("x1 x2"), "dot")
def dot(a: Values) -> Shape:
    """Over the last axis of the first and the last but one of the second; numbers just multiply."""
    first, second = a.shape("x1"), a.shape("x2")
    if not first or not second:
        return first or second
    if len(second) == 1:
        if len(first) > 1 and not same_size(first[-1], second[0]):
            _check_inner(first[-1], second[0], first, second)
        return first[:-1]
    _check_inner(first[-1], second[-2], first, second)
    return (*first[:-1], *second[:-2], second[-1])


@gives(promoted("x1 x2"), "vdot")
def vdot(a: Values) -> Shape:
    """One number."""
    return ()


@gives(promoted("x1 x2"), "inner")
def inner(a: Values) -> Shape:
    """Over the last axes."""
    first, second = a.shape("x1"), a.shape("x2")
    if not first or not second:
        return first or second
    _check_inner(first[-1], second[-1], first, second)
    return (*first[:-1], *second[:-1])


@gives(promoted("x1 x2"), "outer")
def outer(a: Values) -> Shape:
    """All products of two vectors; Keras makes vectors of other tensors."""
    return (product(a.shape("x1")), product(a.shape("x2")))


@gives(promoted_strong("x1 x2"), "kron")
def kron(a: Values) -> Shape:
    """Sizes multiply, for tensors of one rank."""
    first, second = a.tensor("x1"), a.tensor("x2")
    if len(first) != len(second):
        raise CannotTell
    return tuple(product(pair) for pair in zip(first, second, strict=True))


@gives(promoted("x1 x2"), "tensordot")
def tensordot(a: Values) -> Shape:
    """Over some of the axes of each."""
    first, second, axes = a.shape("x1"), a.shape("x2"), a["axes"]
    if isinstance(axes, int):
        return (*first, *second) if axes <= 0 else (*first[:-axes], *second[axes:])
    if not isinstance(axes, list | tuple) or len(axes) != 2:
        raise CannotTell
    ours, theirs = _summed(axes[0], first), _summed(axes[1], second)
    if len(ours) != len(theirs):
        raise RuleError("needs as many axes of one as of the other", argument="axes")
    for one, other in zip(ours, theirs, strict=True):
        _check_inner(first[one], second[other], first, second)
    return (*without(first, ours), *without(second, theirs))


def _summed(axes: object, shape: Shape) -> list[int]:
    if isinstance(axes, int):
        raise CannotTell
    return [axis_of(axis, len(shape), "axes") for axis in integers_in(axes)]


def without(shape: Shape, axes: Sequence[int]) -> Shape:
    """A shape without some of its axes."""
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


@gives(lambda a: _counted(_dtypes_of(a["operands"])), "einsum")
def einsum(a: Values) -> Shape:
    """Sizes by their letters, `bij,bjk->bik`; what `...` stands for meets by broadcasting."""
    text, operands = a["subscripts"], a["operands"]
    if not isinstance(operands, list | tuple):
        raise CannotTell
    if not isinstance(text, str) or not re.fullmatch(EINSUM, text):
        raise CannotTell
    inputs, arrow, output = text.partition("->")
    parts = inputs.split(",")
    if len(parts) != len(operands):
        raise RuleError(
            f"has {len(parts)} inputs in `{text}`, but gets {len(operands)}", argument="subscripts"
        )
    if not arrow:
        output = "..." + "".join(sorted(_once(inputs)))
    if not _letters(output) <= _letters(inputs):
        raise CannotTell
    shapes = [_operand_shape(each) for each in operands]
    if "..." in output and not output.startswith("..."):
        _check_wild(parts, shapes)
    return together(*(_lettered(*pair, output) for pair in zip(parts, shapes, strict=True)))


EINSUM = r"[a-z]*(\.\.\.)?[a-z]*(,[a-z]*(\.\.\.)?[a-z]*)*(->[a-z]*(\.\.\.)?[a-z]*)?"


def _check_wild(parts: Sequence[str], shapes: Sequence[Shape]) -> None:
    """What `...` stands for may only differ in rank where it comes first, or Keras is wrong."""
    ranks = {len(shape) - len(_places(part)) for part, shape in zip(parts, shapes, strict=True)}
    if len(ranks) > 1:
        raise CannotTell


def _places(part: str) -> str:
    return part.replace("...", "")


def _dtypes_of(operands: object) -> list[str | None]:
    return [dtype_in(each) for each in operands] if isinstance(operands, list | tuple) else [None]


def _operand_shape(value: object) -> Shape:
    return () if isinstance(value, Number) else shape_in(value)


def _letters(text: str) -> set[str]:
    return set(filter(str.isalpha, text))


def _once(text: str) -> set[str]:
    return {letter for letter in _letters(text) if text.count(letter) == 1}


def _lettered(part: str, shape: Shape, output: str) -> Shape:
    """What the output gets of an operand: 1 for the letters that it lacks."""
    front, dots, back = part.partition("...")
    end = len(shape) - len(back)
    if len(front) > end or (not dots and len(part) != len(shape)):
        raise RuleError(f"can't read {show_shape(shape)} as `{part}`", argument="subscripts")
    sizes: dict[str, Size] = {}
    for letter, size in [*zip(front, shape, strict=False), *zip(back, shape[end:], strict=True)]:
        if sizes.setdefault(letter, size) != size:
            raise CannotTell
    start, _, rest = output.partition("...")
    wild = shape[len(front) : end] if dots and "..." in output else ()
    return (*_sizes_for(start, sizes), *wild, *_sizes_for(rest, sizes))


def _sizes_for(letters: str, sizes: dict[str, Size]) -> list[Size]:
    return [sizes.get(letter, 1) for letter in letters]


@gives(promoted("x1 x2"), "cross")
def cross(a: Values) -> Shape:
    """Vectors of 2 or 3 along an axis; two of 2 give a number."""
    first, second = a.tensor("x1"), a.tensor("x2")
    own = a["axis"] is None
    one = axis_of(a.integer("axisa" if own else "axis"), len(first), "axisa")
    other = axis_of(a.integer("axisb" if own else "axis"), len(second), "axisb")
    sizes = (first[one], second[other])
    for size in sizes:
        if size not in (None, 2, 3):
            raise RuleError(f"needs vectors of 2 or 3, not {both(first, second)}")
    met = together(without(first, [one]), without(second, [other]))
    if 3 not in sizes:
        if None in sizes or not met:
            raise CannotTell
        return met
    place = axis_of(a.integer("axisc" if own else "axis"), len(met) + 1, "axisc")
    return (*met[:place], 3, *met[place:])


@gives(promoted("x y", "float"), "cdist")
def cdist(a: Values) -> Shape:
    """The distance of each point from each."""
    first, second = a.tensor("x"), a.tensor("y")
    if len(first) < 2 or len(second) < 2:
        raise RuleError(f"needs tensors of rank 2 or more, not {both(first, second)}")
    _check_inner(first[-1], second[-1], first, second)
    return (*together(first[:-2], second[:-2]), first[-2], second[-2])

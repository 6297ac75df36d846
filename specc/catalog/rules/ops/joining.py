"""Functions that make one tensor of several, or several of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from specc.catalog.rules.arithmetic import product
from specc.catalog.rules.ops.dtypes import promoted, promoted_items
from specc.catalog.rules.ops.values import (
    CannotTell,
    Values,
    gives,
    gives_all,
    shape_in,
    size_in,
    sizes_in,
)
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, Specs, TensorSpec, show_shape


@gives(promoted_items("xs"), "concatenate")
def concatenate(a: Values) -> Shape:
    """Sizes along the axis add up, the others agree."""
    if a["axis"] is None:
        raise CannotTell
    shapes = [shape_in(spec) for spec in a.tensors("xs")]
    return _joined(shapes, a.axis("axis", len(shapes[0])))


@gives(promoted_items("xs"), "hstack")
def hstack(a: Values) -> Shape:
    """Along the second axis; of rank 1 Keras can't."""
    return _stacked(a, 2, 1)


@gives(promoted_items("xs"), "vstack")
def vstack(a: Values) -> Shape:
    """Along the first axis; of rank 1 Keras computes another shape than it says."""
    return _stacked(a, 2, 0)


def _stacked(a: Values, rank: int, axis: int) -> Shape:
    shapes = [shape_in(spec) for spec in a.tensors("xs")]
    if min(map(len, shapes)) < rank:
        raise CannotTell
    return _joined(shapes, axis)


@gives(promoted_items("xs"), "dstack")
def dstack(a: Values) -> Shape:
    """Along the third axis, which is added where it lacks."""
    shapes = [_deep(shape_in(spec)) for spec in a.tensors("xs")]
    return _joined(shapes, 2)


def _deep(shape: Shape) -> Shape:
    match len(shape):
        case 0:
            return (1, 1, 1)
        case 1:
            return (1, *shape, 1)
        case 2:
            return (*shape, 1)
        case _:
            return shape


def _joined(shapes: Sequence[Shape], axis: int) -> Shape:
    first = shapes[0]
    for shape in shapes[1:]:
        _check_alike(first, shape, axis)
    return (*first[:axis], _total([shape[axis] for shape in shapes]), *first[axis + 1 :])


def _total(sizes: Sequence[Size]) -> Size:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _check_alike(first: Shape, shape: Shape, axis: int) -> None:
    if len(first) != len(shape):
        raise RuleError(
            f"can't join {show_shape(first)} and {show_shape(shape)} along axis {axis}: "
            f"their ranks differ"
        )
    for place, (one, other) in enumerate(zip(first, shape, strict=True)):
        if place != axis and None not in (one, other) and one != other:
            raise RuleError(
                f"can't join {show_shape(first)} and {show_shape(shape)} along axis {axis}: "
                f"they differ at axis {place} too"
            )


@gives(promoted_items("x"), "stack")
def stack(a: Values) -> Shape:
    """A new axis of as many as there are tensors, which are alike."""
    shapes = [shape_in(spec) for spec in a.tensors("x")]
    first = shapes[0]
    axis = a.axis("axis", len(first) + 1)
    for shape in shapes[1:]:
        if len(shape) != len(first) or any(
            None not in pair and pair[0] != pair[1] for pair in zip(first, shape, strict=True)
        ):
            raise RuleError(
                f"needs tensors of one shape, not {show_shape(first)} and {show_shape(shape)}"
            )
    return (*first[:axis], len(shapes), *first[axis:])


@gives(promoted("x1 x2"), "append")
def append(a: Values) -> Shape:
    """One behind the other, flat where there is no axis."""
    first, second = a.tensor("x1"), a.tensor("x2")
    if a["axis"] is None:
        return (_total([product(first), product(second)]),)
    axis = a.axis("axis", len(first))
    joined = _joined([first, second], axis)
    if joined[axis] is None:
        raise CannotTell
    return joined


@gives_all("split")
def split(a: Values) -> Specs:
    """Parts of equal size, or cut at places."""
    shape = a.tensor("x")
    return _parts(a, a.axis("axis", len(shape)))


@gives_all("hsplit")
def hsplit(a: Values) -> Specs:
    """Along the second axis; along the only one."""
    return _parts_of_rank(a, 1, 0 if len(a.tensor("x")) == 1 else 1)


@gives_all("vsplit")
def vsplit(a: Values) -> Specs:
    """Along the first axis."""
    return _parts_of_rank(a, 2, 0)


@gives_all("dsplit")
def dsplit(a: Values) -> Specs:
    """Along the third axis."""
    return _parts_of_rank(a, 3, 2)


def _parts_of_rank(a: Values, rank: int, axis: int) -> Specs:
    shape = a.tensor("x")
    if len(shape) < rank:
        raise RuleError(f"needs an input of rank {rank} or more, not {show_shape(shape)}")
    return _parts(a, axis)


def _parts(a: Values, axis: int) -> Specs:
    shape, cuts = a.tensor("x"), a["indices_or_sections"]
    if isinstance(cuts, int):
        sizes = _equal(shape, axis, cuts)
    else:
        places = (0, *sizes_in(cuts), shape[axis])
        sizes = [_between(start, end) for start, end in pairwise(places)]
    return [_resized(a, shape, axis, size) for size in sizes]


def _equal(shape: Shape, axis: int, count: int) -> list[Size]:
    size = shape[axis]
    if count < 1:
        raise CannotTell
    if size is None:
        return [None] * count
    if size % count:
        raise RuleError(
            f"can't split axis {axis} of {show_shape(shape)} into {count} equal parts",
            argument="indices_or_sections",
        )
    return [size // count] * count


def _between(start: Size, end: Size) -> Size:
    if start is None or end is None:
        return None
    if end < start:
        raise CannotTell
    return end - start


def _resized(a: Values, shape: Shape, axis: int, size: Size) -> TensorSpec:
    return TensorSpec((*shape[:axis], size, *shape[axis + 1 :]), a.dtype("x"))


@gives_all("array_split")
def array_split(a: Values) -> Specs:
    """Parts whose sizes differ by one at most."""
    shape, count = a.tensor("x"), a.integer("indices_or_sections")
    axis = a.axis_if_there("axis", len(shape))
    size = shape[axis]
    if count < 1:
        raise RuleError(f"can't make {count} parts", argument="indices_or_sections")
    if size is None:
        return tuple(_resized(a, shape, axis, None) for _ in range(count))
    part, over = divmod(size, count)
    return [_resized(a, shape, axis, part + (i < over)) for i in range(count)]


@gives_all("unstack")
def unstack(a: Values) -> Specs:
    """A tensor for each position along an axis."""
    shape = a.tensor("x")
    axis = a.axis("axis", len(shape))
    count = shape[axis] if a["num"] is None else size_in(a["num"])
    if a["num"] is not None and count is None:
        raise CannotTell
    if count is None:
        raise RuleError(
            f"needs to know the size of axis {axis} of {show_shape(shape)}", "give `num`"
        )
    return [TensorSpec((*shape[:axis], *shape[axis + 1 :]), a.dtype("x")) for _ in range(count)]


@gives_all("meshgrid")
def meshgrid(a: Values) -> Specs:
    """A grid for each of the coordinates; Keras says float32 whatever the dtype is."""
    tensors = a.tensors("x")
    sizes = [product(shape_in(spec)) for spec in tensors]
    if a["indexing"] == "xy":
        if len(sizes) < 2:
            raise CannotTell
        sizes[:2] = sizes[1], sizes[0]
    dtype = "float32" if {spec.dtype for spec in tensors} == {"float32"} else None
    return [TensorSpec(tuple(sizes), dtype) for _ in tensors]

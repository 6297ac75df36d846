"""Functions that move or rename dimensions: reshape, transpose, expand_dims."""

from __future__ import annotations

import re
from math import prod

from specc.catalog.rules.arithmetic import axis_of, product
from specc.catalog.rules.ops.dtypes import SAME, of
from specc.catalog.rules.ops.elementwise import together
from specc.catalog.rules.ops.values import CannotTell, Values, gives, sizes_in
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, TensorSpec, show_shape


@gives(SAME, "reshape")
def reshape(a: Values) -> Shape:
    """The new shape; -1 is what is left over."""
    new = a["newshape"]
    if isinstance(new, TensorSpec):
        return _read_from(new)
    wanted, shape = sizes_in(new), a.tensor("x")
    _check_wanted(wanted)
    if None in wanted or None in shape:
        return tuple(None if size == -1 else size for size in wanted)
    return _fitted(shape, wanted)


def _read_from(new: TensorSpec) -> Shape:
    """The rank of a shape that a tensor holds."""
    if new.shape is None or len(new.shape) != 1 or not new.shape[0]:
        raise CannotTell
    return (None,) * new.shape[0]


def _check_wanted(wanted: Shape) -> None:
    if any(size is not None and size < -1 for size in wanted):
        raise RuleError(
            f"can't make sizes below 0: {show_shape(wanted)}",
            "one size may be -1, which is what is left over",
            "newshape",
        )
    if wanted.count(-1) > 1:
        raise RuleError(
            f"can work out one size, not those of {show_shape(wanted)}",
            "write -1 for one size only",
            "newshape",
        )


def _fitted(shape: Shape, wanted: Shape) -> Shape:
    total, others = product(shape) or 0, product(size for size in wanted if size != -1) or 0
    if -1 in wanted and others and total % others == 0:
        return tuple(total // others if size == -1 else size for size in wanted)
    if -1 not in wanted and total == others:
        return wanted
    raise RuleError(
        f"can't make {show_shape(wanted)} of {show_shape(shape)}",
        f"the number of values, {total}, must stay",
        "newshape",
    )


@gives(SAME, "ravel")
def ravel(a: Values) -> Shape:
    """One dimension of all values."""
    return (product(a.tensor("x")),)


@gives(SAME, "transpose")
def transpose(a: Values) -> Shape:
    """Axes in another order, reversed if none is given."""
    shape = a.tensor("x")
    if a["axes"] is None:
        return shape[::-1]
    axes = a.integers("axes")
    order = [axis % len(shape) for axis in axes if -len(shape) <= axis < len(shape)]
    if sorted(order) != list(range(len(shape))) or len(axes) != len(shape):
        raise RuleError(
            f"needs each axis of {show_shape(shape)} once, not {list(axes)}",
            f"such as {list(reversed(range(len(shape))))}",
            "axes",
        )
    return tuple(shape[axis] for axis in order)


@gives(SAME, "swapaxes")
def swapaxes(a: Values) -> Shape:
    """Two axes change places."""
    shape = a.tensor("x")
    return _swapped(shape, a.axis("axis1", len(shape)), a.axis("axis2", len(shape)))


def _swapped(shape: Shape, first: int, second: int) -> Shape:
    sizes = list(shape)
    sizes[first], sizes[second] = sizes[second], sizes[first]
    return tuple(sizes)


@gives(SAME, "moveaxis")
def moveaxis(a: Values) -> Shape:
    """Some axes get other places, the others keep their order."""
    shape = a.tensor("x")
    sources, places = a.integers("source"), a.integers("destination")
    if len(sources) != len(places):
        raise RuleError("needs as many destinations as sources", argument="destination")
    rank = len(shape)
    moved = {
        axis_of(place, rank, "destination"): axis_of(source, rank, "source")
        for source, place in zip(sources, places, strict=True)
    }
    if len(moved) < len(places) or len(set(moved.values())) < len(sources):
        raise CannotTell
    others = iter(axis for axis in range(rank) if axis not in moved.values())
    return tuple(shape[moved[axis] if axis in moved else next(others)] for axis in range(rank))


@gives(of("array"), "rot90")
def rot90(a: Values) -> Shape:
    """Keras swaps the axes' sizes whatever the number of turns."""
    shape, axes = a.tensor("array"), a.integers("axes")
    if len(shape) < 2:
        raise RuleError(f"needs an input of rank 2 or more, not {show_shape(shape)}")
    if len(axes) != 2 or axes[0] == axes[1]:
        raise RuleError(f"needs two different axes, not {list(axes)}", argument="axes")
    first, second = (axis_of(axis, len(shape), "axes") for axis in axes)
    if a.integer("k") % 2 == 0 and shape[first] != shape[second]:
        raise CannotTell
    return _swapped(shape, first, second)


@gives(SAME, "expand_dims")
def expand_dims(a: Values) -> Shape:
    """Axes of size 1 are added."""
    shape = a.tensor("x")
    given = () if a["axis"] is None else a.integers("axis")
    rank = len(shape) + (len(given) or 1)
    axes = {axis_of(axis, rank, "axis") for axis in given} or {len(shape)}
    if a["axis"] is not None and (not given or len(axes) < len(given)):
        raise CannotTell
    sizes = iter(shape)
    return tuple(1 if axis in axes else next(sizes) for axis in range(rank))


@gives(SAME, "squeeze")
def squeeze(a: Values) -> Shape:
    """Axes of size 1 are taken away."""
    shape = a.tensor("x")
    axes = a.axes("axis", len(shape))
    if axes is None:
        return tuple(size for size in shape if size != 1)
    for axis in axes:
        if shape[axis] is None:
            raise CannotTell
        if shape[axis] != 1:
            raise RuleError(
                f"can take away axes of size 1 only; axis {axis} of {show_shape(shape)} "
                f"has size {shape[axis]}",
                argument="axis",
            )
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


@gives(SAME, "broadcast_to")
def broadcast_to(a: Values) -> Shape:
    """The shape asked for, which the input must fit."""
    wanted = sizes_in(a["shape"])
    together(a.tensor("x"), wanted)
    return wanted


@gives(SAME, "flip roll")
def along_axes(a: Values) -> Shape:
    """The same shape, along axes that must be there."""
    shape = a.tensor("x")
    if a["axis"] is not None:
        for axis in a.integers("axis"):
            axis_of(axis, len(shape), "axis")
    return shape


@gives(SAME, "fliplr")
def fliplr(a: Values) -> Shape:
    """The same shape, of rank 2 or more."""
    return _at_least(a, 2)


@gives(SAME, "flipud")
def flipud(a: Values) -> Shape:
    """The same shape, of rank 1 or more."""
    return _at_least(a, 1)


def _at_least(a: Values, rank: int) -> Shape:
    shape = a.tensor("x")
    if len(shape) < rank:
        raise RuleError(f"needs an input of rank {rank} or more, not {show_shape(shape)}")
    return shape


@gives(of("tensor"), "rearrange")
def rearrange(a: Values) -> Shape:
    """`b (h w) c -> b h w c`; Keras needs all sizes."""
    shape, pattern = a.tensor("tensor"), a["pattern"]
    if not isinstance(pattern, str) or pattern.count("->") != 1 or None in shape:
        raise CannotTell
    left, right = (re.findall(r"\w+|\([\w\s]*\)", side) for side in pattern.split("->"))
    if len(left) != len(shape):
        raise CannotTell
    lengths = a["axes_lengths"] if isinstance(a["axes_lengths"], dict) else {}
    sizes = {name: size for name, size in lengths.items() if isinstance(size, int)}
    for group, size in zip(left, shape, strict=True):
        _take_apart(group, size or 0, sizes)
    if sorted(_names(" ".join(left))) != sorted(_names(" ".join(right))):
        raise CannotTell
    return tuple(prod(sizes[name] for name in _names(group)) for group in right)


def _names(group: str) -> list[str]:
    """The axes in a group, or in several: `(h w)` has `h` and `w`."""
    return re.findall(r"\w+", group)


def _take_apart(group: str, size: int, sizes: dict[str, int]) -> None:
    """Finds the sizes of a group's axes, of which one may not be given."""
    names = _names(group)
    missing = [name for name in names if name not in sizes]
    known = prod(sizes[name] for name in names if name in sizes)
    if not group.startswith("("):
        sizes[group] = size
    elif len(missing) > 1 or not known or size % known or (not missing and size != known):
        raise CannotTell
    elif missing:
        sizes[missing[0]] = size // known


@gives(SAME, "tile")
def tile(a: Values) -> Shape:
    """Sizes times repeats, aligned at the last."""
    shape, repeats = a.tensor("x"), sizes_in(a["repeats"])
    rank = max(len(shape), len(repeats))
    shape = (1,) * (rank - len(shape)) + shape
    repeats = (1,) * (rank - len(repeats)) + repeats
    return tuple(map(_times, shape, repeats))


def _times(size: Size, times: Size) -> Size:
    return None if size is None or times is None else size * times


@gives(SAME, "repeat")
def repeat(a: Values) -> Shape:
    """Each value several times, along an axis or flat."""
    shape, repeats = a.tensor("x"), a["repeats"]
    axis = 0
    if a["axis"] is None:
        shape = (product(shape),)
    else:
        axis = a.axis("axis", len(shape))
    return (*shape[:axis], _repeated(shape[axis], repeats), *shape[axis + 1 :])


def _repeated(size: Size, repeats: object) -> Size:
    if isinstance(repeats, TensorSpec) or repeats is None:
        return None
    times = sizes_in(repeats)
    if len(times) == 1:
        return _times(size, times[0])
    if size is None or None in times:
        return None
    if len(times) != size:
        raise RuleError(
            f"needs one number of repeats, or {size} of them, not {len(times)}", argument="repeats"
        )
    return sum(each for each in times if each is not None)


@gives(SAME, "pad")
def pad(a: Values) -> Shape:
    """Sizes and what is put before and after them."""
    shape = a.tensor("x")
    widths = _pad_widths(a["pad_width"])
    if len(widths) == 1:
        widths = widths * len(shape)
    if len(widths) != len(shape):
        raise RuleError(
            f"needs a pair for each dimension of {show_shape(shape)}, not {len(widths)}",
            argument="pad_width",
        )
    return tuple(
        None if size is None or None in width else size + sum(each or 0 for each in width)
        for size, width in zip(shape, widths, strict=True)
    )


def _pad_widths(value: object) -> list[Shape]:
    """Pairs of what stands before and after: one for all dimensions, or one for each."""
    if isinstance(value, int):
        return [(value, value)]
    if not isinstance(value, list | tuple) or not value:
        raise CannotTell
    pairs = [value] if isinstance(value[0], int) else value
    widths = [sizes_in(pair) for pair in pairs]
    if any(
        len(width) not in (1, 2) or isinstance(pair, int)
        for width, pair in zip(widths, pairs, strict=True)
    ):
        raise CannotTell
    return [width if len(width) == 2 else width * 2 for width in widths]

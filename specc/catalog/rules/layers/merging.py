"""Layers that make one tensor of several: elementwise, end to end, or by a product."""

from __future__ import annotations

from collections.abc import Sequence

from specc.catalog.rules.arithmetic import axis_of
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, stateless
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape

ELEMENTWISE = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")

stateless(*ELEMENTWISE, "Concatenate", "Dot")


@shapes_of(*ELEMENTWISE)
def elementwise(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """All inputs with the same batch, and sizes that are equal or one."""
    shapes = _shapes(x)
    if a.entry.name == "Subtract" and shapes is not None and len(shapes) != 2:
        raise RuleError(f"needs two tensors, not {len(shapes)}")
    if shapes is None or None in shapes:
        return UNKNOWN
    known = [shape for shape in shapes if shape is not None]
    if not all(known):
        raise RuleError("needs inputs of rank 1 or more, not []")
    space = known[0][1:]
    for shape in known[1:]:
        found = _merged(space, shape[1:])
        if found is None:
            raise _differ(known)
        space = found
    return TensorSpec((_batch(known), *space), a.policy.compute)


@shapes_of("Concatenate")
def concatenate(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Inputs that differ along one axis only, where their sizes add up."""
    shapes = _shapes(x)
    if shapes is None:
        return UNKNOWN
    known = [shape for shape in shapes if shape is not None]
    if len({len(shape) for shape in known}) > 1:
        raise RuleError(f"can't join {_list(known)}: their ranks differ")
    if len(known) < len(shapes):
        return UNKNOWN
    if len(known) == 1 and 0 < len(known[0]) <= a["axis"]:
        return TensorSpec(known[0], a.policy.compute)  # nothing to join: Keras asks no axis
    axis = axis_of(a["axis"], len(known[0]))
    _check_others(axis, known)
    sizes = list(known[0])
    sizes[axis] = _sum([shape[axis] for shape in known])
    return TensorSpec(tuple(sizes), a.policy.compute)


@shapes_of("Dot")
def dot(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The products along an axis of each of two inputs: the other axes, one after the other."""
    shapes = _shapes(x)
    if shapes is not None and len(shapes) != 2:
        raise RuleError(f"needs two tensors, not {len(shapes)}")
    if shapes is None or shapes[0] is None or shapes[1] is None:
        return UNKNOWN
    one, other = shapes[0], shapes[1]
    first, second = _dot_axes(a["axes"], len(one), len(other))
    if one[first] != other[second]:
        raise RuleError(
            f"can't multiply {show_shape(one)} and {show_shape(other)}:"
            f" axis {first} of the one and axis {second} of the other differ",
            argument="axes",
        )
    if len(other) < 2:
        raise RuleError(f"needs inputs of rank 2 or more, not {show_shape(other)}")
    left = one[:first] + one[first + 1 :]
    right = other[:second] + other[second + 1 :]
    sizes = left + right[1:]
    return TensorSpec((*sizes, 1) if len(sizes) == 1 else sizes, a.policy.compute)


def _dot_axes(axes: int | Sequence[int], one: int, other: int) -> tuple[int, int]:
    """The axis of each input, counted from the front; one for both goes round from the back."""
    if isinstance(axes, int) and axes < 0 < one * other:
        return axes % one, axes % other
    first, second = (axes, axes) if isinstance(axes, int) else axes
    return axis_of(first, one, "axes"), axis_of(second, other, "axes")


def _shapes(x: Specs) -> list[Shape | None] | None:
    """The shapes of the inputs; None where it isn't even known how many there are."""
    if isinstance(x, TensorSpec):
        if x.shape is None:
            return None
        raise RuleError(f"needs a list of tensors, not one of {show_shape(x.shape)}")
    if not isinstance(x, list | tuple) or not x:
        return None
    if not all(isinstance(item, TensorSpec) for item in x):
        return None
    return [item.shape for item in x]


def _merged(a: Shape, b: Shape) -> Shape | None:
    """Sizes without the batch, put together as Keras does; None: they don't fit."""
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    head = len(longer) - len(shorter)
    sizes: list[Size] = list(longer[:head])
    for one, other in zip(longer[head:], shorter, strict=True):
        if one is None or other is None:
            sizes.append(None)
        elif one == other or 1 in (one, other):
            sizes.append(other if one == 1 else one)
        else:
            return None
    return tuple(sizes)


def _batch(shapes: Sequence[Shape]) -> Size:
    """The batch's size, which all that know it share."""
    sizes = {shape[0] for shape in shapes} - {None}
    if len(sizes) > 1:
        raise RuleError(f"needs inputs of one batch size, not {_list(shapes)}")
    return next(iter(sizes), None)


def _differ(shapes: Sequence[Shape]) -> RuleError:
    return RuleError(f"can't broadcast {_list(shapes)}: sizes must be equal, or 1")


def _check_others(axis: int, shapes: Sequence[Shape]) -> None:
    """The sizes of the other axes are equal as far as they are known."""
    for place, sizes in enumerate(zip(*shapes, strict=True)):
        if place != axis and len(set(sizes) - {None}) > 1:
            different = " and ".join(str(size) for size in sorted(set(sizes) - {None}))
            raise RuleError(
                f"can't join {_list(shapes)} along axis {axis}: {different} differ on axis {place}",
                argument="axis",
            )


def _sum(sizes: Sequence[Size]) -> Size:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _list(shapes: Sequence[Shape]) -> str:
    """Shapes in words, each different one once."""
    *most, last = dict.fromkeys(show_shape(shape) for shape in shapes)
    return f"{', '.join(most)} and {last}" if most else last

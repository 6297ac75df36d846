"""Arithmetic on shapes that rules share; an unknown size or rank goes through all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import (
    UNKNOWN,
    Shape,
    Size,
    Specs,
    TensorSpec,
    leaves,
    show_shape,
)


def shape_of(x: Specs) -> Shape | None:
    """The shape of the one tensor that a layer takes; None where its rank isn't known.

    Raises:
        RuleError: there are several tensors.
    """
    if isinstance(x, TensorSpec):
        return x.shape
    count = sum(1 for _ in leaves(x))
    if count > 1:
        raise RuleError(f"takes one tensor, not {count}")
    return None


def ranked(x: Specs, rank: int) -> Shape | None:
    """The shape of a tensor of a fixed rank; None where its rank isn't known.

    Raises:
        RuleError: its rank is another.
    """
    shape = shape_of(x)
    if shape is not None and len(shape) != rank:
        raise RuleError(f"needs an input of rank {rank}, not {show_shape(shape)}")
    return shape


def at_least(x: Specs, rank: int) -> Shape | None:
    """The shape of a tensor of some rank or more; None where its rank isn't known.

    Raises:
        RuleError: its rank is lower.
    """
    shape = shape_of(x)
    if shape is not None and len(shape) < rank:
        raise RuleError(f"needs an input of rank {rank} or more, not {show_shape(shape)}")
    return shape


def kept(x: Specs, dtype: str | None) -> Specs:
    """The same shapes in the same structure, in another dtype."""
    if isinstance(x, TensorSpec):
        return UNKNOWN if x.shape is None else TensorSpec(x.shape, dtype)
    if isinstance(x, list | tuple):
        return type(x)(kept(item, dtype) for item in x)
    if isinstance(x, dict):
        return {key: kept(item, dtype) for key, item in x.items()}
    return x


def repeated(value: int | Sequence[int], count: int) -> tuple[int, ...]:
    """A number a dimension, of one number for all of them or of a number each."""
    return (value,) * count if isinstance(value, int) else tuple(value)


def axis_of(axis: int, rank: int, argument: str = "axis") -> int:
    """An axis counted from the front, of one that may count from the back.

    Raises:
        RuleError: there is no such axis.
    """
    if not -rank <= axis < rank:
        raise RuleError(f"has no axis {axis} in an input of rank {rank}", argument=argument)
    return axis + rank if axis < 0 else axis


def channels_of(shape: Shape, channels_first: bool) -> Size:
    """How many channels a tensor has."""
    return shape[1] if channels_first else shape[-1]


def space_of(shape: Shape, channels_first: bool) -> Shape:
    """The sizes between batch and channels."""
    return shape[2:] if channels_first else shape[1:-1]


def joined(batch: Size, space: Iterable[Size], channels: Size, channels_first: bool) -> Shape:
    """The shape of a batch, space and channels."""
    return (batch, channels, *space) if channels_first else (batch, *space, channels)


def window_count(size: Size, window: int, stride: int, padding: str) -> Size:
    """How many positions a window has along a dimension; below one where it doesn't fit."""
    if size is None:
        return None
    return (size - (window if padding == "valid" else 1)) // stride + 1


def product(sizes: Iterable[Size]) -> Size:
    """The product of sizes; None where one isn't known."""
    result = 1
    for size in sizes:
        if size is None:
            return None
        result *= size
    return result


def broadcast(a: Shape, b: Shape) -> Shape | None:
    """The shape of an elementwise result, where the last dimensions meet; None: they don't fit."""
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    head = len(longer) - len(shorter)
    sizes: list[Size] = list(longer[:head])
    for one, other in zip(longer[head:], shorter, strict=True):
        if one == 1 or (one is None and other != 1):
            sizes.append(other)
        elif other in (1, None, one):
            sizes.append(one)
        else:
            return None
    return tuple(sizes)

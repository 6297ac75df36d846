"""Layers that give the same values in another shape, or less or more of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.catalog.rules.arithmetic import (
    at_least,
    channels_of,
    joined,
    product,
    ranked,
    repeated,
    space_of,
)
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, stateless
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, show_shape

CROPPING = ("Cropping1D", "Cropping2D", "Cropping3D")
PADDING = ("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
UP_SAMPLING = ("UpSampling1D", "UpSampling2D", "UpSampling3D")

stateless("Flatten", "Reshape", "Permute", "RepeatVector", *CROPPING, *PADDING, *UP_SAMPLING)


@shapes_of("Flatten")
def flatten(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, …]` → `[batch, n]`."""
    shape = at_least(x, 1)
    return UNKNOWN if shape is None else _same(x, (shape[0], product(shape[1:])))


@shapes_of("Reshape")
def reshape(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, …]` → `[batch, target_shape…]`."""
    shape = at_least(x, 1)
    if shape is None:
        return UNKNOWN
    target = tuple(a["target_shape"])
    fixed = product(size for size in target if size not in (-1, None))
    size, free = product(shape[1:]), [size for size in target if size in (-1, None)]
    if size is None or None in free or fixed is None:
        return _same(x, (shape[0], *(None if each == -1 else each for each in target)))
    if size % fixed if free and fixed else size != fixed or bool(free):
        raise _wrong_size(shape, size, target)
    return _same(x, (shape[0], *(size // fixed if each == -1 else each for each in target)))


def _wrong_size(shape: Shape, size: int, target: Shape) -> RuleError:
    fitting = "divide" if -1 in target else "multiply to"
    return RuleError(
        f"can't make {show_shape(target)} of {show_shape(shape)}, which has {size} values a sample",
        f"the sizes of `target_shape` must {fitting} {size}",
        "target_shape",
    )


@shapes_of("Permute")
def permute(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The axes after the batch in another order."""
    shape = ranked(x, len(a["dims"]) + 1)
    return UNKNOWN if shape is None else _same(x, (shape[0], *(shape[i] for i in a["dims"])))


@shapes_of("RepeatVector")
def repeat_vector(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, size]` → `[batch, n, size]`."""
    shape = ranked(x, 2)
    if shape is None:
        return UNKNOWN
    return TensorSpec((shape[0], a["n"], shape[1]), a.policy.compute)


@shapes_of(*CROPPING)
def cropping(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Less of each dimension of space."""
    rank, first = _rank(a), a.channels_first
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    cuts = _margins(a["cropping"], rank)
    space = [
        None if size is None else size - cut
        for size, cut in zip(space_of(shape, first), cuts, strict=True)
    ]
    if any(size is not None and size < 1 for size in space):
        raise RuleError(
            f"cuts {show_shape(tuple(cuts))} from {show_shape(shape)}, and nothing is left",
            argument="cropping",
        )
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


@shapes_of(*PADDING)
def padding(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """More of each dimension of space."""
    rank, first = _rank(a), a.channels_first
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    more = _margins(a["padding"], rank)
    space = [
        None if size is None else size + each
        for size, each in zip(space_of(shape, first), more, strict=True)
    ]
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


@shapes_of(*UP_SAMPLING)
def up_sampling(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Each dimension of space as many times as long."""
    rank, first = _rank(a), a.channels_first
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    factors = repeated(a["size"], rank)
    space = [product(pair) for pair in zip(space_of(shape, first), factors, strict=True)]
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


def _same(x: Specs, shape: Shape) -> TensorSpec:
    """The same values, of whatever dtype, in another shape."""
    return TensorSpec(shape, x.dtype if isinstance(x, TensorSpec) else None)


def _rank(a: Arguments) -> int:
    """How many dimensions of space a class has: its name ends in them."""
    return int(a.entry.name[-2])


def _margins(value: Any, rank: int) -> list[int]:
    """What is cut off or put on in each dimension, at both ends together.

    It is written as a number for all, as a number for each, or as two numbers for each; in one
    dimension two numbers are those of its ends.
    """
    sides: Sequence[Any] = (value,) * rank if isinstance(value, int) or rank == 1 else value
    return [2 * side if isinstance(side, int) else sum(side) for side in sides]

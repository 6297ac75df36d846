"""Pooling: by windows, over all of space, or to a size."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import (
    channels_of,
    joined,
    ranked,
    repeated,
    shape_of,
    space_of,
    window_count,
)
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, stateless
from specc.catalog.rules.tensor_spec import UNKNOWN, Specs, TensorSpec, show_shape

POOLING = tuple(f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3))
GLOBAL = tuple(f"Global{name}" for name in POOLING)
ADAPTIVE = tuple(f"Adaptive{name}" for name in POOLING)

stateless(*POOLING, *GLOBAL, *ADAPTIVE)


@shapes_of(*POOLING)
def pooling(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, fewer…, n]`."""
    rank, first = _rank(a), a.channels_first
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    windows = repeated(a["pool_size"], rank)
    strides = windows if a["strides"] is None else repeated(a["strides"], rank)
    steps = zip(space_of(shape, first), windows, strides, strict=True)
    padding = a["padding"]
    space = [window_count(size, window, stride, padding) for size, window, stride in steps]
    if padding == "valid" and any(size is not None and size < 1 for size in space):
        raise RuleError(
            f"has a window of {show_shape(windows)}, more than its input {show_shape(shape)}",
            "write `padding: same`, or take a smaller window",
            "pool_size",
        )
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


@shapes_of(*GLOBAL)
def global_pooling(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, n]`."""
    rank, first = _rank(a), a.channels_first
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    space = (1,) * rank if a["keepdims"] else ()
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


@shapes_of(*ADAPTIVE)
def adaptive_pooling(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, output_size…, n]`."""
    rank, first = _rank(a), a.channels_first
    if len(shape_of(x) or ()) == rank + 1:
        return UNKNOWN  # Keras pools a single image, but states a wrong shape for it
    shape = ranked(x, rank + 2)
    if shape is None:
        return UNKNOWN
    space = repeated(a["output_size"], rank)
    sizes = joined(shape[0], space, channels_of(shape, first), first)
    return TensorSpec(sizes, a.policy.compute)


def _rank(a: Arguments) -> int:
    """How many dimensions of space a class has: its name ends in them."""
    return int(a.entry.name[-2])

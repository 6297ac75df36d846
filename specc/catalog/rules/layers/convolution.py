"""Convolutions, and what goes back: transposed, separable and depthwise ones."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import (
    channels_of,
    joined,
    ranked,
    repeated,
    space_of,
    window_count,
)
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape

RANKS = {
    **{f"Conv{rank}D": rank for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": rank for rank in (1, 2, 3)},
    **{f"{kind}Conv{rank}D": rank for kind in ("Separable", "Depthwise") for rank in (1, 2)},
}
"""How many dimensions of space each class has."""


@shapes_of("Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D")
def conv(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, fewer…, filters]`."""
    shape = _input(a, x)
    if shape is None:
        return UNKNOWN
    return TensorSpec(_convolved(a, shape, a["filters"]), a.policy.compute)


@shapes_of("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, fewer…, n * depth_multiplier]`."""
    shape = _input(a, x)
    if shape is None:
        return UNKNOWN
    channels = channels_of(shape, a.channels_first)
    count = None if channels is None else channels * a["depth_multiplier"]
    return TensorSpec(_convolved(a, shape, count), a.policy.compute)


@shapes_of("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transpose(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, space…, n]` → `[batch, more…, filters]`."""
    shape = _input(a, x)
    if shape is None:
        return UNKNOWN
    rank, first = RANKS[a.entry.name], a.channels_first
    given = a["output_padding"]
    paddings = (None,) * rank if given is None else repeated(given, rank)
    windows, strides = _windows(a, rank), repeated(a["strides"], rank)
    sizes = zip(space_of(shape, first), windows, strides, paddings, strict=True)
    space = [_transposed_size(*each, a["padding"]) for each in sizes]
    return TensorSpec(joined(shape[0], space, a["filters"], first), a.policy.compute)


@slots_of("Conv1D", "Conv2D", "Conv3D")
def conv_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` and `bias`, and the two small kernels of LoRA."""
    channels, dtype = _channels(a, x), a.policy.variable
    if channels is None or dtype is None:
        return None
    rank, filters, lora = RANKS[a.entry.name], a["filters"], a.get("lora_rank")
    shape = (*repeated(a["kernel_size"], rank), channels // a["groups"], filters)
    slots = _with_bias(a, [SlotSpec("kernel", shape, dtype)], filters)
    if lora:
        slots.append(SlotSpec("lora_kernel_a", (*shape[:-1], lora)))
        slots.append(SlotSpec("lora_kernel_b", (lora, filters)))
    return slots


@slots_of("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transpose_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel`, whose last two sizes stand the other way round, and `bias`."""
    channels, dtype = _channels(a, x), a.policy.variable
    if channels is None or dtype is None:
        return None
    size = repeated(a["kernel_size"], RANKS[a.entry.name])
    kernel = SlotSpec("kernel", (*size, a["filters"], channels), dtype)
    return _with_bias(a, [kernel], a["filters"])


@slots_of("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel`, with a filter for each channel and multiple, and `bias`."""
    channels, dtype = _channels(a, x), a.policy.variable
    if channels is None or dtype is None:
        return None
    size, multiplier = repeated(a["kernel_size"], RANKS[a.entry.name]), a["depth_multiplier"]
    kernel = SlotSpec("kernel", (*size, channels, multiplier), dtype)
    return _with_bias(a, [kernel], channels * multiplier)


@slots_of("SeparableConv1D", "SeparableConv2D")
def separable_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`depthwise_kernel`, `pointwise_kernel` and `bias`."""
    channels, dtype = _channels(a, x), a.policy.variable
    if channels is None or dtype is None:
        return None
    rank, filters, multiplier = RANKS[a.entry.name], a["filters"], a["depth_multiplier"]
    size = repeated(a["kernel_size"], rank)
    depthwise_kernel = SlotSpec("depthwise_kernel", (*size, channels, multiplier), dtype)
    shape = (*(1,) * rank, multiplier * channels, filters)
    pointwise_kernel = SlotSpec("pointwise_kernel", shape, dtype)
    return _with_bias(a, [depthwise_kernel, pointwise_kernel], filters)


def _input(a: Arguments, x: Specs) -> Shape | None:
    """The input's shape; its rank, channels and groups are right."""
    shape = ranked(x, RANKS[a.entry.name] + 2)
    if shape is None:
        return None
    channels = channels_of(shape, a.channels_first)
    if channels is None:
        raise RuleError(f"needs to know the channels of its input, {show_shape(shape)}")
    groups = a.get("groups", 1)
    if channels % groups:
        raise RuleError(
            f"can't split the {channels} channels of {show_shape(shape)} into {groups} groups",
            f"`groups` must divide {channels}",
            "groups",
        )
    return shape


def _channels(a: Arguments, x: Specs) -> Size:
    shape = _input(a, x)
    return None if shape is None else channels_of(shape, a.channels_first)


def _convolved(a: Arguments, shape: Shape, channels: Size) -> Shape:
    """The shape of a convolution's output."""
    rank, first, padding = RANKS[a.entry.name], a.channels_first, a["padding"]
    steps = zip(
        space_of(shape, first), _windows(a, rank), repeated(a["strides"], rank), strict=True
    )
    space = [window_count(size, window, stride, padding) for size, window, stride in steps]
    if padding == "valid" and any(size is not None and size < 1 for size in space):
        raise _too_small(a, shape, rank)
    return joined(shape[0], space, channels, first)


def _windows(a: Arguments, rank: int) -> list[int]:
    """How far a kernel reaches in each dimension, with its gaps."""
    sizes, gaps = repeated(a["kernel_size"], rank), repeated(a["dilation_rate"], rank)
    return [(size - 1) * gap + 1 for size, gap in zip(sizes, gaps, strict=True)]


def _too_small(a: Arguments, shape: Shape, rank: int) -> RuleError:
    window = show_shape(tuple(_windows(a, rank)))
    return RuleError(
        f"has a kernel that reaches over {window}, more than its input {show_shape(shape)}",
        "write `padding: same`, or take a smaller kernel",
        "kernel_size",
    )


def _transposed_size(size: Size, window: int, stride: int, more: int | None, padding: str) -> Size:
    """The size that a convolution of the same arguments would bring back to `size`."""
    if size is None:
        return None
    if padding == "valid":
        rest = max(window, stride) - window if more is None else more
        return (size - 1) * stride + window + rest
    return size * stride if more is None else (size - 1) * stride + window % 2 + more


def _with_bias(a: Arguments, kernels: list[SlotSpec], size: int) -> list[SlotSpec]:
    if not a["use_bias"]:
        return kernels
    return [*kernels, SlotSpec("bias", (size,), kernels[0].dtype)]

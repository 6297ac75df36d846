"""Layers before a model: numbers in a range, images of a size, sounds as spectra."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import axis_of, joined, kept, ranked, shape_of, window_count
from specc.catalog.rules.inference import infer_nested
from specc.catalog.rules.layers.images import images_of, resized
from specc.catalog.rules.registry import (
    Arguments,
    CallArguments,
    RuleError,
    shapes_of,
    slots_of,
    stateless,
)
from specc.catalog.rules.slot_spec import SlotKind, SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, show_shape

stateless("Rescaling", "Resizing", "CenterCrop", "MelSpectrogram")


@shapes_of("Rescaling")
def rescaling(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The same shape."""
    return kept(x, a.policy.compute)


@shapes_of("Normalization")
def normalization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The same shape."""
    shape = shape_of(x)
    if shape is not None:
        _check_mean(a, _kept_axes(a, shape), shape)
    return TensorSpec(shape, a.policy.compute)


@shapes_of("Resizing", "CenterCrop")
def resizing(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images of the given height and width."""
    shape = images_of(x)
    return UNKNOWN if shape is None else TensorSpec(resized(a, shape), a.policy.compute)


@shapes_of("MelSpectrogram")
def mel_spectrogram(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, time]` → `[batch, num_mel_bins, windows]`."""
    shape = shape_of(x)
    if shape is None or len(shape) > 2:
        return UNKNOWN  # Keras's own answer for a higher rank isn't what it computes
    if not shape:
        raise RuleError("needs an input of rank 1 or 2, not []")
    step = a["sequence_stride"]
    count = None if shape[-1] is None else (shape[-1] + step + 1) // step
    return TensorSpec((*shape[:-1], a["num_mel_bins"], count), a.policy.compute)


@shapes_of("STFTSpectrogram")
def stft_spectrogram(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, time, n]` → `[batch, windows, n * frequencies]`."""
    shape = ranked(x, 3)
    if shape is None:
        return UNKNOWN
    batch, time, channels = (shape[0], shape[2], shape[1]) if a.channels_first else shape
    if channels is None:
        raise RuleError(f"needs to know the channels of its input, {show_shape(shape)}")
    length = a["frame_length"]
    count = window_count(time, length, a["frame_step"] or length // 2, a["padding"])
    if count is not None and count < 1:
        raise RuleError(
            f"has frames of {length}, more than the time of its input, {show_shape(shape)}",
            "write `padding: same`, or a smaller `frame_length`",
            "frame_length",
        )
    bins = _frequencies(a) * (2 if a["mode"] == "stft" else 1)
    if a["expand_dims"]:
        sizes = joined(batch, (count, bins), channels, a.channels_first)
    else:
        sizes = joined(batch, (count,), bins * channels, a.channels_first)
    return TensorSpec(sizes, a.policy.compute)


@shapes_of("Pipeline")
def pipeline(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What the last of its layers gives."""
    if not a["layers"]:
        raise RuleError("needs a layer to give anything", argument="layers")
    for layer in a["layers"]:
        x = infer_nested(layer, a.dtype, x, {}).outputs
    return x


@slots_of("Normalization")
def normalization_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """What the data had, unless the arguments say it: mean, variance, and how much there was."""
    if a["mean"] is not None:
        return []
    shape, dtype = shape_of(x), a.policy.variable
    if shape is None or dtype is None:
        return None
    sizes = tuple(shape[axis] for axis in _kept_axes(a, shape))
    return [
        SlotSpec("adapt_mean", sizes, dtype, SlotKind.STATISTIC, trainable=False),
        SlotSpec("adapt_variance", sizes, dtype, SlotKind.STATISTIC, trainable=False),
        SlotSpec("count", (), "int64", SlotKind.STATISTIC, trainable=False),
    ]


@slots_of("STFTSpectrogram")
def stft_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The waves that frames are compared with: cosines and sines, or one of both."""
    dtype = a.policy.variable
    if dtype is None:
        return None
    shape = (a["frame_length"], 1, _frequencies(a))
    parts = [part for part, other in (("real", "imag"), ("imag", "real")) if a["mode"] != other]
    return [SlotSpec(f"{part}_kernel", shape, dtype) for part in parts]


@slots_of("Pipeline")
def pipeline_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of its layers."""
    slots: list[SlotSpec] = []
    for place, layer in enumerate(a["layers"]):
        found = infer_nested(layer, a.dtype, x, {})
        if found.slots is None:
            return None
        slots.extend(slot.below(f"pipeline_layers.{place}") for slot in found.slots)
        x = found.outputs
    return slots


def _frequencies(a: Arguments) -> int:
    """How many frequencies a spectrum has: half of the window's, rounded up to a power of two."""
    length: int = a["fft_length"] or 1 << (a["frame_length"] - 1).bit_length()
    return length // 2 + 1


def _kept_axes(a: Arguments, shape: Shape) -> list[int]:
    """The axes that have a mean for each place, in their order; their sizes are known."""
    given = a["axis"]
    axes = [] if given is None else [given] if isinstance(given, int) else given
    kept = sorted(axis_of(axis, len(shape)) for axis in axes)
    for axis in kept:
        if shape[axis] is None:
            raise RuleError(f"needs to know the size of axis {axis} of {show_shape(shape)}")
    return kept


def _check_mean(a: Arguments, kept: list[int], shape: Shape) -> None:
    """The mean has a value for each place along the kept axes, or one for all of them."""
    sizes = _sizes(a["mean"])
    for size, axis in zip(reversed(sizes), reversed(kept), strict=False):
        if size not in (1, shape[axis]):
            raise RuleError(
                f"has {size} means for the {shape[axis]} places along axis {axis} of "
                f"{show_shape(shape)}",
                argument="mean",
            )


def _sizes(value: object) -> list[int]:
    """The shape of nested lists of numbers."""
    return [len(value), *_sizes(value[0] if value else 0)] if isinstance(value, list) else []

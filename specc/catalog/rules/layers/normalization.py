"""Normalization: the shape stays, and each axis has its scale, its shift and its statistics."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import axis_of, shape_of
from specc.catalog.rules.inference import Inference, infer_nested
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

STATISTICS = ("moving_mean", "moving_variance")
RENORM_STATISTICS = ("moving_stddev", "renorm_mean", "renorm_stddev")

stateless("UnitNormalization")


@shapes_of("UnitNormalization")
def unit_normalization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    for axis in _axes(a):
        axis_of(axis, len(shape))
    return TensorSpec(shape, a.policy.compute)


@shapes_of("BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization")
def normalization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    sizes = _normalized(a, shape)
    if a.entry.name == "GroupNormalization":
        _check_groups(a, shape, sizes[0])
    return TensorSpec(shape, a.policy.compute)


@slots_of("BatchNormalization")
def batch_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`gamma`, `beta`, and the statistics that training moves."""
    slots = scale_slots(a, x)
    shape = shape_of(x)
    if slots is None or shape is None:
        return None
    sizes, dtype = _normalized(a, shape), a.policy.variable or ""
    names = STATISTICS + RENORM_STATISTICS if a["renorm"] else STATISTICS
    return [*slots, *(SlotSpec(name, sizes, dtype, SlotKind.STATISTIC, False) for name in names)]


@slots_of("LayerNormalization", "GroupNormalization")
def scale_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`gamma` and `beta`."""
    shape, dtype = shape_of(x), a.policy.variable
    if shape is None or dtype is None:
        return None
    sizes = _normalized(a, shape)
    wanted = (("gamma", a["scale"]), ("beta", a["center"]))
    return [SlotSpec(name, sizes, dtype) for name, has in wanted if has]


@slots_of("RMSNormalization")
def rms_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`scale`."""
    shape, dtype = shape_of(x), a.policy.variable
    if shape is None or dtype is None:
        return None
    return [SlotSpec("scale", _normalized(a, shape), dtype)]


@shapes_of("SpectralNormalization")
def spectral(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What the layer inside gives."""
    inner = _inside(a, x)
    if inner.slots is not None:
        _normalized_slot(inner.slots)
    if not isinstance(inner.outputs, TensorSpec) or inner.outputs.shape is None:
        return UNKNOWN
    return TensorSpec(inner.outputs.shape, a.policy.compute)


@slots_of("SpectralNormalization")
def spectral_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The vector of the norm, and the inner layer's variables."""
    inner = _inside(a, x).slots
    if inner is None:
        return None
    kernel = _normalized_slot(inner)
    size = None if kernel.shape is None else (1, kernel.shape[-1])
    vector = SlotSpec("vector_u", size, kernel.dtype, SlotKind.STATISTIC, trainable=False)
    return [vector, *(slot.below("layer") for slot in inner)]


def _inside(a: Arguments, x: Specs) -> Inference:
    return infer_nested(a["layer"], a.dtype, x, {})


def _normalized_slot(slots: tuple[SlotSpec, ...]) -> SlotSpec:
    """The variable whose norm is held."""
    for name in ("kernel", "embeddings"):
        for slot in slots:
            if slot.path == name:
                return slot
    raise RuleError("needs a layer with a `kernel` or `embeddings`", argument="layer")


def _axes(a: Arguments) -> list[int]:
    axis = a["axis"]
    return [axis] if isinstance(axis, int) else sorted(axis)


def _normalized(a: Arguments, shape: Shape) -> Shape:
    """The sizes of the axes that are normalized; variables need to know them."""
    rank = len(shape)
    sizes = tuple(shape[axis_of(axis, rank)] for axis in _axes(a))
    plain = a.entry.name == "LayerNormalization" and not (a["scale"] or a["center"])
    if None in sizes and not plain:
        along = ", ".join(map(str, _axes(a)))
        raise RuleError(f"needs to know the size of axis {along} of its input, {show_shape(shape)}")
    return sizes


def _check_groups(a: Arguments, shape: Shape, channels: int | None) -> None:
    groups = a["groups"]
    if channels is not None and groups != -1 and channels % groups:
        raise RuleError(
            f"can't split the {channels} channels of {show_shape(shape)} into {groups} groups",
            f"`groups` must divide {channels}",
            "groups",
        )

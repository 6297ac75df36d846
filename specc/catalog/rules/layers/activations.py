"""Activation layers: every value on its own, in the same shape."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import kept, shape_of
from specc.catalog.rules.registry import (
    Arguments,
    CallArguments,
    RuleError,
    shapes_of,
    slots_of,
    stateless,
)
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, show_shape

PLAIN = ("Activation", "ELU", "LeakyReLU", "ReLU", "Softmax")

stateless(*PLAIN)


@shapes_of(*PLAIN)
def activation(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    return kept(x, a.policy.compute)


@shapes_of("PReLU")
def prelu(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    _slopes(a, shape)
    return TensorSpec(shape, a.policy.compute)


@slots_of("PReLU")
def prelu_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`alpha`, a slope for each value of a sample that shares no axis."""
    shape, dtype = shape_of(x), a.policy.variable
    if shape is None or dtype is None:
        return None
    return [SlotSpec("alpha", _slopes(a, shape), dtype)]


def _slopes(a: Arguments, shape: Shape) -> Shape:
    """The shape of `alpha`: a sample's, with a single size along the shared axes."""
    axes, sizes = a["shared_axes"], list(shape[1:])
    for axis in [axes] if isinstance(axes, int) else axes or ():
        if not 1 - len(sizes) <= axis <= len(sizes):
            raise RuleError(f"has no axis {axis} in {show_shape(shape)}", argument="shared_axes")
        sizes[axis - 1] = 1
    if None in sizes:
        raise RuleError(
            f"needs to know the sizes of its input, {show_shape(shape)}",
            "write the axes of unknown sizes into `shared_axes`",
        )
    return tuple(sizes)

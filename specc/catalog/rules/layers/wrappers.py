"""Layers around a layer: forwards and backwards, or at each step."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import at_least, kept
from specc.catalog.rules.inference import Inference, infer_nested, nested_name
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec


@shapes_of("Bidirectional")
def bidirectional(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What the layer gives forwards and backwards, merged; and the states of both, if wanted."""
    found = infer_nested(a["layer"], a.dtype, x, {}).outputs
    output, *states = found if isinstance(found, tuple) else (found,)
    if not isinstance(output, TensorSpec) or output.shape is None:
        return UNKNOWN
    merged = [output, output] if a["merge_mode"] is None else [_merged(a, output)]
    every = tuple(kept(each, a.policy.compute) for each in (*merged, *states, *states))
    return every if len(every) > 1 else every[0]


@shapes_of("TimeDistributed")
def time_distributed(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, time, …]` → `[batch, time, …]`, as the layer takes each `[batch, …]`."""
    shape = at_least(x, 3)
    if shape is None:
        return UNKNOWN
    output = _at_each_step(a, x, shape).outputs
    if isinstance(output, list | tuple | dict):
        raise RuleError("needs a layer that gives one tensor", argument="layer")
    if not isinstance(output, TensorSpec) or not output.shape:
        return UNKNOWN
    return TensorSpec((output.shape[0], shape[1], *output.shape[1:]), a.policy.compute)


@slots_of("Bidirectional")
def bidirectional_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of the layer forwards, and as many backwards."""
    backward = a["layer"] if a["backward_layer"] is None else a["backward_layer"]
    slots: list[SlotSpec] = []
    for path, layer in (("forward_layer", a["layer"]), ("backward_layer", backward)):
        found = infer_nested(layer, a.dtype, x, {}).slots
        if found is None:
            return None
        slots.extend(slot.below(path) for slot in found)
    return slots


@slots_of("TimeDistributed")
def time_distributed_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of the layer."""
    shape = at_least(x, 3)
    found = None if shape is None else _at_each_step(a, x, shape).slots
    return None if found is None else [slot.below("layer") for slot in found]


def _at_each_step(a: Arguments, x: Specs, shape: Shape) -> Inference:
    dtype = x.dtype if isinstance(x, TensorSpec) else None
    step = TensorSpec((shape[0], *shape[2:]), dtype)
    try:
        return infer_nested(a["layer"], a.dtype, step, {})
    except RuleError as error:
        inner = nested_name(a["layer"])
        raise RuleError(
            f"can't apply its layer at each step: {inner} {error.message}", error.help, "layer"
        ) from error


def _merged(a: Arguments, output: TensorSpec) -> TensorSpec:
    """Both outputs as one: `concat` puts them beside each other."""
    size = output.shape[-1] if output.shape else None
    if a["merge_mode"] != "concat" or output.shape is None:
        return output
    return TensorSpec((*output.shape[:-1], None if size is None else 2 * size), output.dtype)

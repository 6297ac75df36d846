"""Applies the rules: what a layer gives, and which variables it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specc.catalog.entry import Entry
from specc.catalog.kinds import Kind, Resolved
from specc.catalog.rules.policy import is_float, layer_dtype, policy
from specc.catalog.rules.registry import (
    SHAPE_RULES,
    SLOT_RULES,
    Arguments,
    CallArguments,
)
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Specs, TensorSpec
from specc.catalog.store import find


@dataclass(frozen=True, slots=True)
class Inference:
    """What is known of a layer's call: its outputs, and its variables (None: not known)."""

    outputs: Specs
    slots: tuple[SlotSpec, ...] | None


def infer_layer(
    entry: Entry,
    arguments: Mapping[str, object],
    dtype: object,
    inputs: Specs,
    call: CallArguments | None = None,
) -> Inference:
    """What a layer gives when it is called on inputs.

    Args:
        entry: The layer's class.
        arguments: The constructor's arguments in YAML's form, checked.
        dtype: The layer's dtype policy.
        inputs: The specs of the first argument.
        call: The specs of the further arguments.

    Raises:
        RuleError: Keras would refuse the call.
    """
    known = policy(dtype)
    cast = _autocast(inputs, known.compute)
    others = {name: _autocast(value, known.compute) for name, value in (call or {}).items()}
    filled = Arguments(entry, arguments, known, dtype, others)
    shape_rule, slot_rule = SHAPE_RULES.get(entry.name), SLOT_RULES.get(entry.name)
    slots = slot_rule(filled, cast) if slot_rule is not None else None
    outputs = shape_rule(filled, cast, others) if shape_rule is not None else UNKNOWN
    return Inference(outputs, None if slots is None else tuple(slots))


def infer_op(name: str, values: Mapping[str, Any]) -> Specs:
    """What a function of `keras.ops` gives.

    Args:
        name: The function's name.
        values: Its arguments by name, defaults filled in; tensors as TensorSpecs.

    Raises:
        RuleError: Keras would refuse the call.
    """
    from specc.catalog.rules import ops  # registers the rules: most specs call no function

    rule = ops.OP_RULES.get(name)
    return UNKNOWN if rule is None else rule(values)


def _autocast(specs: Specs, compute: str | None) -> Specs:
    """Inputs as the layer gets them: floating-point ones in the dtype that it computes in."""
    if isinstance(specs, TensorSpec):
        if specs.dtype == compute or not is_float(specs.dtype):
            return specs
        return TensorSpec(specs.shape, compute)
    if isinstance(specs, list | tuple):
        return type(specs)(_autocast(item, compute) for item in specs)
    if isinstance(specs, dict):
        return {key: _autocast(item, compute) for key, item in specs.items()}
    return specs


def infer_nested(value: object, dtype: object, inputs: Specs, call: CallArguments) -> Inference:
    """What a layer gives that stands as an argument of another, in its YAML form or resolved.

    Raises:
        RuleError: Keras would refuse the call.
    """
    if isinstance(value, Resolved):
        found: Inference = value.infer(inputs)
        return found
    use = nested_use(value)
    if use is None:
        return NOTHING
    entry, arguments, own = use
    return infer_layer(entry, arguments, layer_dtype(entry, arguments, own, dtype), inputs, call)


def nested_use(value: object) -> tuple[Entry, Mapping[str, Any], object] | None:
    """The class, arguments and own dtype of a layer in its YAML form; None if it is none."""
    use = {value: {}} if isinstance(value, str) else value
    if not isinstance(use, dict):
        return None
    for name, arguments in use.items():
        entry = None if name in STEP_KEYS else find(Kind.LAYER, name)
        if entry is not None:
            return entry, arguments or {}, use.get("dtype")
    return None


def nested_name(value: object) -> str:
    """What to call such a layer: its class, if it is known."""
    use = None if isinstance(value, Resolved) else nested_use(value)
    return "it" if use is None else use[0].name


NOTHING = Inference(UNKNOWN, None)
"""What is known where no rule tells."""

STEP_KEYS = ("name", "trainable", "dtype")

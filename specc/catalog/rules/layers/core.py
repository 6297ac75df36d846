"""Dense, Embedding, and other layers that belong to no family."""

from __future__ import annotations

from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Specs, TensorSpec, show_shape


@shapes_of("Dense")
def dense(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[..., n]` → `[..., units]`."""
    if not isinstance(x, TensorSpec) or x.shape is None:
        return UNKNOWN
    if len(x.shape) < 2:
        raise RuleError(f"needs an input of rank 2 or more, not {show_shape(x.shape)}")
    if x.shape[-1] is None:
        raise RuleError(f"needs to know the last size of its input, {show_shape(x.shape)}")
    return TensorSpec((*x.shape[:-1], a["units"]), a.policy.compute)


@slots_of("Dense")
def dense_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` and `bias`."""
    size = x.shape[-1] if isinstance(x, TensorSpec) and x.shape else None
    dtype = a.policy.variable
    if size is None or dtype is None or a.policy.quantization or a["lora_rank"]:
        return None
    kernel = SlotSpec("kernel", (size, a["units"]), dtype)
    return [kernel, SlotSpec("bias", (a["units"],), dtype)] if a["use_bias"] else [kernel]

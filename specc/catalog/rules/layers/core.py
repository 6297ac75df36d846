"""Dense, Embedding, and other layers that belong to no family."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import at_least, broadcast, kept, shape_of
from specc.catalog.rules.layers.quantization import (
    Kernel,
    embedding_slots,
    kernel_slots,
    lora_slots,
)
from specc.catalog.rules.registry import (
    Arguments,
    CallArguments,
    RuleError,
    shapes_of,
    slots_of,
    stateless,
)
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Specs, TensorSpec, show_shape

stateless("CustomScaleLayer", "Identity", "InputLayer", "Masking", "StochasticDepth")


@shapes_of("Dense")
def dense(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[..., n]` → `[..., units]`."""
    shape = at_least(x, 2)
    if shape is None:
        return UNKNOWN
    if shape[-1] is None:
        raise RuleError(f"needs to know the last size of its input, {show_shape(shape)}")
    return TensorSpec((*shape[:-1], a["units"]), a.policy.compute)


@slots_of("Dense")
def dense_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` and `bias`, with the scales of a quantized kernel and the kernels of LoRA."""
    shape, dtype, units = at_least(x, 2), a.policy.variable, a["units"]
    size = shape[-1] if shape is not None else None
    if size is None or dtype is None:
        return None
    slots = kernel_slots(a, Kernel((size, units), size, units, (units,)))
    if slots is None:
        return None
    if a["use_bias"]:
        slots.append(SlotSpec("bias", (units,), dtype))
    return slots + lora_slots(a, "kernel", (size, units))


@shapes_of("Embedding", "ReversibleEmbedding")
def embedding(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[...]` → `[..., output_dim]`; in reverse `[..., n]` → `[..., input_dim]`."""
    reverse = call.get("reverse", False)
    shape = at_least(x, 1 if reverse else 0)
    if shape is None or not isinstance(reverse, bool):
        return UNKNOWN
    sizes = (*shape[:-1], a["input_dim"]) if reverse else (*shape, a["output_dim"])
    return TensorSpec(sizes, a.policy.compute)


@slots_of("Embedding")
def embedding_weights(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`embeddings`, with the scales of quantized ones and the small tables of LoRA."""
    shape = (a["input_dim"], a["output_dim"])
    slots = embedding_slots(a, "embeddings", shape)
    return None if slots is None else slots + lora_slots(a, "embeddings", shape)


@slots_of("ReversibleEmbedding")
def reversible_weights(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of an embedding, and those of the way back where it has its own."""
    slots = embedding_weights(a, x)
    if slots is None or a["tie_weights"]:
        return slots
    if a["lora_rank"] and a.policy.quantization is None:
        raise RuleError("can't have LoRA on weights that aren't tied", argument="lora_rank")
    shape = (a["output_dim"], a["input_dim"])
    back = embedding_slots(a, "reverse_embeddings", shape, back=True)
    return None if back is None else slots + back


@shapes_of("Identity")
def identity(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input."""
    return x


@shapes_of("Masking")
def masking(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    return kept(x, a.policy.compute)


@shapes_of("InputLayer")
def input_layer(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What its arguments say, as nothing goes in."""
    shape, batch_shape = a["shape"], a["batch_shape"]
    dtype = a.dtype if isinstance(a.dtype, str) else None
    if batch_shape is not None:
        return TensorSpec(tuple(batch_shape), dtype)
    return UNKNOWN if shape is None else TensorSpec((a["batch_size"], *shape), dtype)


@shapes_of("LayerScale")
def layer_scale(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input times a factor for each of its last axis."""
    shape, size = shape_of(x), a["projection_dim"]
    if shape is None:
        return UNKNOWN
    found = broadcast(shape, (size,))
    if found is None:
        raise RuleError(
            f"can't scale {show_shape(shape)} by {size} factors", argument="projection_dim"
        )
    return TensorSpec(found, a.policy.compute)


@slots_of("LayerScale")
def layer_scale_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`gamma`."""
    dtype = a.policy.variable
    return None if dtype is None else [SlotSpec("gamma", (a["projection_dim"],), dtype)]


@shapes_of("CustomScaleLayer")
def custom_scale(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The first input and the scaled second."""
    if not isinstance(x, list | tuple) or len(x) < 2:
        return UNKNOWN
    one, other = x[0], x[1]
    if not isinstance(one, TensorSpec) or not isinstance(other, TensorSpec):
        return UNKNOWN
    if one.shape is None or other.shape is None or {one.dtype, other.dtype} != {a.policy.compute}:
        return UNKNOWN
    found = broadcast(one.shape, other.shape)
    if found is None:
        raise RuleError(f"can't add {show_shape(one.shape)} and {show_shape(other.shape)}")
    return TensorSpec(found, a.policy.compute)


@shapes_of("StochasticDepth")
def stochastic_depth(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input, or none of it."""
    return x if not call.get("training") else UNKNOWN

"""Attention: queries look up values by keys."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specc.catalog.rules.arithmetic import at_least, shape_of
from specc.catalog.rules.layers.quantization import Kernel, kernel_slots, quantization
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec, generator
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape


@dataclass(frozen=True, slots=True)
class Triple:
    """The shapes of query, value and key; None where a rank isn't known."""

    query: Shape | None
    value: Shape | None
    key: Shape | None


@shapes_of("MultiHeadAttention")
def multi_head_attention(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The query's shape, with `output_shape` for its last size; and the scores, if wanted."""
    found = _heads_input(a, x, call)
    if found is None or found.query is None:
        return UNKNOWN
    query = found.query
    output = TensorSpec((*query[:-1], *_output_sizes(a, query)), a.policy.compute)
    # Keras gives the scores so even where values are longer or shorter than queries.
    return _with_scores(a, call, output, (query[0], a["num_heads"], query[1], query[1]))


@shapes_of("GroupQueryAttention")
def group_query_attention(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The query's shape; and the scores, if wanted."""
    found = _groups_input(a, x, call)
    if found is None or found.query is None:
        return UNKNOWN
    query, key = found.query, found.key
    length = None if key is None else key[1]
    output = TensorSpec(query, a.policy.compute)
    return _with_scores(a, call, output, (query[0], a["num_query_heads"], query[1], length))


@shapes_of("Attention", "AdditiveAttention")
def attention(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[query, value, key]` → the query's shape, with the value's last size; and the scores."""
    found = _listed(x, call)
    if found is None or found.query is None:
        return UNKNOWN
    _scale_size(a, found)
    query, size = found.query, None if found.value is None else found.value[-1]
    length = None if found.key is None else found.key[-2]
    output = TensorSpec((*query[:-1], size), a.policy.compute)
    return _with_scores(a, call, output, (*query[:-1], length))


@slots_of("MultiHeadAttention")
def multi_head_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The projections of query, key and value, and the one of all heads to the output."""
    found, dtype = _heads_input(a, x, a.call), a.policy.variable
    if found is None or dtype is None or quantization(a) is None:
        return None
    query, key, value = found.query, found.key, found.value
    if query is None or key is None or value is None:
        return None
    heads, width = a["num_heads"], query[-1]
    keys, values = (heads, a["key_dim"]), (heads, a["value_dim"] or a["key_dim"])
    return [
        *_projection(a, "query", query, (width,), keys),
        *_projection(a, "key", key, (key[-1],), keys),
        *(_projection(a, "gate_dense", query, (width,), values) if a["use_gate"] else ()),
        *_projection(a, "value", value, (value[-1],), values),
        *([generator("dropout_layer.seed_generator")] if a["dropout"] > 0 else ()),
        *_projection(a, "output", query, values, _output_sizes(a, query)),
    ]


@slots_of("GroupQueryAttention")
def group_query_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The projections of query, key and value, and the one of all heads to the output."""
    found, dtype = _groups_input(a, x, a.call), a.policy.variable
    if found is None or dtype is None or quantization(a) is None:
        return None
    query, key, value = found.query, found.key, found.value
    if query is None or key is None or value is None:
        return None
    many, few = ((a[name], a["head_dim"]) for name in ("num_query_heads", "num_key_value_heads"))
    width = query[-1]
    return [
        *_projection(a, "query", query, (width,), many),
        *_projection(a, "key", key, (key[-1],), few),
        *(_projection(a, "gate_dense", query, (width,), many) if a["use_gate"] else ()),
        *_projection(a, "value", value, (value[-1],), few),
        *([generator("dropout_layer.seed_generator")] if a["dropout"] > 0 else ()),
        *_projection(a, "output", query, many, (width,)),
    ]


@slots_of("Attention", "AdditiveAttention")
def attention_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """A scale, a weight of the scores, and dropout's generator: each only where it is used."""
    found, dtype = _listed(x, a.call), a.policy.variable
    if found is None or dtype is None:
        return None
    slots = []
    if a["use_scale"]:
        size = _scale_size(a, found)
        if size is None and a.entry.name == "AdditiveAttention":
            return None
        slots.append(SlotSpec("scale", () if size is None else (size,), dtype))
    if a.get("score_mode") == "concat":
        slots.append(SlotSpec("concat_score_weight", (), dtype))
    if a["dropout"] > 0:
        slots.append(generator())
    return slots


def _projection(a: Arguments, path: str, shape: Shape, sizes: Shape, to: Shape) -> list[SlotSpec]:
    """A dense layer's kernel and bias, between several dimensions of a tensor."""
    ones = (1,) * (len(shape) - 1)
    inside, outside = _known(sizes), _known(to)
    rows, columns = math.prod(inside), math.prod(outside)
    kernel = Kernel((*inside, *outside), rows, columns, (*ones, *outside))
    slots = kernel_slots(a, kernel) or []
    if a["use_bias"]:
        slots.append(SlotSpec("bias", to, a.policy.variable or ""))
    return [slot.below(path) for slot in slots]


def _known(shape: Shape) -> tuple[int, ...]:
    """Sizes that are known by now: `_called` holds the widths."""
    return tuple(size for size in shape if size is not None)


def _with_scores(a: Arguments, call: CallArguments, output: TensorSpec, scores: Shape) -> Specs:
    if not call.get("return_attention_scores"):
        return output
    return output, TensorSpec(scores, a.policy.compute)


def _output_sizes(a: Arguments, query: Shape) -> Shape:
    """What stands for the query's last size in the output."""
    given = a["output_shape"]
    if not given:
        return query[-1:]
    return (given,) if isinstance(given, int) else tuple(given)


def _heads_input(a: Arguments, x: Specs, call: CallArguments) -> Triple | None:
    """The three shapes; they fit each other. None: nothing is known of them."""
    found = _called(x, call, 1)
    if found is None or any(shape is not None and len(shape) < 2 for shape in found):
        return None
    query, value, key = found
    if not _check_lengths(value, key):
        return None
    if value is not None:
        _check_axes(a, value)
    return Triple(query, value, key)


def _groups_input(a: Arguments, x: Specs, call: CallArguments) -> Triple | None:
    """The three shapes; they fit each other. None: nothing is known of them."""
    found = _called(x, call, 3)
    if found is None:
        return None
    query, value, key = found
    for shape in found:
        if shape is not None and len(shape) > 3:  # Keras builds it, but can't run it
            raise RuleError(f"needs tensors of rank 3, not {show_shape(shape)}")
    if query is not None and value is not None and query[-1] != value[-1]:
        raise RuleError(
            f"needs query and value of one last size, not {show_shape(query)} and "
            f"{show_shape(value)}",
            "bring them to one size with a Dense layer",
        )
    return Triple(query, value, key) if _check_lengths(value, key) else None


def _called(x: Specs, call: CallArguments, rank: int) -> tuple[Shape | None, ...] | None:
    """The shapes of query, value and key, of some rank or more; their widths are known."""
    if call.get("value") is None:
        return None
    key = call.get("key")
    given = {"query": x, "value": call["value"], "key": call["value"] if key is None else key}
    shapes = {name: at_least(specs, rank) for name, specs in given.items()}
    for name, shape in shapes.items():
        if shape is not None and shape[-1] is None:
            raise RuleError(f"needs to know the last size of its {name}, {show_shape(shape)}")
    return tuple(shapes.values())


def _check_lengths(value: Shape | None, key: Shape | None) -> bool:
    """Whether keys and values certainly belong together; Keras refuses what it can't tell."""
    if value is None or key is None or value[1:-1] == key[1:-1]:
        return True
    pairs = list(zip(value[1:-1], key[1:-1], strict=False))
    certain = all(None not in pair for pair in pairs if pair[0] != pair[1])
    if len(value) != len(key) or certain:
        raise RuleError(
            f"needs a key for each value, not keys {show_shape(key)} for values {show_shape(value)}"
        )
    return False


def _check_axes(a: Arguments, value: Shape) -> None:
    """The axes of attention are among those of the value, with its heads before the last."""
    given, rank = a["attention_axes"], len(value) + 1
    for axis in (given,) if isinstance(given, int) else given or ():
        place = axis if axis >= 0 else rank - 1 + axis
        if not -rank <= place < rank:
            raise RuleError(f"has no axis {axis} in {show_shape(value)}", argument="attention_axes")


def _listed(x: Specs, call: CallArguments) -> Triple | None:
    """The shapes of `[query, value]` or `[query, value, key]`; None: nothing is known of them."""
    if isinstance(x, TensorSpec) and x.shape is None:
        return None
    if not isinstance(x, list) or not 2 <= len(x) <= 3:
        raise RuleError(
            f"needs a list of query and value, or of query, value and key, not {_what(x)}",
            "write `in: [query, value]`",
        )
    mask = call.get("mask")
    if isinstance(mask, TensorSpec) or (isinstance(mask, list) and not 2 <= len(mask) <= 3):
        raise RuleError("needs a list of masks: of the query, and of the value")
    query, value = at_least(x[0], 1), at_least(x[1], 1)
    return Triple(query, value, value if len(x) == 2 else shape_of(x[2]))


def _what(x: Specs) -> str:
    return f"{len(x)} tensors" if isinstance(x, list | tuple | dict) else f"one tensor, {x}"


def _scale_size(a: Arguments, found: Triple) -> Size:
    """How many factors the scale of AdditiveAttention has: the query's last size."""
    if a.entry.name != "AdditiveAttention" or not a["use_scale"] or found.query is None:
        return None
    if found.query[-1] is None:
        raise RuleError(f"needs to know the last size of its query, {show_shape(found.query)}")
    return found.query[-1]

"""Uses of declared layers and subclassed models: what they are made of, and what they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from specc.catalog.rules import UNKNOWN, Inference, SlotSpec, Specs, leaves
from specc.diagnostics import Diagnostic, Diagnostics, Span
from specc.ir import (
    CallInput,
    DeclaredFunction,
    DeclaredLayer,
    Graph,
    Interface,
    LayerBody,
    OperationKind,
    Structure,
    call_tensors,
    tensors,
)
from specc.language import Block, Definition, Model
from specc.passes.embed import embedded
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inlining import bind_parameters, is_open, outer_values
from specc.passes.expand.layer_body import (
    STATES,
    LayerSource,
    declared_specs,
    expand_layer,
    layer_frame,
    state_sizes,
)
from specc.passes.expand.methods import follow_methods
from specc.passes.expand.model_settings import evaluate_training, model_dtype, training_node
from specc.passes.expand.sublayers import UNUSED
from specc.passes.expand.tuning import read_tuning
from specc.passes.inference import DEFAULT_DTYPE, specs_of
from specc.passes.layer_slots import layer_slots
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.source import Entry as EntryNode


def declare(
    meaning: Meaning,
    arguments: Mapping[str, object],
    origin: Span,
    frame: Frame,
    entries: Mapping[str, EntryNode],
) -> DeclaredLayer | None:
    """The layer that a use declares; None, with a diagnostic, if it can't be made."""
    if meaning.block.unsound or is_open(meaning, origin, frame):
        return None
    is_document = not isinstance(meaning.block, Definition)
    if isinstance(meaning.block, Model) and (meaning.block.freeze or meaning.block.lora):
        frame.context.diagnostics.error(
            "S457", f"`freeze` and `lora` of `{meaning.name}` have no effect here, where it is"
            " part of another model", origin,
            help="say it in the outer model: its keys go on below the layer's",
        )  # fmt: skip
    outer = {} if is_document else outer_values(meaning.unit, frame)
    params = bind_parameters(meaning, arguments, outer, origin, entries, frame.context)
    if any(value is POISON for value in params.values()):
        frame.context.expanded.add(id(meaning.block))
        return None
    dtype = frame.defaults.get("dtype") or frame.builder.dtype
    source = LayerSource(meaning, params, outer, frame.inside, dtype, origin)
    return declared_layer(source, frame.context)


def declared_layer(source: LayerSource, context: Context) -> DeclaredLayer | None:
    """The layer of a source; None, with a diagnostic, if it has no inputs."""
    block = source.block
    inputs, form = call_inputs(block), model_form(block)
    if not inputs:
        if block.inputs is None or not block.inputs.broken:
            context.diagnostics.error(
                "S419", f"`{source.meaning.name}` says what its inputs are", block.node.span,
                help="add `inputs: [x]`",
            )  # fmt: skip
        return None
    states = state_sizes(source, context)
    known: dict[str, Inference] = {}

    def infer(args: Sequence[Specs], kwargs: Mapping[str, Specs], dtype: object) -> Inference:
        key = repr((args, kwargs, dtype))
        if key not in known:
            given = given_inputs(inputs, form, args, kwargs)
            with _used(source, context.diagnostics):
                bodies, methods = follow(source, given, context, dtype)
            known[key] = _inferred(bodies, methods)
            if bodies:
                declared.followed[key] = [*bodies, *methods]
            declared.body = declared.body or (bodies[0].graph if bodies else None)
        elif key in declared.followed:
            declared.followed[key] = declared.followed.pop(key)
        return known[key]

    make = DeclaredFunction if source.meaning.inlined else DeclaredLayer
    declared = make(
        source.meaning.name,
        Interface(inputs, form, states),
        infer,
        lambda: embedded(source.meaning, source.params, source.outer),
        signature=f"{id(block)}{dict(source.params)!r}",
        dtype=source.dtype,
    )
    return declared


def _used(source: LayerSource, diagnostics: Diagnostics) -> AbstractContextManager[None]:
    if source.origin is None:
        return nullcontext()
    return diagnostics.used_at(source.origin, source.meaning.name)


def call_inputs(block: Block) -> tuple[CallInput, ...]:
    """What a call of a block takes."""
    entries = block.inputs.entries if block.inputs is not None else {}
    return tuple(CallInput(name, entry.optional) for name, entry in entries.items())


def model_form(block: Block) -> str:
    """How a subclassed model takes its inputs; empty for a layer."""
    if getattr(block, "style", None) != "subclassed" or block.inputs is None:
        return ""
    if block.inputs.form == "list":
        return "list"
    return "tensor" if len(block.inputs.entries) == 1 else "mapping"


def given_inputs(
    inputs: Sequence[CallInput],
    form: str,
    args: Sequence[Specs],
    kwargs: Mapping[str, Specs],
) -> dict[str, Specs]:
    """What a call gives, by the names of the inputs; a cell's states too."""
    names = [each.name for each in inputs]
    if form == "mapping" and isinstance(args[0], Mapping):
        return dict(args[0])
    if form == "list" and isinstance(args[0], list | tuple):
        return dict(zip(names, args[0], strict=False))
    return dict(zip([*names, STATES], args, strict=False)) | dict(kwargs)


def _inferred(bodies: list[LayerBody], methods: list[LayerBody]) -> Inference:
    """What a call gives, whichever way its body goes."""
    if not bodies:
        return Inference(UNKNOWN, None)
    return Inference(outputs_of(bodies[0]), slots_of([*bodies, *methods]))


def follow(
    source: LayerSource, given: Mapping[str, Specs], context: Context, dtype: object
) -> tuple[list[LayerBody], list[LayerBody]]:
    """The ways through a body, and the bodies of its methods; none if any is wrong.

    What nothing reads, whichever way it goes, is a warning.
    """
    ways = follow_ways(source, given, context, dtype)
    methods = follow_methods(source, given, ways, context, dtype) if ways else []
    if not ways or context.diagnostics.has_errors:
        return [], []
    _report_unread(ways, methods, context)
    return ways, methods


def follow_ways(
    source: LayerSource, given: Mapping[str, Specs], context: Context, dtype: object
) -> list[LayerBody]:
    """The body as it goes in inference, and in training if that differs; none if it is wrong."""
    ways: list[LayerBody] = []
    for training in (False, True):
        body = expand_layer(source, given, training, context, dtype)
        if body is None:
            return []
        ways.append(body)
        if not body.reads_training:
            break
    _check_same_weights(ways, context)
    return ways


def _report_unread(
    ways: Sequence[LayerBody], methods: Sequence[LayerBody], context: Context
) -> None:
    """Warns of what no way reads, and of sublayers that no method calls either."""
    for warning in ways[0].unread:
        bodies = (*ways, *methods) if warning.code == UNUSED else ways
        if all(_key(warning) in map(_key, body.unread) for body in bodies):
            context.diagnostics.add(warning)
    for body in methods:
        context.diagnostics.extend(each for each in body.unread if each.code != UNUSED)
    _report_weights([*ways, *methods], context)


def _report_weights(bodies: Sequence[LayerBody], context: Context) -> None:
    """Warns of weights that no way and no method reads or updates; they stay, as they are held."""
    read = {key for body in bodies for key in _read_operations(body)}
    for operation in bodies[0].graph.operations:
        if operation.kind is OperationKind.WEIGHT and operation.key not in read:
            context.diagnostics.warning(
                "S430", f"nothing reads the weight `{operation.key}`", operation.origin
            )


def _read_operations(body: LayerBody) -> Iterator[str]:
    """The keys of the operations whose outputs a body reads, or gives."""
    graph = body.graph
    read = [tensor for call in graph.calls for tensor in call_tensors(call)]
    for tensor in (*read, *tensors(graph.outputs), *tensors(body.mask)):
        yield graph.operations[graph.calls[tensor.call].operation].key


def _key(diagnostic: Diagnostic) -> object:
    return diagnostic.code, diagnostic.span


def _check_same_weights(ways: list[LayerBody], context: Context) -> None:
    """Reports a step with weights that only one way goes through."""
    if len(ways) == 1:
        return
    held = [_with_weights(body.graph) for body in ways]
    for mine, other in (held, reversed(held)):
        for key in mine.keys() - other.keys():
            context.diagnostics.error(
                "S465", f"`{key}` has weights, and is there only if `training` says so",
                mine[key], help="make the layer outside of the `if`, and call it within",
            )  # fmt: skip


def _with_weights(graph: Graph) -> dict[str, Span]:
    return {
        operation.key: operation.origin
        for operation, slots in zip(graph.operations, graph.slots, strict=True)
        if any(slot.is_variable for slot in slots or ())
    }


def slots_of(ways: Sequence[LayerBody]) -> tuple[SlotSpec, ...] | None:
    """The slots of all ways, each once."""
    found: dict[str, SlotSpec] = {}
    for body in ways:
        slots = layer_slots(body.graph)
        if slots is None:
            return None
        found |= {slot.path: slot for slot in slots if slot.path not in found}
    return tuple(found.values())


def outputs_of(body: LayerBody) -> Specs:
    """The specs of a body's outputs; a constant among them is of no known shape."""
    outputs = specs_of(body.graph.outputs, body.graph.specs)
    return outputs if next(leaves(outputs), None) is not None else UNKNOWN


def expand_subclassed(
    document: Model, unit: Unit, params: dict[str, object], context: Context
) -> Graph | None:
    """The graph of a subclassed model; None, with diagnostics, if it has none."""
    meaning = Meaning(document.model, document, unit)
    dtype = model_dtype(document, params, context)
    source = LayerSource(meaning, params, {}, (), dtype or DEFAULT_DTYPE)
    specs = declared_specs(source, context)
    training = evaluate_training(document, layer_frame(source, context))
    tuning = read_tuning(document, params, context)
    declared = declared_layer(source, context) if specs is not None else None
    if declared is None:
        return None
    given = given_inputs(declared.inputs, declared.form, [specs], {})
    bodies, methods = follow(source, given, context, source.dtype)
    if not bodies or context.diagnostics.has_errors:
        return None
    declared.followed["inputs"] = [*bodies, *methods]
    graph = bodies[0].graph
    inputs = as_structure(declared.form, graph.inputs)
    return replace(
        graph, style="subclassed", inputs=inputs, dtype=dtype, declared=declared,
        training=training, training_node=training_node(document), tuning=tuning,
    )  # fmt: skip


def as_structure(form: str, by_name: Structure) -> Structure:
    """Inputs by name in the structure in which a model takes them."""
    if not isinstance(by_name, dict) or form == "mapping":
        return by_name
    return list(by_name.values()) if form == "list" else next(iter(by_name.values()))

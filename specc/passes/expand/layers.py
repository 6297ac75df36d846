"""Makes the operations of layers and models, of steps and of sublayers alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specc.catalog import Entry, Resolved
from specc.ir import Operation, OperationKind
from specc.language import Definition, Model, Step, Use
from specc.passes.check_arguments import check_layer
from specc.passes.expand.evaluation import keras_name_of, step_defaults
from specc.passes.expand.frame import Frame
from specc.passes.expand.nested import BuildNested, Path, with_nested_models
from specc.passes.expand.python_objects import Place, with_python_objects
from specc.passes.inference import nested_model
from specc.passes.unit import Meaning
from specc.source.nodes import Entry as EntryNode
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import Node, at, span_at

Arguments = Mapping[str, object]


def layer_operation(
    step: Step, use: Use, entry: Entry, arguments: Arguments, key: str, frame: Frame
) -> Operation | None:
    """The operation of a Keras layer, checked; None, with a diagnostic, if it can't be made."""
    defaults = {**frame.defaults, **step_defaults(step, frame)}
    build = model_builder(use, frame)
    given = with_python_objects(entry, arguments, build, Place(use.arguments, frame))
    resolved = None if given is None else with_nested_models(entry, given, build, frame)
    if resolved is None:
        return None
    operation = Operation(
        OperationKind.LAYER,
        key,
        entry.name,
        resolved,
        use.name_node.span,
        name=keras_name_of(step, key, frame),
        arguments_node=use.arguments,
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        dtype=defaults.get("dtype"),
        signature=repr(resolved) if resolved == arguments else "",
    )

    def check() -> bool:
        return check_layer(operation, entry, frame.context.diagnostics)

    is_sound = frame.context.memo.is_sound(operation, check)
    return operation if is_sound else replace(operation, sound=False)


def model_builder(use: Use, frame: Frame) -> BuildNested:
    """Builds the declared layers and models among the arguments of a use."""

    def build(meaning: Meaning, values: Arguments, path: Path) -> Resolved | None:
        node = use.arguments if use.arguments is not None else use.name_node
        entries, origin = argument_entries(_at(node, path, meaning.name)), span_at(node, path)
        if is_declared(meaning):
            return frame.context.declare(meaning, values, origin, frame, entries)
        graph = frame.context.build_model(meaning, values, origin, frame, entries)
        dtype = frame.defaults.get("dtype") or frame.builder.dtype
        return None if graph is None else nested_model(graph, meaning.name, dtype)

    return build


def model_operation(
    step: Step, use: Use, meaning: Meaning, arguments: Arguments, key: str, frame: Frame
) -> Operation | None:
    """The operation of a model; None, with a diagnostic, if it can't be made."""
    defaults = {**frame.defaults, **step_defaults(step, frame)}
    with frame.below(frame.scope, defaults):
        graph = frame.context.build_model(
            meaning, arguments, use.name_node.span, frame, argument_entries(use.arguments)
        )
    if graph is None:
        return None
    return Operation(
        OperationKind.MODEL,
        key,
        meaning.name,
        {},
        use.name_node.span,
        name=keras_name_of(step, key, frame),
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        graph=graph,
    )


def is_declared(meaning: Meaning) -> bool:
    """Whether a name stands for a layer, or a subclassed model, that the spec declares."""
    block = meaning.block
    style = block.style if isinstance(block, Model | Definition) else None
    return not meaning.inlined and style in (None, "subclassed")


def declared_operation(
    step: Step, use: Use, meaning: Meaning, arguments: Arguments, key: str, frame: Frame
) -> Operation | None:
    """The operation of a declared layer; None, with a diagnostic, if it can't be made."""
    defaults = {**frame.defaults, **step_defaults(step, frame)}
    entries = argument_entries(use.arguments)
    declared = frame.context.declare(meaning, arguments, use.name_node.span, frame, entries)
    if declared is None:
        return None
    return Operation(
        OperationKind.DECLARED,
        key,
        declared.name,
        {},
        use.name_node.span,
        name=keras_name_of(step, key, frame),
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        dtype=defaults.get("dtype"),
        declared=declared,
        signature=declared.signature,
    )


def argument_entries(node: Node | None) -> Mapping[str, EntryNode]:
    """The arguments of a use as they are written."""
    return node.entries if isinstance(node, MappingNode) else {}


def _at(node: Node, path: Path, name: str) -> Node | None:
    """The arguments as written of a nested `{Name: {…}}`; None if they are computed."""
    try:
        return at(node, (*path, name))
    except LookupError:
        return None

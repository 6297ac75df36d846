"""Expands the use of a name: a Keras layer, a definition, or another file's model."""

from __future__ import annotations

from collections.abc import Mapping

from specc import catalog
from specc.catalog import Entry, Kind
from specc.diagnostics import did_you_mean
from specc.ir import Graph, Operation, OperationKind
from specc.language import Step, Use
from specc.passes.check_arguments import check_layer
from specc.passes.expand.blocks import expand_inline
from specc.passes.expand.calls import call_layer
from specc.passes.expand.evaluation import evaluate_arguments, keras_name_of, step_defaults
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.nested import with_nested_models
from specc.passes.poison import POISON
from specc.passes.unit import Meaning

Arguments = dict[str, object]


def expand_use(step: Step, frame: Frame, name: str | None) -> object:
    """Expands the use of a class or definition; its output."""
    assert step.use is not None  # noqa: S101 - the caller dispatched on it
    use, extra = meant(step.use, frame)
    arguments = evaluate_arguments(use.arguments, frame)
    meaning = frame.unit.meanings.get(use.name)
    entry = catalog.find(Kind.LAYER, use.name)
    if use.name in frame.unit.missing or frame.names.get(use.name) is POISON:
        return POISON
    if meaning is None and entry is None:
        return _unknown(use, frame)
    if meaning is not None and entry is not None:
        _note_hidden_class(use, frame.context)
    if not isinstance(arguments, dict):
        return POISON
    arguments = {**extra, **arguments}
    if meaning is None:
        assert entry is not None  # noqa: S101 - one of the two is there
        return _layer(step, entry, arguments, frame, name)
    if meaning.inlined:
        return expand_inline(step, meaning, arguments, frame, name)
    return _model(step, meaning, arguments, frame, name)


def meant(use: Use, frame: Frame) -> tuple[Use, dict[str, object]]:
    """What a use is of, and the arguments that brings: a `layer` parameter's, or its own name."""
    value = frame.names.get(use.name)
    if isinstance(value, str):
        return Use(value, use.name_node, use.arguments), {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, arguments),) = value.items()
        return Use(str(name), use.name_node, use.arguments), dict(arguments or {})
    return use, {}


def _layer(
    step: Step, entry: Entry, arguments: Arguments, frame: Frame, name: str | None
) -> object:
    assert step.use is not None  # noqa: S101 - narrowed for the type checker
    origin = step.use.name_node.span
    key = operation_key(name, entry.name, step, frame)
    defaults = {**frame.defaults, **step_defaults(step, frame)}

    def build(meaning: Meaning, values: Mapping[str, object]) -> Graph | None:
        return frame.context.build_model(meaning, values, origin, frame)

    resolved = with_nested_models(entry, arguments, build, frame)
    if resolved is None:
        return POISON
    operation = Operation(
        OperationKind.LAYER,
        key,
        entry.name,
        resolved,
        origin,
        name=keras_name_of(step, key, frame),
        arguments_node=step.use.arguments,
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        dtype=defaults.get("dtype"),
        named=name is not None,
        signature=repr(resolved) if resolved == arguments else "",
    )
    if frame.context.memo.is_new(operation):
        check_layer(operation, entry, frame.context.diagnostics)
    return call_layer(step, operation, entry, frame)


def _model(
    step: Step, meaning: Meaning, arguments: Arguments, frame: Frame, name: str | None
) -> object:
    assert step.use is not None  # noqa: S101 - narrowed for the type checker
    key = operation_key(name, meaning.name, step, frame)
    defaults = {**frame.defaults, **step_defaults(step, frame)}
    with frame.below(frame.scope, defaults):
        graph = frame.context.build_model(meaning, arguments, step.use.name_node.span, frame)
    if graph is None:
        return POISON
    operation = Operation(
        OperationKind.MODEL,
        key,
        meaning.name,
        {},
        step.use.name_node.span,
        name=keras_name_of(step, key, frame),
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        graph=graph,
        named=name is not None,
    )
    return call_layer(step, operation, None, frame)


def operation_key(name: str | None, class_name: str, step: Step, frame: Frame) -> str:
    """The key of a step's operation, counted where it has no name."""
    if name is not None:
        return frame.builder.names.named(frame.scope, name, step.span("name"))
    return frame.builder.names.unnamed(frame.scope, class_name, step.node.span)


def _note_hidden_class(use: Use, context: Context) -> None:
    context.diagnostics.note(
        "S408",
        f"`{use.name}` is the definition of this spec, not Keras's layer",
        use.name_node.span,
    )


def _unknown(use: Use, frame: Frame) -> object:
    known = [*frame.unit.meanings, *catalog.names(Kind.LAYER)]
    code, what = ("S201", "layer class") if use.name[:1].isupper() else ("S409", "definition")
    frame.context.diagnostics.error(
        code, f"there is no {what} `{use.name}`", use.name_node.span,
        label=did_you_mean(use.name, known),
    )  # fmt: skip
    return POISON


__all__ = ["expand_use", "meant", "operation_key"]

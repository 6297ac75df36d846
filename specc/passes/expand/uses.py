"""Expands the use of a name: a Keras layer, a definition, or another file's model."""

from __future__ import annotations

from dataclasses import replace

from specc import catalog
from specc.catalog import Kind
from specc.language import Step, Use
from specc.passes.expand.blocks import expand_inline
from specc.passes.expand.calls import call_declared, call_layer
from specc.passes.expand.evaluation import evaluate_arguments
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.layers import (
    declared_operation,
    is_declared,
    layer_operation,
    model_operation,
)
from specc.passes.expand.meant import meant, report_unknown_layer
from specc.passes.expand.python import python_operation
from specc.passes.poison import POISON
from specc.passes.unit import Meaning

Arguments = dict[str, object]


def expand_use(step: Step, frame: Frame, name: str | None) -> object:
    """Expands the use of a class or definition; its output."""
    assert step.use is not None  # noqa: S101 - the caller dispatched on it
    use, extra = meant(step.use, frame)
    meaning = frame.unit.meanings.get(use.name)
    entry = catalog.find(Kind.LAYER, use.name)
    python = frame.unit.python.get(use.name)
    if use.name in frame.unit.missing or frame.names.get(use.name) is POISON:
        return POISON
    if meaning is None and entry is None and python is None:
        return report_unknown_layer(use, frame)
    arguments = evaluate_arguments(use.arguments, frame)
    if (meaning is not None or python is not None) and entry is not None:
        _note_hidden_class(use, frame.context)
    if not isinstance(arguments, dict):
        return POISON
    arguments = {**extra, **arguments}
    if meaning is not None and meaning.inlined:
        return expand_inline(step, meaning, arguments, frame, name)
    if meaning is not None and is_declared(meaning):
        return _use_declared(step, use, meaning, arguments, frame, name)
    if meaning is not None:
        key = operation_key(name, meaning.name, step, frame)
        operation = model_operation(step, use, meaning, arguments, key, frame)
    elif python is not None:
        entry = python.entry
        key = operation_key(name, entry.name, step, frame)
        operation = python_operation(step, use, python, arguments, key, frame)
    else:
        assert entry is not None  # noqa: S101 - one of the two is there
        key = operation_key(name, entry.name, step, frame)
        operation = layer_operation(step, use, entry, arguments, key, frame)
    if operation is None:
        return POISON
    operation = operation if name is not None else replace(operation, named=False)
    return call_layer(step, operation, entry if meaning is None else None, frame)


def _use_declared(
    step: Step, use: Use, meaning: Meaning, arguments: Arguments, frame: Frame, name: str | None
) -> object:
    """Expands the use of a layer that the spec declares."""
    key = operation_key(name, meaning.name, step, frame)
    operation = declared_operation(step, use, meaning, arguments, key, frame)
    if operation is None or operation.declared is None:
        return POISON
    declared = operation.declared
    operation = operation if name is not None else replace(operation, named=False)
    return call_declared(step, operation, declared, frame)


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


__all__ = ["expand_use", "operation_key"]

"""Calls an operation with what its step reads."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog import Entry
from specc.diagnostics import Span
from specc.ir import DeclaredLayer, Operation, tensors
from specc.language import Step
from specc.passes.expand.frame import Frame
from specc.passes.expand.inputs import first_input, start_value
from specc.passes.expand.signatures import as_call, as_model_inputs, check_call
from specc.passes.expand.tensor_code import evaluate_structure
from specc.passes.poison import POISON


def call_layer(step: Step, operation: Operation, entry: Entry | None, frame: Frame) -> object:
    """Adds an operation and its call; the output. `entry` is None for a model."""
    arguments = call_arguments(step, frame)
    first = entry.call.first if entry is not None and entry.call is not None else None
    if step.in_ is None and first in arguments:
        value = arguments.pop(first)
    else:
        value = first_input(step, frame)
    positional = 0 if step.in_ is None and first in (step.args or {}) else 1

    def span_of(argument: str) -> Span:
        return step.span("args", argument, key=True)

    check_call(
        operation, positional, [*(step.args or {})], step.node.span, span_of,
        frame.context.diagnostics,
    )  # fmt: skip
    if entry is None:
        _check_model_arguments(step, arguments, frame)
    if value is POISON or any(each is POISON for each in arguments.values()):
        return POISON
    if next(tensors(value), None) is None:
        frame.context.diagnostics.error(
            "S418", f"`{operation.class_name}` is applied to nothing that depends on an input",
            step.span("in") if step.in_ is not None else operation.origin,
        )  # fmt: skip
        return POISON
    if operation.graph is not None:
        span = step.span("in") if step.in_ is not None else step.node.span
        value = as_model_inputs(operation.graph, value, span, frame.context.diagnostics)
        if value is POISON:
            return POISON
    index = frame.builder.add(operation)
    return frame.builder.call(index, (value,), arguments, operation.origin)


def _check_model_arguments(step: Step, arguments: Mapping[str, object], frame: Frame) -> None:
    """A model's inputs go in `in`; `training` alone is an argument of its call."""
    for name, value in arguments.items():
        if name != "training":
            frame.context.diagnostics.error(
                "S417", f"a call of a model has no argument `{name}`",
                step.span("args", name, key=True),
                help="its inputs go in `in`: a list by their order, or a mapping by their names",
            )  # fmt: skip
        elif value is not POISON and not isinstance(value, bool):
            frame.context.diagnostics.error(
                "S417", "`training` of a call of a model is `true` or `false`",
                step.span("args", name),
            )  # fmt: skip


def call_declared(
    step: Step, operation: Operation, declared: DeclaredLayer, frame: Frame
) -> object:
    """Adds the operation of a declared layer and its call; the outputs in their structure."""
    arguments = call_arguments(step, frame)
    names = [each.name for each in declared.inputs]
    args: list[object] = []
    if step.in_ is not None or not names or names[0] not in arguments:
        value = first_input(step, frame) if _reads_one(step, declared) else start_value(step, frame)
        if isinstance(value, dict) and len(names) > 1 and not declared.is_model:
            arguments = {**value, **arguments}
        elif isinstance(value, list) and len(names) > 1 and not declared.is_model:
            args = list(value)
        else:
            args = [value]

    def span_of(name: str) -> Span:
        if name and name in (step.args or {}):
            return step.span("args", name, key=True)
        return step.span("in") if step.in_ is not None else step.node.span

    if any(each is POISON for each in (*args, *arguments.values())):
        return POISON
    given = as_call(declared, args, arguments, span_of, frame.context.diagnostics)
    if given is None:
        return POISON
    if next(tensors([*given[0], *given[1].values()]), None) is None:
        frame.context.diagnostics.error(
            "S418", f"`{declared.name}` is applied to nothing that depends on an input",
            span_of(""),
        )  # fmt: skip
        return POISON
    return frame.builder.call(frame.builder.add(operation), given[0], given[1], operation.origin)


def _reads_one(step: Step, declared: DeclaredLayer) -> bool:
    return step.in_ is not None or not declared.is_model or declared.form == "tensor"


def call_arguments(step: Step, frame: Frame) -> dict[str, object]:
    """The further arguments of a step's call: texts are tensor expressions, the rest constants."""
    return {name: evaluate_structure(node, frame) for name, node in (step.args or {}).items()}

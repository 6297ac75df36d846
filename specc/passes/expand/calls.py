"""Calls an operation with what its step reads."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog import Entry
from specc.diagnostics import did_you_mean
from specc.ir import Graph, Operation, Structure, Tensor, tensors
from specc.language import Step
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inputs import first_input
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
    if entry is not None:
        _check_names(step, entry, arguments, frame.context)
    elif step.args:
        frame.context.diagnostics.error(
            "S417", "a call of a model has no further arguments", step.span("args", key=True),
            help="its inputs go in `in`: a list by their order, or a mapping by their names",
        )  # fmt: skip
    if value is POISON or any(each is POISON for each in arguments.values()):
        return POISON
    if next(tensors(value), None) is None:
        frame.context.diagnostics.error(
            "S418", f"`{operation.class_name}` is applied to nothing that depends on an input",
            step.span("in") if step.in_ is not None else operation.origin,
        )  # fmt: skip
        return POISON
    if operation.graph is not None:
        value = as_model_inputs(step, operation.graph, value, frame.context)
        if value is POISON:
            return POISON
    index = frame.builder.add(operation)
    return frame.builder.call(index, (value,), arguments, operation.origin)


def call_arguments(step: Step, frame: Frame) -> dict[str, object]:
    """The further arguments of a step's call: texts are tensor expressions, the rest constants."""
    return {name: evaluate_structure(node, frame) for name, node in (step.args or {}).items()}


def _check_names(
    step: Step, entry: Entry, arguments: Mapping[str, object], context: Context
) -> None:
    assert entry.call is not None  # noqa: S101 - layers have one
    if entry.call.open:
        return
    known = [argument.name for argument in entry.call.arguments]
    if entry.call.first is not None and entry.call.first in arguments:
        context.diagnostics.error(
            "S417", f"`in` and `{entry.call.first}` are the same argument",
            step.span("args", entry.call.first, key=True), help="give it once",
        )  # fmt: skip
    wanted = [each.name for each in entry.call.arguments[1:] if each.required]
    missing = [name for name in wanted if name not in arguments]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        context.diagnostics.error(
            "S424", f"a call of {entry.name} needs {names}", step.node.span,
            help=f"add `args: {{{missing[0]}: NAME}}`",
        )  # fmt: skip
    for name in arguments:
        if name not in known:
            context.diagnostics.error(
                "S417", f"a call of {entry.name} has no argument `{name}`",
                step.span("args", name, key=True), label=did_you_mean(name, known),
                help="it takes " + ", ".join(f"`{each}`" for each in known),
            )  # fmt: skip


def input_names(graph: Graph) -> list[str]:
    """The names of a model's inputs, in their order."""
    inputs = graph.inputs
    leaves = inputs.values() if isinstance(inputs, dict) else _listed(inputs)
    return [
        graph.operations[graph.calls[leaf.call].operation].key
        for leaf in leaves
        if isinstance(leaf, Tensor)
    ]


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def as_model_inputs(step: Step, graph: Graph, value: object, context: Context) -> Structure:
    """A step's input in the structure that a model's inputs have; lists bind by position."""
    names = input_names(graph)
    by_name = value if isinstance(value, dict) else dict(
        zip(names, value if isinstance(value, list | tuple) else [value], strict=False)
    )  # fmt: skip
    given = len(value) if isinstance(value, list | tuple | dict) else 1
    if set(by_name) != set(names) or given != len(names):
        context.diagnostics.error(
            "S416", f"the model takes the inputs {', '.join(f'`{n}`' for n in names)}",
            step.span("in") if step.in_ is not None else step.node.span,
        )  # fmt: skip
        return POISON
    if isinstance(graph.inputs, Tensor):
        return by_name[names[0]]
    return by_name if isinstance(graph.inputs, dict) else [by_name[name] for name in names]

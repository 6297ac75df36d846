"""Checks the arguments of calls, of steps and of expressions alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specc.catalog.entry import Call
from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.ir import Graph, Operation, OperationKind, Structure, Tensor, layer_entry
from specc.passes.poison import POISON

SpanOf = Callable[[str], Span]
"""Where an argument is named."""


def check_call(
    operation: Operation,
    positional: int,
    named: Sequence[str],
    origin: Span,
    span_of: SpanOf,
    diagnostics: Diagnostics,
) -> None:
    """Reports arguments that a call of a layer does not take, takes twice, or lacks."""
    entry = layer_entry(operation)
    if operation.kind is not OperationKind.LAYER or entry is None or entry.call is None:
        return
    if entry.call.open:
        return
    known = [argument.name for argument in entry.call.arguments]
    if positional > len(known):
        message = f"a call of {entry.name} takes {len(known)} arguments, not {positional}"
        diagnostics.error("S417", message, origin)
    for name in named:
        if name in known[:positional]:
            diagnostics.error(
                "S417", f"`{name}` is given twice: it is what the call reads first", span_of(name),
                help="give it once: in `in`, or by its name",
            )  # fmt: skip
        elif name not in known:
            diagnostics.error(
                "S417", f"a call of {entry.name} has no argument `{name}`", span_of(name),
                label=did_you_mean(name, known),
                help="it takes " + ", ".join(f"`{each}`" for each in known),
            )  # fmt: skip
    _check_missing(entry.name, entry.call, positional, named, origin, diagnostics)


def _check_missing(
    class_name: str,
    call: Call,
    positional: int,
    named: Sequence[str],
    origin: Span,
    diagnostics: Diagnostics,
) -> None:
    wanted = [argument.name for argument in call.arguments[positional:] if argument.required]
    missing = [name for name in wanted if name not in named]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        diagnostics.error(
            "S424", f"a call of {class_name} needs {names}", origin,
            help=f"in a step: `args: {{{missing[0]}: NAME}}`",
        )  # fmt: skip


def input_names(graph: Graph) -> list[str]:
    """The names of a model's inputs, in their order."""
    inputs = graph.inputs
    tensors = inputs.values() if isinstance(inputs, dict) else _listed(inputs)
    return [
        graph.operations[graph.calls[tensor.call].operation].key
        for tensor in tensors
        if isinstance(tensor, Tensor)
    ]


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def as_model_inputs(graph: Graph, value: object, span: Span, diagnostics: Diagnostics) -> Structure:
    """A value in the structure that a model's inputs have; lists bind by position. Or POISON."""
    names = input_names(graph)
    given = value if isinstance(value, dict) else dict(zip(names, _listed(value), strict=False))
    count = len(value) if isinstance(value, dict) else len(_listed(value))
    if set(given) != set(names) or count != len(names):
        wanted = ", ".join(f"`{name}`" for name in names)
        diagnostics.error("S416", f"the model takes the inputs {wanted}", span)
        return POISON
    if isinstance(graph.inputs, Tensor):
        return given[names[0]]
    by_name = {name: given[name] for name in names}
    return by_name if isinstance(graph.inputs, dict) else list(by_name.values())

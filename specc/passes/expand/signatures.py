"""Checks the arguments of calls, of steps and of expressions alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from specc.catalog.entry import Call
from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.ir import (
    DeclaredLayer,
    Graph,
    Operation,
    OperationKind,
    Structure,
    Tensor,
    layer_entry,
)
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


def as_call(
    declared: DeclaredLayer,
    args: Sequence[object],
    kwargs: Mapping[str, object],
    span_of: SpanOf,
    diagnostics: Diagnostics,
) -> tuple[tuple[object, ...], dict[str, object]] | None:
    """The arguments of a declared layer's call: by position as far as they go, then by name.

    None, with a diagnostic, where they don't fit. `span_of("")` is where the call stands.
    """
    names = [each.name for each in declared.inputs]
    if declared.is_model:
        return _model_call(declared, names, args, kwargs, span_of, diagnostics)
    if declared.states and len(args) == 1 and not kwargs and len(names) == 1:
        message = f"a call of the cell `{declared.name}` needs `states`"
        diagnostics.error("S424", message, span_of(""), help="the list of its states")
        return None
    names = [*names, "states"] if declared.states else names
    given = dict(zip(names, args, strict=False)) | dict(kwargs)
    if not _fits(declared, names, given, args, kwargs, span_of, diagnostics):
        return None
    placed: list[object] = []
    for name in names:
        if name not in given:
            break
        placed.append(given.pop(name))
    return tuple(placed), {**given}


def _model_call(
    declared: DeclaredLayer,
    names: list[str],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    span_of: SpanOf,
    diagnostics: Diagnostics,
) -> tuple[tuple[object, ...], dict[str, object]] | None:
    """A model takes its inputs as one argument, in the structure that it declares."""
    value = args[0] if len(args) == 1 and not kwargs else [*args, *kwargs.values()]
    given = value if isinstance(value, dict) else dict(zip(names, _listed(value), strict=False))
    count = len(value) if isinstance(value, dict) else len(_listed(value))
    if set(given) != set(names) or count != len(names):
        wanted = ", ".join(f"`{name}`" for name in names)
        diagnostics.error("S416", f"the model takes the inputs {wanted}", span_of(""))
        return None
    by_name = {name: given[name] for name in names}
    if declared.form == "tensor":
        return (by_name[names[0]],), {}
    return (by_name if declared.form == "mapping" else list(by_name.values()),), {}


def _fits(
    declared: DeclaredLayer,
    names: list[str],
    given: Mapping[str, object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    span_of: SpanOf,
    diagnostics: Diagnostics,
) -> bool:
    """Whether a call has the arguments that a declared layer takes; else it is reported."""
    wanted = ", ".join(f"`{name}`" for name in names)
    if len(args) > len(names):
        message = f"a call of {declared.name} takes {wanted}, not {len(args)} arguments"
        diagnostics.error("S417", message, span_of(""))
        return False
    for name in kwargs:
        if name in names[: len(args)]:
            diagnostics.error("S417", f"`{name}` is given twice", span_of(name))
            return False
        if name not in names:
            diagnostics.error(
                "S417", f"a call of {declared.name} has no argument `{name}`", span_of(name),
                label=did_you_mean(name, names), help=f"it takes {wanted}",
            )  # fmt: skip
            return False
    missing = [i.name for i in declared.inputs if not i.optional and i.name not in given]
    if missing:
        which = ", ".join(f"`{name}`" for name in missing)
        message = f"a call of {declared.name} needs {which}"
        diagnostics.error(
            "S424", message, span_of(""), help=f"in a step: `args: {{{missing[0]}: NAME}}`"
        )
    return not missing


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

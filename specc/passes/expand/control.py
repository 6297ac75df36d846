"""Loops and conditions, which are gone when a spec is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.diagnostics import Span
from specc.language import Code, Step
from specc.passes.expand.evaluation import (
    assign_targets,
    evaluate_static,
    name_of,
    parse_loop,
    step_defaults,
)
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inputs import start_value
from specc.passes.expand.names import join
from specc.passes.poison import POISON


def expand_if(step: Step, frame: Frame, name: str | None) -> object:
    """Expands the branch that the condition chooses; without one, the step before stays."""
    assert step.if_ is not None  # noqa: S101 - the caller dispatched on it
    condition = evaluate_static(step.if_, frame.names, frame.context)
    if condition is POISON:
        return POISON
    branch = step.then if condition else step.else_
    frame.previous = start_value(step, frame)
    if branch is None:
        return frame.previous
    scope = join(frame.scope, name) if name else frame.scope
    return _run(branch, scope, step, frame)


def expand_loop(step: Step, frame: Frame, _: str | None) -> object:
    """Expands the body once a round; the output of the last round."""
    frame.previous = start_value(step, frame)
    for index, variables in enumerate(_rounds(step, frame)):
        frame.context.spend(step.node.span)
        with frame.variables(variables, step.node.span):
            scope = _round_scope(step, index, frame)
            _run(step.body or (), scope, step, frame)
    return frame.previous


def _run(body: Sequence[Step], scope: str, step: Step, frame: Frame) -> object:
    with frame.below(scope, step_defaults(step, frame)):
        return frame.context.expand_body(body, frame)


def _round_scope(step: Step, index: int, frame: Frame) -> str:
    """A literal name gets the round's index, a computed one is used as it is."""
    if step.name is None:
        return frame.scope
    name = name_of(step, frame)
    literal = isinstance(step.name, str) and not step.name.startswith("=")
    scope = join(frame.scope, f"{name}{index}" if literal else str(name))
    return frame.builder.names.named("", scope, step.span("name"))


def _rounds(step: Step, frame: Frame) -> Iterator[Mapping[str, object]]:
    """The loop variables of each round."""
    if step.repeat is not None:
        count = evaluate_static(step.repeat, frame.names, frame.context)
        if count is POISON:
            return
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            _not_iterable(
                f"`repeat` takes a whole number, not `{count!r}`",
                step.repeat.node.span,
                frame.context,
            )
            return
        yield from ({} for _ in range(count))
        return
    yield from _for_rounds(step.for_, frame)


def _for_rounds(header: Code | None, frame: Frame) -> Iterator[Mapping[str, object]]:
    assert header is not None  # noqa: S101 - a loop has `repeat` or `for`
    loop = parse_loop(header, frame.context)
    if loop is None:
        return
    target, iterable = loop
    values = evaluate_static(header, frame.names, frame.context, iterable)
    if isinstance(values, dict):
        values = list(values)
    if values is POISON:
        return
    if not isinstance(values, list | tuple):
        _not_iterable(f"`for` goes over a list, not `{values!r}`", header.node.span, frame.context)
        return
    for value in values:
        variables = assign_targets(target, value, header, frame.context)
        if variables is None:
            return
        yield variables


def _not_iterable(message: str, span: Span, context: Context) -> None:
    context.diagnostics.error("S407", message, span)

"""Loops and conditions, which are gone when a spec is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.expressions import is_opaque
from specc.language import Code, Step
from specc.passes.expand.evaluation import (
    evaluate_static,
    for_rounds,
    name_of,
    step_defaults,
    written_value,
)
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inputs import start_value
from specc.passes.expand.names import join
from specc.passes.poison import POISON


def expand_if(step: Step, frame: Frame, name: str | None) -> object:
    """Expands the branch that the condition chooses; without one, the step before stays."""
    assert step.if_ is not None  # noqa: S101 - the caller dispatched on it
    condition = decide(step.if_, frame)
    if condition is None:
        poison_names((*(step.then or ()), *(step.else_ or ())), frame)
        return POISON
    branch = step.then if condition else step.else_
    frame.previous = start_value(step, frame)
    if branch is None:
        return frame.previous
    scope = join(frame.scope, name) if name else frame.scope
    return _run(branch, scope, step, frame)


def decide(condition: Code, frame: Frame) -> bool | None:
    """Whether a condition holds; None, with a diagnostic, if that can't be told when compiling."""
    value = evaluate_static(condition, frame.names, frame.context)
    if value is POISON:
        return None
    if not is_opaque(value):
        return bool(value)
    frame.context.diagnostics.error(
        "S311", f"`{condition.text}` is a tensor, which `if` can't ask when compiling",
        condition.node.span, help="choose for each element: `expr: where(condition, a, b)`",
    )  # fmt: skip
    return None


def expand_loop(step: Step, frame: Frame, _: str | None) -> object:
    """Expands the body once a round; the output of the last round."""
    frame.previous = start_value(step, frame)
    for index, variables in enumerate(_rounds(step, frame)):
        frame.context.spend(step.node.span)
        with frame.variables(variables, step.span("for")):
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
    """The loop variables of each round. Where they can't be told, what the body names is poison."""
    rounds: Iterator[Mapping[str, object] | None] | None
    if step.repeat is not None:
        count = _count(step.repeat, frame.context, frame.names)
        rounds = None if count is None else iter({} for _ in range(count))
    else:
        assert step.for_ is not None  # noqa: S101 - a loop has `repeat` or `for`
        rounds = for_rounds(step.for_, frame.names, frame.context)
    for variables in rounds if rounds is not None else (None,):
        if variables is None:
            poison_names(step.body or (), frame)
            frame.previous = POISON
            return
        yield variables


def _count(code: Code, context: Context, names: Mapping[str, object]) -> int | None:
    """How often a `repeat` goes; None if that can't be told, and is reported."""
    count = evaluate_static(code, names, context)
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return count
    if count is not POISON:
        message = f"`repeat` takes a whole number, not {written_value(count)}"
        context.diagnostics.error("S407", message, code.node.span)
    return None


def poison_names(body: Sequence[Step], frame: Frame) -> None:
    """Gives poison to all that the steps of a body would name, which can't be expanded."""
    for step in body:
        poison_step(step, frame)
        for inner in (step.body, step.then, step.else_):
            poison_names(inner or (), frame)


def poison_step(step: Step, frame: Frame) -> None:
    """Gives poison to what a step would name."""
    named = [(str(scalar.value), scalar.span) for scalar in step.as_ or ()]
    named += [(str(scalar.value), scalar.span) for scalar, _ in step.expr or () if scalar]
    if isinstance(step.name, str):
        named.append((step.name, step.span("name")))
    if step.collect is not None:
        named.append((step.collect, step.span("collect")))
    for name, span in named:
        frame.bind(name, POISON, span)
    frame.previous = POISON

"""Expands bodies: each step does its one thing, then what it made gets its names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specc.diagnostics import Span
from specc.ir import Tensor, tensors
from specc.language import Step
from specc.passes.expand.control import expand_if, expand_loop, poison_step
from specc.passes.expand.effects import expand_effect
from specc.passes.expand.evaluation import step_name
from specc.passes.expand.frame import Frame
from specc.passes.expand.meant import meant
from specc.passes.expand.tensor_code import expand_expressions
from specc.passes.expand.uses import expand_use
from specc.passes.poison import POISON
from specc.source.nodes import Mapping
from specc.source.nodes import Sequence as SequenceNode

Expansion = Callable[[Step, Frame, str | None], object]


def expand_body(steps: Sequence[Step], frame: Frame) -> object:
    """Expands steps in order; the value of the last."""
    for step in steps:
        expand_step(step, frame)
    return frame.previous


def expand_step(step: Step, frame: Frame) -> None:
    """Expands one step, and binds its names."""
    frame.context.spend(step.node.span)
    if step.broken:
        poison_step(step, frame)
        return
    if step.update is not None or step.add_loss is not None:
        expand_effect(step, frame)
        return
    name = None if _names_rounds(step) else step_name(step, frame)
    value = _expansion(step)(step, frame, name)
    _bind(step, value, name, frame)


def _names_rounds(step: Step) -> bool:
    """Whether the step's name is one for each round, which only the round can compute."""
    return step.for_ is not None or step.repeat is not None


def _expansion(step: Step) -> Expansion:
    if step.use is not None:
        return expand_use
    if step.expr is not None:
        return expand_expressions
    return expand_if if step.if_ is not None else expand_loop


def _bind(step: Step, value: object, name: str | None, frame: Frame) -> None:
    """`name` and `as` name the value, `collect` appends it, `_` is its first output."""
    local = step.name if _names_rounds(step) else name
    if isinstance(local, str):
        frame.bind(local, value, step.span("name"), block=_is_block(step, frame), named=True)
    if step.as_ is not None:
        _bind_as(step, value, frame)
    if step.collect is not None:
        _collect(step.collect, value, step.span("collect"), frame)
    frame.previous = first_output(value)
    frame.value = value if step.expr is not None else frame.previous


def _is_block(step: Step, frame: Frame) -> bool:
    """Whether a step's value is a block's output, so that its name is no layer's."""
    return step.use is None or not meant(step.use, frame)[0].name[:1].isupper()


def first_output(value: object) -> object:
    """What `_` is after a step: the first of several outputs."""
    if isinstance(value, list | tuple) and value and next(tensors(value), None) is not None:
        return value[0]
    return value


def _bind_as(step: Step, value: object, frame: Frame) -> None:
    names = step.as_ or ()
    if not _as_is_list(step):
        frame.bind(str(names[0].value), value, names[0].span, block=_is_block(step, frame))
        return
    parts = _parts(value, len(names), names[0].span, frame)
    for scalar, part in zip(names, parts, strict=True):
        frame.bind(str(scalar.value), part, scalar.span)


def _parts(value: object, count: int, span: Span, frame: Frame) -> Sequence[object]:
    """The several outputs of a step."""
    made: int | None = len(value) if isinstance(value, list | tuple) else 1
    if isinstance(value, Tensor) and value.output == 0:
        made = frame.builder.output_count(value)
        if made in (None, count):
            return [Tensor(value.call, i) for i in range(count)]
    elif isinstance(value, list | tuple) and made == count:
        return value
    if value is not POISON:
        frame.context.diagnostics.error(
            "S405", f"`as` names {count} outputs, but the step has {made}", span
        )
    return [POISON] * count


class Collected(list[object]):
    """What `collect` has gathered so far. It grows: what reads it takes a copy."""


def _collect(name: str, value: object, span: Span, frame: Frame) -> None:
    collected = frame.locals.get(name)
    if collected is None:
        frame.bind(name, Collected([value]), span)
    elif isinstance(collected, Collected):
        collected.append(value)
    elif collected is not POISON:
        frame.context.diagnostics.error("S402", f"`{name}` is no list to collect in", span)


def _as_is_list(step: Step) -> bool:
    node = step.node
    return isinstance(node, Mapping) and isinstance(node.entries["as"].value, SequenceNode)

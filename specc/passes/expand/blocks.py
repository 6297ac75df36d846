"""Definitions: inlined where they are used, or models of their own."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import did_you_mean
from specc.language import Definition, Inputs, Model, Step
from specc.passes.expand.calls import call_arguments
from specc.passes.expand.evaluation import step_defaults
from specc.passes.expand.frame import SEVERAL, Frame
from specc.passes.expand.inlining import bind_inputs, child_frame
from specc.passes.expand.inputs import first_input, start_value
from specc.passes.expand.layers import argument_entries
from specc.passes.expand.results import result_of
from specc.passes.expand.sublayers import declare_sublayers
from specc.passes.expand.weights import declare_weights
from specc.passes.poison import POISON
from specc.passes.unit import Meaning


def expand_inline(
    step: Step,
    meaning: Meaning,
    arguments: Mapping[str, object],
    frame: Frame,
    name: str | None,
) -> object:
    """Expands a definition where it is used; its result."""
    if meaning.block.unsound:
        return POISON
    if step.keras_name is not None:
        frame.context.diagnostics.error(
            "S111", f"`keras_name` means nothing here: `{meaning.name}` is inlined",
            step.span("keras_name", key=True), help="give it to a layer inside",
        )  # fmt: skip
    origin = step.use.name_node.span if step.use else step.node.span
    values = _inputs(step, meaning, frame)
    scope = frame.builder.names.named(frame.scope, name, step.span("name")) if name else frame.scope
    entries = argument_entries(step.use.arguments if step.use else None)
    child = child_frame(meaning, arguments, scope, origin, frame, entries)
    if child is None or values is None:
        return POISON
    child.defaults = {**child.defaults, **step_defaults(step, frame)}
    bind_inputs(child, values)
    with frame.context.diagnostics.used_at(origin, meaning.name):
        declare_weights(meaning.block, child)
        declare_sublayers(meaning.block, child)
        frame.context.expand_body(meaning.block.body, child)
        return result_of(meaning.block, child)


def _inputs(step: Step, meaning: Meaning, frame: Frame) -> dict[str, object] | None:
    """What a use binds to a definition's inputs; None if that doesn't fit."""
    declared = meaning.block.inputs
    names = _names(declared)
    extra = call_arguments(step, frame)
    if len(names) <= 1 and not extra:
        read = first_input if names else start_value
        return {(names or ["_"])[0]: _unwrapped(read(step, frame), names)}
    given = _given(step, names, extra, frame)
    missing = [name for name in names if name not in given and not _is_optional(declared, name)]
    unknown = [name for name in given if name not in names]
    if not missing and not unknown:
        return {**dict.fromkeys(names), **given}
    wanted = ", ".join(f"`{name}`" for name in names)
    frame.context.diagnostics.error(
        "S416", f"`{meaning.name}` takes the inputs {wanted}",
        step.span("in") if step.in_ is not None else step.node.span,
        label=_misfit(missing, unknown, names),
    )  # fmt: skip
    return None


def _misfit(missing: list[str], unknown: list[str], names: list[str]) -> str:
    if not unknown:
        return f"`{missing[0]}` is missing"
    if unknown == [ONE_MORE]:
        return "more are given"
    return did_you_mean(unknown[0], names) or f"it has no `{unknown[0]}`"


ONE_MORE = ""
"""Stands for the name of an input that is given by its place, and has none."""


def _names(declared: Inputs | None) -> list[str]:
    return list(declared.entries) if declared is not None else []


def _unwrapped(value: object, names: list[str]) -> object:
    """The value of a single input, given alone, in a list of one or by its name."""
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if isinstance(value, dict) and list(value) == names:
        return value[names[0]]
    return value


def _given(
    step: Step, names: list[str], extra: dict[str, object], frame: Frame
) -> dict[str, object]:
    if step.in_ is None and (frame.previous is SEVERAL or set(names) <= set(extra)):
        return extra
    value = start_value(step, frame)
    if value is POISON:
        return {**dict.fromkeys(names, POISON), **extra}
    if isinstance(value, dict):
        return {**value, **extra}
    values = value if isinstance(value, list | tuple) else [value]
    by_place = dict(zip(names, values, strict=False))
    if len(values) > len(names):
        by_place[ONE_MORE] = values[-1]
    return {**by_place, **extra}


def _is_optional(declared: Inputs | None, name: str) -> bool:
    return declared is not None and declared.entries[name].optional


def is_model(meaning: Meaning) -> bool:
    """Whether a name stands for a Keras model rather than a layer or a block."""
    block = meaning.block
    return isinstance(block, Model) or (isinstance(block, Definition) and block.style is not None)

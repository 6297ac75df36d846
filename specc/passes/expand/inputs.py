"""What a step reads: its `in`, or the step before."""

from __future__ import annotations

from specc.language import Step
from specc.passes.expand.frame import SEVERAL, Frame
from specc.passes.expand.tensor_code import evaluate_structure
from specc.passes.poison import POISON


def start_value(step: Step, frame: Frame) -> object:
    """What a block starts from: `in`, or the step before, even if that isn't one value."""
    if step.in_ is not None:
        return evaluate_structure(step.in_, frame)
    return frame.previous


def first_input(step: Step, frame: Frame) -> object:
    """What a step reads; POISON, with a diagnostic, where that isn't said."""
    value = start_value(step, frame)
    if value is SEVERAL:
        frame.context.diagnostics.error(
            "S410", "with several inputs, the first step says which it reads", step.node.span,
            help="add `in: NAME` to the step",
        )  # fmt: skip
        return POISON
    return value

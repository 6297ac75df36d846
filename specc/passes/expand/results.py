"""What a body results in: its `outputs`, or the value of its last step."""

from __future__ import annotations

from specc.language import Block
from specc.passes.expand.frame import SEVERAL, Frame
from specc.passes.expand.tensor_code import evaluate_structure
from specc.passes.poison import POISON


def result_of(block: Block, frame: Frame) -> object:
    """The result of a block whose body is expanded."""
    if block.outputs is not None:
        return evaluate_structure(block.outputs, frame)
    if frame.previous is not SEVERAL:
        is_whole = frame.value is not SEVERAL and frame.previous is not POISON
        return frame.value if is_whole else frame.previous
    if block.broken and not block.body:  # its form is wrong, and that is reported
        return POISON
    frame.context.diagnostics.error(
        "S420", "the body does nothing, so it has no result",
        block.span("body") if block.body else block.node.span,
        help="add steps to `body`, or say the `outputs`",
    )  # fmt: skip
    return POISON

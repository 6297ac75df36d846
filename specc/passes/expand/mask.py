"""The mask that a declared layer gives its output: `mask:` of a block."""

from __future__ import annotations

from collections.abc import Mapping

from specc.ir import OperationKind, Structure, Tensor, call_tensors, tensors
from specc.language import Block, Code
from specc.passes.expand.frame import Frame
from specc.passes.expand.tensor_code import evaluate_tensor
from specc.passes.poison import POISON
from specc.source.nodes import Scalar

PASS = "pass"  # noqa: S105 - a word of the language
"""The mask of the first input is the output's."""

CODE = (OperationKind.FUNCTION, OperationKind.WEIGHT, OperationKind.INPUT)


def expand_mask(block: Block, inputs: Mapping[str, Structure], frame: Frame) -> object:
    """The mask: None for none, `pass`, or a tensor of the graph; POISON if it is wrong."""
    node = block.mask
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return None
    if isinstance(node, Scalar) and node.value == PASS:
        return PASS
    if not isinstance(node, Scalar):
        message = "`mask` is `pass` or an expression, such as `ids != 0`"
        frame.context.diagnostics.error("S103", message, node.span)
        return POISON
    value = evaluate_tensor(Code(str(node.value), node), frame)
    if isinstance(value, Tensor) and not _reads_first_only(value, inputs, frame):
        frame.context.diagnostics.error(
            "S464", "a mask is computed from the first input, and without layers", node.span,
            help="Keras asks for the mask with the first input alone",
        )  # fmt: skip
        return POISON
    return value


def _reads_first_only(value: Tensor, inputs: Mapping[str, Structure], frame: Frame) -> bool:
    first = set(tensors(next(iter(inputs.values()), None)))
    waiting, seen = [value], set[Tensor]()
    while waiting:
        tensor = waiting.pop()
        operation = frame.builder.operation_of(tensor)
        if operation.kind not in CODE:
            return False
        if operation.kind is OperationKind.INPUT and tensor not in first:
            return False
        for read in call_tensors(frame.builder.calls[tensor.call]):
            if read not in seen:
                seen.add(read)
                waiting.append(read)
    return True

"""Warns where a merging layer takes a tensor without a batch for one with a batch of its size."""

from __future__ import annotations

from specc.catalog.rules import TensorSpec
from specc.diagnostics import Diagnostics
from specc.expressions import parse
from specc.ir import Call, Graph, OperationKind, Tensor, call_tensors, tensors

MERGING = frozenset(
    {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}
)
"""Layers that take the first size of each of their inputs for the batch."""


def check_batches(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """Warns of merged tensors of which only some depend on an input; the graph as it is."""
    for operation in graph.operations:
        if operation.graph is not None:
            check_batches(operation.graph, diagnostics)
    for call in graph.calls:
        operation = graph.operations[call.operation]
        if operation.kind is OperationKind.LAYER and operation.class_name in MERGING:
            _check(call, graph, diagnostics)
    return graph


def _check(call: Call, graph: Graph, diagnostics: Diagnostics) -> None:
    specs = {tensor: graph.specs.get(tensor) for tensor in tensors(list(call.args))}
    batched = next((s for s in specs.values() if s is not None and s.shape and not _first(s)), None)
    fixed = next((tensor for tensor, spec in specs.items() if _first(spec) > 1), None)
    if batched is None or fixed is None or _depends(fixed, graph):
        return
    layer, spec = graph.operations[call.operation].class_name, specs[fixed]
    diagnostics.warning(
        "S221", f"{layer} takes the {_first(spec)} of {spec} for a batch, as in {batched}",
        call.origin,
        label="one tensor depends on no input, and has no batch",
        help="an expression broadcasts it: `a + b`; or give it a first size of 1",
    )  # fmt: skip


def _first(spec: TensorSpec | None) -> int:
    """A tensor's first size; 0 where it has none, or none that is known."""
    return (spec.shape[0] or 0) if spec is not None and spec.shape else 0


def _depends(tensor: Tensor, graph: Graph) -> bool:
    """Whether a tensor depends on an input of the model."""
    seen: set[int] = set()
    waiting = [tensor.call]
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        if graph.operations[graph.calls[index].operation].kind is OperationKind.INPUT:
            return True
        waiting += [each.call for each in _read(graph.calls[index], graph)]
    return False


def _read(call: Call, graph: Graph) -> list[Tensor]:
    """The tensors that a call reads. A constant expression hangs on an input that it doesn't."""
    operation = graph.operations[call.operation]
    if operation.kind is OperationKind.EXPRESSION and operation.arguments["inputs"] == ["_"]:
        program = operation.arguments["program"]
        assert isinstance(program, list)  # noqa: S101 - capture's form
        if all("_" not in parse(text).names for _, text in program):
            return []
    return list(call_tensors(call))

"""What holds of every graph between two passes; broken, it is a bug of specc."""

from __future__ import annotations

from specc.ir.graph import Graph, OperationKind
from specc.ir.walk import call_tensors, tensors


def verify(graph: Graph) -> None:
    """Checks a graph.

    Raises:
        AssertionError: with what doesn't hold.
    """
    _verify_operations(graph)
    _verify_calls(graph)
    for operation in graph.operations:
        if operation.graph is not None:
            verify(operation.graph)


def _verify_operations(graph: Graph) -> None:
    keys = [operation.key for operation in graph.operations]
    _hold(len(keys) == len(set(keys)), f"keys are unique in {graph.name}")
    for operation in graph.operations:
        is_model = operation.kind is OperationKind.MODEL
        _hold(is_model == (operation.graph is not None), f"{operation.key}: models have a graph")
        is_declared = operation.kind is OperationKind.DECLARED
        _hold(
            is_declared == (operation.declared is not None),
            f"{operation.key}: declared layers know what they are made of",
        )
    called = {call.operation for call in graph.calls}
    uncalled = [op.key for i, op in enumerate(graph.operations) if i not in called]
    _hold(not uncalled, f"every operation is called: {uncalled}")
    _hold(len(graph.slots) in (0, len(graph.operations)), "each operation has its slots")


def _verify_calls(graph: Graph) -> None:
    for index, call in enumerate(graph.calls):
        _hold(0 <= call.operation < len(graph.operations), f"call {index} has an operation")
        for tensor in call_tensors(call):
            _hold(tensor.call < index, f"call {index} reads only earlier calls")
    for tensor in (*tensors(graph.inputs), *tensors(graph.outputs)):
        _hold(tensor.call < len(graph.calls), f"{tensor} exists")
    for tensor in tensors(graph.inputs):
        kind = graph.operations[graph.calls[tensor.call].operation].kind
        _hold(kind is OperationKind.INPUT, f"{tensor} is an input")


def _hold(condition: bool, statement: str) -> None:
    if not condition:
        raise AssertionError(f"the graph is broken: {statement}")

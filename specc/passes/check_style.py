"""Checks that a sequential model is one: each layer reads the one before."""

from __future__ import annotations

from specc.diagnostics import Diagnostics
from specc.ir import Graph, OperationKind, Tensor


def check_style(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """Reports what a model of this style can't hold; the graph as it is."""
    for operation in graph.operations:
        if operation.graph is not None:
            check_style(operation.graph, diagnostics)
    if graph.style == "sequential":
        _check_chain(graph, diagnostics)
    return graph


def _check_chain(graph: Graph, diagnostics: Diagnostics) -> None:
    for index, call in enumerate(graph.calls):
        operation = graph.operations[call.operation]
        if operation.kind in (OperationKind.OP, OperationKind.EXPRESSION):
            message = "a sequential model holds layers only"
        elif index and (call.args != (Tensor(index - 1),) or call.kwargs):
            message = "a sequential model's layers each read the one before"
        elif not index and not isinstance(graph.inputs, Tensor):
            message = "a sequential model has one input"
        else:
            continue
        diagnostics.error(
            "S434", message, call.origin, help="leave out `style: sequential`; functional is more"
        )
        return
    if graph.outputs != Tensor(len(graph.calls) - 1):
        diagnostics.error("S434", "a sequential model's output is its last layer's", graph.origin)

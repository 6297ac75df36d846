"""Checks the names that Keras is to see: unique in their model, and allowed."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Diagnostics, Related
from specc.ir import Graph, NestedModel, Operation


def check_names(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """Reports names that Keras refuses or can't tell apart; the graph as it is."""
    named: dict[str, Operation] = {}
    for operation in graph.operations:
        if "/" in operation.name:
            message = f"Keras allows no `/` in `{operation.name}`"
            diagnostics.error("S431", message, operation.origin)
        other = named.setdefault(operation.name, operation)
        if other is not operation and other.key != operation.key:
            _report_same(operation, other, diagnostics)
        for inner in _inner_graphs(operation):
            check_names(inner, diagnostics)
    return graph


def _report_same(operation: Operation, other: Operation, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "S432", f"`{operation.key}` and `{other.key}` are both `{operation.name}` to Keras",
        operation.origin, related=(Related(other.origin, "the other"),),
        help="change a name, the `separator`, or a `keras_name`",
    )  # fmt: skip


def _inner_graphs(operation: Operation) -> Iterator[Graph]:
    if operation.graph is not None:
        yield operation.graph
    for value in operation.arguments.values():
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, NestedModel):
                yield item.graph

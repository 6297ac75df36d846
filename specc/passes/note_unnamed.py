"""Notes the layers with weights that have no name: their weights' keys shift when one is added."""

from __future__ import annotations

from specc.diagnostics import Diagnostics, Related
from specc.ir import Graph, Operation, OperationKind

SHOWN = 3


def note_unnamed(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """One note for the unnamed layers of a model that hold weights; the graph as it is."""
    for operation in graph.operations:
        if operation.graph is not None:
            note_unnamed(operation.graph, diagnostics)
    unnamed = _unnamed(graph)
    if unnamed:
        first, *others = unnamed
        names = ", ".join(f"`{operation.key}`" for operation in unnamed[:SHOWN])
        more = f" and {len(unnamed) - SHOWN} more" if len(unnamed) > SHOWN else ""
        diagnostics.note(
            "S435", f"layers with weights have no name: {names}{more}", first.origin,
            related=tuple(Related(each.origin, "another") for each in others[: SHOWN - 1]),
            help="with a `name`, weights still fit after a layer is inserted",
        )  # fmt: skip
    return graph


def _unnamed(graph: Graph) -> list[Operation]:
    """Unnamed layers that are known to hold weights, and unnamed models, each step once."""
    slots = graph.slots or (None,) * len(graph.operations)
    found: dict[int, Operation] = {}
    for operation, held in zip(graph.operations, slots, strict=True):
        holds = bool(held) or operation.kind is OperationKind.MODEL
        if holds and not operation.named:
            found.setdefault(operation.origin.start, operation)
    return list(found.values())

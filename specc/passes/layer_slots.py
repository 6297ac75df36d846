"""The variables of a declared layer, by those of what its body holds."""

from __future__ import annotations

from collections.abc import Iterator

from specc.catalog.rules import SlotKind, SlotSpec
from specc.catalog.rules.slot_spec import generator
from specc.catalog.tables.lookups import tables_of
from specc.ir import Graph, Operation, OperationKind

RANDOM = "random."


def layer_slots(graph: Graph) -> tuple[SlotSpec, ...] | None:
    """The slots of a layer, its own first; None where those of a sublayer aren't known."""
    own: list[SlotSpec] = []
    below: list[SlotSpec] = []
    for operation, held in zip(graph.operations, graph.slots, strict=True):
        if operation.kind is OperationKind.WEIGHT:
            if held is None:
                return None
            own.extend(SlotSpec(operation.key, s.shape, s.dtype, s.kind, s.trainable) for s in held)
        elif held is None:
            return None
        elif operation.kind is not OperationKind.FUNCTION:
            trains = operation.trainable is not False
            below.extend(_below(slot, operation.key, trains) for slot in held)
            below.extend(_tables(operation))
    if draws(graph):
        own.append(generator())
    return (*own, *below)


def _tables(operation: Operation) -> Iterator[SlotSpec]:
    """What a lookup layer holds in place of variables."""
    for name, dtype in tables_of(operation.class_name, operation.arguments).items():
        path = f"{operation.key}.{name}"
        yield SlotSpec(path, (None,), dtype, SlotKind.TABLE, trainable=False)


def _below(slot: SlotSpec, key: str, trains: bool) -> SlotSpec:
    found = slot.below(key)
    if trains or not found.trainable:
        return found
    return SlotSpec(found.path, found.shape, found.dtype, found.kind, trainable=False)


def draws(graph: Graph) -> bool:
    """Whether a body draws random numbers itself."""
    return any(
        operation.kind is OperationKind.FUNCTION and operation.class_name.startswith(RANDOM)
        for operation in graph.operations
    )


__all__ = ["SlotKind", "draws", "layer_slots"]

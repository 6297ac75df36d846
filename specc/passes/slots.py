"""The slots of a whole model: every variable it will have, with its key, without building it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.catalog.rules import SlotKind, SlotSpec
from specc.catalog.rules.tensor_spec import Shape
from specc.ir import Graph


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value.

    Attributes:
        key: The step's path, then the variable's attribute path below its layer.
        shape: The shape; None where it isn't known.
        dtype: The dtype.
        kind: What the variable is for.
        trainable: Whether it trains, freezing taken into account.
    """

    key: str
    shape: Shape | None
    dtype: str
    kind: SlotKind
    trainable: bool


def model_slots(graph: Graph) -> tuple[Slot, ...] | None:
    """The slots of a graph, in its operations' order; None where a layer's aren't known."""
    slots: list[Slot] = []
    for found in _slots(graph, "", True):
        if found is None:
            return None
        slots.append(found)
    return tuple(slots)


def _slots(graph: Graph, prefix: str, trains: bool) -> Iterator[Slot | None]:
    held = graph.slots or (None,) * len(graph.operations)
    for operation, known in zip(graph.operations, held, strict=True):
        key = prefix + operation.key
        own = trains and operation.trainable is not False
        if operation.graph is not None:
            yield from _slots(operation.graph, f"{key}.", own)
        elif known is None:
            yield None
        else:
            yield from (_slot(key, spec, own) for spec in known)


def _slot(key: str, spec: SlotSpec, trains: bool) -> Slot:
    return Slot(f"{key}.{spec.path}", spec.shape, spec.dtype, spec.kind, spec.trainable and trains)

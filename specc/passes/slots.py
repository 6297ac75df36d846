"""The slots of a whole model: every variable it will have, with its key, without building it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specc.catalog.rules import SlotKind, SlotSpec
from specc.catalog.rules.tensor_spec import Shape
from specc.ir import Graph, Operation, OperationKind


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
        if operation.kind is OperationKind.WEIGHT and known is not None:
            yield from (_slot(key, spec, own) for spec in known)
        elif operation.graph is not None:
            yield from _slots(operation.graph, f"{key}.", own)
        elif known is None:
            yield None
        else:
            frozen = frozen_paths(operation, known)
            variables = (spec for spec in known if spec.kind is not SlotKind.TABLE)
            yield from (_slot(key, spec, own and spec.path not in frozen) for spec in variables)


def _slot(key: str, spec: SlotSpec, trains: bool) -> Slot:
    path = f"{key}.{spec.path}" if spec.path else key  # a model's own weight has no layer
    return Slot(path, spec.shape, spec.dtype, spec.kind, spec.trainable and trains)


def frozen_paths(operation: Operation, slots: Iterable[SlotSpec]) -> set[str]:
    """The variables of a layer that don't train though it does: frozen, or under an adapter."""
    return {*operation.frozen, *(base for slot in slots if (base := _adapted(slot.path)))}


def _adapted(path: str) -> str:
    """The variable that a low-rank update is for, by the name that Keras gives the update."""
    below, _, name = path.rpartition(".")
    base = name.removeprefix("lora_").removesuffix("_a")
    own = name == f"lora_{base}_a"
    return f"{below}.{base}".lstrip(".") if own else ""


def adapter_slots(operation: Operation) -> set[str]:
    """The paths that the variables of a layer's adapters may have."""
    return {
        f"{adapter.path}.lora_{base}_{part}".lstrip(".")
        for adapter in operation.adapters
        for base in ("kernel", "embeddings")
        for part in "ab"
    }

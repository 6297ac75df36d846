"""Which layers LoRA can adapt, after `enable_lora` of Keras's layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specc import catalog
from specc.catalog import Kind
from specc.catalog.rules import SlotSpec
from specc.catalog.rules.inference import nested_use
from specc.ir import Adapter, Graph, NestedModel, Operation, OperationKind

BASES = {
    "Dense": "kernel",
    "EinsumDense": "kernel",
    "Conv1D": "kernel",
    "Conv2D": "kernel",
    "Conv3D": "kernel",
    "Embedding": "embeddings",
    "ReversibleEmbedding": "embeddings",
}
"""The classes that have `enable_lora`, and the variable that it adapts."""

PROJECTIONS = ("query", "key", "gate_dense", "value", "output")
HOLDING = {
    "MultiHeadAttention": PROJECTIONS,
    "GroupQueryAttention": PROJECTIONS,
}
"""The classes that hold EinsumDense layers, and the paths of these."""

FLOATS = frozenset({"float64", "float32", "float16", "bfloat16"})


@dataclass(frozen=True, slots=True)
class Place:
    """A layer that LoRA may adapt.

    Attributes:
        path: Its attribute path below the operation; empty for that itself.
        base: The variable that is adapted.
        refusal: Why it can't be, though its class can; empty if it can.
    """

    path: str
    base: str
    refusal: str = ""

    def below(self, path: str) -> Place:
        """The same layer, seen from one further out."""
        return replace(self, path=f"{path}.{self.path}".rstrip("."))

    def slot(self, name: str) -> str:
        """The path of one of its variables below the operation."""
        return f"{self.path}.{name}".lstrip(".")


def places_in(operation: Operation, slots: Sequence[SlotSpec] | None) -> Iterator[Place]:
    """The layers in an operation that LoRA may adapt."""
    if operation.kind is OperationKind.DECLARED:
        yield from _declared_places(operation, slots)
        return
    if operation.kind is not OperationKind.LAYER or operation.python is not None:
        return
    known = None if slots is None else {slot.path: slot for slot in slots}
    for place in _places(operation.class_name, operation.arguments):
        if known is None:
            yield replace(place, refusal="its variables aren't known without Keras")
        elif (base := known.get(place.slot(place.base))) is not None:
            quantized = "" if base.dtype in FLOATS else "its kernel is quantized"
            yield replace(place, refusal=place.refusal or quantized)
        elif place.path == "":
            yield replace(place, refusal="its kernel is quantized")


def _declared_places(operation: Operation, slots: Sequence[SlotSpec] | None) -> Iterator[Place]:
    """Those that the body of a declared layer holds."""
    body = operation.declared.body if operation.declared is not None else None
    for inner, path in _held(body) if body is not None else ():
        known = None if slots is None else _below(slots, path)
        for place in places_in(inner, known):
            yield place.below(path)


def _held(graph: Graph, prefix: str = "") -> Iterator[tuple[Operation, str]]:
    """The operations of a body and of the models in it, with their attribute paths."""
    for operation in graph.operations:
        path = prefix + (operation.name if prefix else operation.key)
        if operation.graph is not None:
            yield from _held(operation.graph, f"{path}.")
        else:
            yield operation, path


def _below(slots: Sequence[SlotSpec], path: str) -> tuple[SlotSpec, ...]:
    """The variables below a path, by their paths from there."""
    start = f"{path}."
    return tuple(
        replace(slot, path=slot.path.removeprefix(start))
        for slot in slots
        if slot.path.startswith(start)
    )


def _places(name: str, arguments: Mapping[str, object]) -> Iterator[Place]:
    entry = catalog.find(Kind.LAYER, name)
    if entry is None:
        return
    if entry.name in BASES:
        yield Place("", BASES[entry.name], _refusal(arguments))
    for path in HOLDING.get(entry.name, ()):
        yield Place(path, "kernel", _refusal(arguments))
    if entry.name == "TimeDistributed":
        for place in _argument_places(arguments.get("layer")):
            yield place.below("layer")


def _argument_places(value: object) -> Iterator[Place]:
    """Those of a layer or model that stands as an argument."""
    if isinstance(value, NestedModel):
        for operation in value.graph.operations:
            for place in _places(operation.class_name, operation.arguments):
                yield place.below(operation.name)
    elif (use := nested_use(value)) is not None:
        yield from _places(use[0].name, use[1])


def _refusal(arguments: Mapping[str, object]) -> str:
    for name in ("kernel_constraint", "embeddings_constraint"):
        if arguments.get(name) is not None:
            return f"it has a `{name}`, which Keras doesn't allow beside LoRA"
    if arguments.get("lora_rank") is not None:
        return "it has a `lora_rank` of its own"
    if arguments.get("tie_weights") is False:
        return "its weights aren't tied"
    return ""


def adapted_slots(
    slots: Sequence[SlotSpec], place: Place, adapter: Adapter
) -> tuple[SlotSpec, ...]:
    """The variables of an operation with the two of an adapter, after those of its layer."""
    paths = [slot.path for slot in slots]
    shape = slots[paths.index(place.slot(place.base))].shape
    new = [
        SlotSpec(place.slot(f"lora_{place.base}_a"), shape and (*shape[:-1], adapter.rank)),
        SlotSpec(place.slot(f"lora_{place.base}_b"), shape and (adapter.rank, shape[-1])),
    ]
    last = max(at for at, path in enumerate(paths) if path.rpartition(".")[0] == place.path)
    return (*slots[: last + 1], *new, *slots[last + 1 :])

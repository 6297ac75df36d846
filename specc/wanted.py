"""What a spec's model needs of weight files, by the catalog's rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specc.catalog.rules import SlotKind, SlotSpec
from specc.catalog.tables.lookups import tables_of
from specc.catalog.tables.saved_order import saved_places
from specc.ir import Graph, Operation, OperationKind
from specc.passes.slots import frozen_paths
from specc.weights.planning import Kind, Wanted, held_twice


@dataclass(frozen=True)
class _Place:
    """Where in a model the layers of a graph are."""

    prefix: str = ""
    layers: tuple[str, ...] = ()
    trains: bool = True
    named: bool = True


_ROOT = _Place()


def wanted_of(graph: Graph) -> list[Wanted] | None:
    """The slots of a graph; None where the rules don't know a layer's."""
    found: list[Wanted] = []
    for slot in _wanted(graph, _ROOT):
        if slot is None:
            return None
        found.append(slot)
    return held_twice(_numbered(found))


def unnamed_layers(graph: Graph, place: _Place = _ROOT) -> Iterator[str]:
    """The keys of the layers whose keys shift when one is inserted."""
    for operation in graph.operations:
        named = place.named and operation.named
        key = place.prefix + operation.key
        if operation.graph is not None and operation.graph.declared is None:
            yield from unnamed_layers(operation.graph, _Place(f"{key}.", named=named))
        elif not named:
            yield key


def _wanted(graph: Graph, place: _Place) -> Iterator[Wanted | None]:
    held = graph.slots or (None,) * len(graph.operations)
    for operation, known in zip(graph.operations, held, strict=True):
        key = place.prefix + operation.key
        trains = place.trains and operation.trainable is not False
        named = place.named and operation.named
        # A subclassed model holds its parts as attributes, others their layers in a list.
        is_attribute = graph.declared is not None
        layers = place.layers if is_attribute else (*place.layers, operation.name)
        inside = _Place(f"{key}.", layers, trains, named)
        if operation.graph is not None:
            yield from _wanted(operation.graph, inside)
        elif known is None:
            yield None
        else:
            path = tuple(operation.key.split(".")) if is_attribute else ()
            if operation.kind is OperationKind.WEIGHT:
                inside = replace(inside, prefix=place.prefix, layers=place.layers)
                path = ()
            frozen = frozen_paths(operation, known)
            found = [_slot(each, inside, path, each.path in frozen, key) for each in known]
            yield from found if operation.kind is OperationKind.WEIGHT else _as_quantized(found)
            yield from _tables(operation, inside, path, key)


def _tables(
    operation: Operation, place: _Place, path: tuple[str, ...], key: str
) -> Iterator[Wanted]:
    """What a lookup layer holds in place of variables."""
    for name, dtype in tables_of(operation.class_name, operation.arguments).items():
        yield Wanted(
            f"{key}.{name}", (None,), dtype, Kind.TABLE, False, place.layers, path, name,
            named=place.named,
        )  # fmt: skip


def _slot(spec: SlotSpec, place: _Place, path: tuple[str, ...], frozen: bool, key: str) -> Wanted:
    steps = spec.path.split(".") if spec.path else [key.rpartition(".")[2]]
    generator = spec.kind is SlotKind.GENERATOR
    return Wanted(
        f"{key}.{spec.path}" if spec.path else key,
        spec.shape,
        spec.dtype,
        _kind(spec),
        spec.trainable and place.trains and not frozen,
        place.layers,
        (*path, *(steps if generator else steps[:-1])),
        "seed_generator_state" if generator else steps[-1],
        named=place.named,
    )


def _kind(spec: SlotSpec) -> Kind:
    kinds = {SlotKind.GENERATOR: Kind.GENERATOR, SlotKind.TABLE: Kind.TABLE}
    return kinds.get(spec.kind, Kind.WEIGHT if spec.trainable else Kind.STATE)


def _as_quantized(slots: Sequence[Wanted]) -> Iterator[Wanted]:
    """The slots of a layer of Keras's, those of quantized layers with the places that they have."""
    names: dict[object, list[str]] = {}
    for slot in slots:
        names.setdefault(slot.path, []).append(slot.name)
    places = {path: saved_places(held) for path, held in names.items()}
    for slot in slots:
        place = places[slot.path].get(slot.name, 0)
        yield replace(slot, index=place) if place else slot


def _numbered(slots: Sequence[Wanted]) -> list[Wanted]:
    """The slots with their places among their holders', those that layers train first.

    Holders of which a place is known already keep theirs.
    """
    known = {(slot.layers, slot.path) for slot in slots if slot.index}
    trained: dict[object, int] = {}
    others: dict[object, int] = {}
    for slot in slots:
        holder = (slot.layers, slot.path)
        trained[holder] = trained.get(holder, 0) + (slot.kind is Kind.WEIGHT)
    counts = dict.fromkeys(trained, 0)
    numbered = []
    for slot in slots:
        holder = (slot.layers, slot.path)
        counter, start = (counts, 0) if slot.kind is Kind.WEIGHT else (others, trained[holder])
        place = start + counter.get(holder, 0)
        numbered.append(replace(slot, index=place) if place and holder not in known else slot)
        counter[holder] = counter.get(holder, 0) + 1
    return numbered

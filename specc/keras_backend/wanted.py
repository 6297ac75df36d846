"""The slots of a built model as plans see them, for what the catalog's rules don't know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import keras

from specc.catalog.tables.saved_order import saved_places
from specc.keras_backend.records import Held, held_slots
from specc.keras_backend.slots import Slot
from specc.weights.planning import Kind, Wanted, held_twice


def wanted_of(model: Any, unnamed: Collection[str] = ()) -> list[Wanted]:
    """The slots of a built model; its variables need no values.

    Args:
        model: The model.
        unnamed: Keys of layers that have no name in the spec.
    """
    return wanted_slots(held_slots(model), unnamed)


def wanted_slots(held: Sequence[tuple[Held, Slot]], unnamed: Collection[str] = ()) -> list[Wanted]:
    """The same of slots with the layers that they are in."""
    counts: Counter[tuple[int, bool]] = Counter()
    trained = Counter(id(slot.layer) for _, slot in held if slot.trains)
    by_layer: dict[int, list[Slot]] = {}
    for _, slot in held:
        by_layer.setdefault(id(slot.layer), []).append(slot)
    made = []
    for layer, slot in held:
        own = (id(slot.layer), slot.trains)
        index = counts[own] + (0 if slot.trains else trained[id(slot.layer)])
        counts[own] += not slot.is_generator
        if hasattr(slot.layer, "variable_serialization_spec"):  # a layer of Keras's that quantizes
            names = [each.key.rpartition(".")[2] for each in by_layer[id(slot.layer)]]
            index = saved_places(names).get(slot.key.rpartition(".")[2], index)
        made.append(_wanted(layer, slot, index, layer.key not in unnamed))
    return held_twice(made)


def _wanted(held: Held, slot: Slot, index: int, named: bool) -> Wanted:
    steps = slot.key.removeprefix(held.key).strip(".").split(".")
    generator = slot.is_generator
    kind = Kind.GENERATOR if generator else Kind.WEIGHT if slot.trains else Kind.STATE
    return Wanted(
        slot.key,
        (None,) if slot.is_table else tuple(slot.variable.shape),
        keras.backend.standardize_dtype(slot.variable.dtype),
        Kind.TABLE if slot.is_table else kind,
        bool(slot.variable.trainable),
        held.names,
        tuple(steps if generator else steps[:-1]),
        "seed_generator_state" if generator else steps[-1],
        0 if generator else index,
        named,
    )

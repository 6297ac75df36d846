"""The keys of a built model's variables: the step's path, then the attribute path below its layer.

Keras's own paths hold counters of the process (`td/dense_4/kernel`); attributes don't.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras

from specc.keras_backend.private import initial_seed, made_trainable, parts_of
from specc.keras_backend.tables import LOOKUPS, tables_of

SHORT = {
    "query_dense": "query",
    "key_dense": "key",
    "value_dense": "value",
    "output_dense": "output",
}
"""Attributes that say twice what they are; attention layers name these sublayers so."""

TRACKERS = frozenset(
    {
        "_layers",
        "_trainable_variables",
        "_non_trainable_variables",
        "_seed_generators",
        "_metrics",
        "_operations",
        "_operations_by_depth",
        "_inbound_nodes",
        "_outbound_nodes",
        "_tracker",
    }
)
"""Attributes by which Keras itself keeps track of what the others hold."""

TENSORFLOW = "_self_"
"""Start of the attributes by which TensorFlow does, for its checkpoints."""


@dataclass(frozen=True)
class Slot:
    """A place for a value: its key, its variable, and the layer that made it.

    `trains` is what the layer made it, before any freezing. `drawn` tells the state of a random
    generator whose seed Keras drew, not the user. A table is of any length: words, or what weighs
    them.
    """

    key: str
    variable: Any
    layer: Any
    trains: bool
    is_generator: bool = False
    drawn: bool = False
    is_table: bool = False


def slots_of(layer: Any, key: str) -> Iterator[Slot]:
    """The slots of a layer and of all that it holds, each once, owned by its first holder."""
    return (slot for slot in _slots(layer, key, set()) if not slot.is_table)


def saved_slots(layer: Any, key: str) -> Iterator[Slot]:
    """The same with the tables of lookup layers, which are no variables."""
    return _slots(layer, key, set())


def _slots(layer: Any, key: str, seen: set[int]) -> Iterator[Slot]:
    if id(layer) in seen:
        return
    seen.add(id(layer))
    stem = f"{key}." if key else ""
    if isinstance(layer, keras.Model) and not is_plain(layer):
        for inner in layer.layers:
            yield from _slots(inner, f"{stem}{inner.name}", seen)
        return
    if isinstance(layer, LOOKUPS):
        for name, table in tables_of(layer):
            yield Slot(f"{stem}{name}", table, layer, False, is_table=True)
        return
    variables, sublayers, generators = parts_of(layer)
    if not (variables or sublayers or generators):
        return
    names = _attribute_names(layer, [*variables, *sublayers, *generators])
    inner = [  # first, since some wrappers hold weights of what they wrap
        slot
        for sublayer in sublayers
        for slot in _slots(sublayer, f"{stem}{names.get(id(sublayer), sublayer.name)}", seen)
    ]
    trains = made_trainable(layer)
    for variable in variables:
        if id(variable) not in seen:
            seen.add(id(variable))
            name = names.get(id(variable), variable.name)
            yield Slot(f"{stem}{name}", variable, layer, id(variable) in trains)
    for generator in generators:
        if id(generator.state) not in seen:
            seen.add(id(generator.state))
            name = names.get(id(generator), "seed_generator")
            drawn = initial_seed(generator) is None
            yield Slot(f"{stem}{name}", generator.state, layer, False, True, drawn)
    yield from inner


def is_plain(model: Any) -> bool:
    """Whether a model holds its layers as attributes, rather than as a graph or a list."""
    return not isinstance(model, keras.Sequential) and not hasattr(model, "operations")


def _attribute_names(layer: Any, wanted: list[Any]) -> Mapping[int, str]:
    """By which attribute a layer holds each of its parts."""
    missing = {id(part) for part in wanted}
    names: dict[int, str] = {}
    for attribute, value in vars(layer).items():
        if attribute not in TRACKERS and not attribute.startswith(TENSORFLOW):
            for path, part in _parts(attribute.strip("_"), value):
                if id(part) in missing and id(part) not in names:
                    names[id(part)] = path
    return names


def _parts(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value, or what a list or dict of values holds, with the path to each."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _parts(f"{path}.{index}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts(f"{path}.{key}", item)
    else:
        yield SHORT.get(path, path), value

"""What specc remembers of a model that it made: from which spec, with which weights.

A record hangs on its model, so it lasts as long, and copies that Keras makes don't have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import keras

from specc.keras_backend.slots import Slot, is_plain, saved_slots
from specc.weights.metadata import Provenance

ATTRIBUTE: Final = "specc_record"


@dataclass(frozen=True)
class Origin:
    """Where a variable's value came from.

    Attributes:
        file: The weight file as it was given; empty of fresh values.
        key: The tensor's key in the file.
        digest: The digest that the file records of the tensor, if it does.
        how: What was done with it: `transposed [1, 0]`, `cast from float16`, or `seed 7`.
        value: The digest of the variable as it was given, so far as it is known.
        before: Where the file had it from, if the file says.
        unchanged: Whether the variable is still as it was given; None if that isn't known, or
            wasn't asked.
    """

    file: str = ""
    key: str = ""
    digest: str = ""
    how: str = ""
    value: str = ""
    before: Origin | None = None
    unchanged: bool | None = None


@dataclass(frozen=True)
class Record:
    """What is known of a model.

    Attributes:
        layers: Its layers with their keys.
        about: Tells the spec that it was made of; digests take time, so only when asked.
        origins: Where the variables' values came from, by their slots' keys.
        contents: The content digests of the files that it was bound with, so far as they have one.
        fresh: What the values are of which no file is known: `seed 7`, or `fresh`.
        whole: The file of Keras's or TensorFlow's, which has no digests, that the whole model was
            last saved in; empty if it was saved in one that has, or bound, since.
    """

    layers: Sequence[tuple[str, Any]] = ()
    about: Callable[[], Provenance] = Provenance
    origins: Mapping[str, Origin] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    fresh: str = ""
    whole: str = ""


@dataclass(frozen=True)
class Held:
    """A layer of a model outside of models: its key, and the Keras names that lead to it."""

    key: str
    layer: Any
    names: tuple[str, ...]


def remember(model: Any, record: Record) -> None:
    """Attaches a record to a model, in place of one that it has."""
    setattr(model, ATTRIBUTE, record)


def recall(model: Any) -> Record | None:
    """The record of a model; None of one that specc didn't make."""
    found = getattr(model, ATTRIBUTE, None)
    return found if isinstance(found, Record) else None


def remember_spec(model: Any, about: Callable[[], Provenance]) -> None:
    """Says which spec a model was made of."""
    remember(model, replace(recall(model) or Record(), about=about))


def held_layers(model: Any) -> list[Held]:
    """The layers of a model, those of models inside in their place.

    Keys are those of the spec, or, of a model that specc didn't make, Keras's names.
    """
    record = recall(model)
    found = list(_held(model, "", ()))
    if record is None or not record.layers:
        return found
    names = {id(held.layer): held.names for held in found}
    return [
        Held(key, layer, names.get(id(layer), (layer.name,) if key else ()))
        for key, layer in record.layers
    ]


def _held(layer: Any, key: str, names: tuple[str, ...]) -> Iterator[Held]:
    if isinstance(layer, keras.Model) and not is_plain(layer):
        stem = f"{key}." if key else ""
        for inner in layer.layers:
            yield from _held(inner, f"{stem}{inner.name}", (*names, inner.name))
    else:
        yield Held(key, layer, names)


def model_slots(model: Any) -> list[Slot]:
    """The slots of a model, each variable once."""
    return [slot for _, slot in held_slots(model)]


def held_slots(model: Any) -> list[tuple[Held, Slot]]:
    """The slots of a model, each with the layer that it is in."""
    seen: set[object] = set()
    found = []
    for held in held_layers(model):
        for slot in saved_slots(held.layer, held.key):
            own = (id(slot.layer), slot.variable.path) if slot.is_table else id(slot.variable)
            if own not in seen:
                seen.add(own)
                found.append((held, slot))
    return found

"""Where the variables of a model have their values from, told, and kept in `.keras` files.

The member that holds it is described in docs/weights.md.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.records import (
    Origin,
    Record,
    held_layers,
    model_slots,
    recall,
    remember,
)
from specc.keras_backend.saved import variable_digests
from specc.keras_backend.slots import Slot
from specc.keras_backend.wanted import wanted_of
from specc.source.reader import display_name
from specc.weights import open_source
from specc.weights.headers import parse_json
from specc.weights.keras.keras_archive_source import RECORD
from specc.weights.metadata import DIGEST, parse_provenance
from specc.weights.planning import Asked, WeightFile, make_plan

MEMBER: Final = RECORD
VERSION: Final = 1
MAX_BYTES: Final = 64 << 20
"""Of the member: a hundred times that of a model of 1,000 variables."""

_TEXTS: Final = ("file", "key", "digest", "how", "value")


def trace(model: Any, check: bool = False) -> dict[str, Origin]:
    """Where each variable of a model has its value from, by its slot's key.

    Args:
        model: The model. Of one that specc neither made nor bound nor loaded nothing is known.
        check: Whether the variables are compared with the digests of what they were given.
    """
    slots, record = model_slots(model), recall(model) or Record()
    fresh = Origin(how=record.fresh)
    found = {slot.key: record.origins.get(slot.key, fresh) for slot in slots}
    return _checked(slots, found) if check else found


def _checked(slots: Iterable[Slot], found: Mapping[str, Origin]) -> dict[str, Origin]:
    now = variable_digests(slot for slot in slots if found[slot.key].value)
    return {
        key: replace(origin, unchanged=now[key] == origin.value) if key in now else origin
        for key, origin in found.items()
    }


def origin_json(origin: Origin) -> dict[str, object]:
    """Plain data, without what isn't known."""
    found = {name: value for name, value in asdict(origin).items() if value not in ("", None)}
    if origin.before is not None:
        found["before"] = origin_json(origin.before)
    return found


def _tensors(model: Any, path: Path) -> dict[str, list[str]]:
    """The keys of the tensors that an archive has for a model's slots; no tensor is read."""
    with open_source(path) as source:
        made = make_plan(wanted_of(model), [(WeightFile(path), source)], Asked())
    return {bound.slot: [bound.key, *bound.copies] for bound in made.bound}


def record_text(model: Any, path: Path) -> str:
    """What is said in a `.keras` file of where its variables are from, with their digests now.

    Args:
        model: The model.
        path: The archive, as Keras wrote it.
    """
    tensors = _tensors(model, path)
    record = recall(model) or Record()
    slots = [slot for slot in model_slots(model) if not slot.is_generator]
    now = variable_digests(slots)
    origins = trace(model)
    about = {name: value for name, value in asdict(record.about()).items() if value}
    variables = {
        slot.variable.path: {
            "slot": slot.key,
            DIGEST: now[slot.key],
            "tensors": tensors.get(slot.key, []),
            "from": origin_json(origins[slot.key]),
        }
        for slot in slots
    }
    holding = [held for held in held_layers(model) if held.layer.variables]
    layers = [[held.key, list(held.names)] for held in holding]
    document = {"version": VERSION, "about": about, "layers": layers, "variables": variables}
    return f"{json.dumps(document, indent=1, sort_keys=True)}\n"


def remember_archive(model: Any, path: Path) -> None:
    """Notes that a model was loaded from a `.keras` file, with what specc wrote there about it.

    Raises:
        SpeccError: what stands there isn't of its form.
    """
    content = _member(path)
    variables = {} if content is None else content["variables"]
    layers = [] if content is None else _layers(model, content["layers"])
    remember(model, Record(layers=layers))  # by which the slots have the spec's keys
    slots = [slot for slot in model_slots(model) if not slot.is_generator]
    by_slot = {entry["slot"]: entry for entry in variables.values()} if layers else {}
    origins = {  # a path may begin with the model's name, or not, as Keras made it
        slot.key: _origin(path, by_slot.get(slot.key, variables.get(slot.variable.path)))
        for slot in slots
    }
    record = Record(layers=layers, origins=origins)
    if content is not None:
        about = parse_provenance(content["about"], path)
        record = replace(record, about=lambda: about)
    remember(model, record)


def _layers(model: Any, listed: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, Any]]:
    """The layers of a loaded model with the keys that they have in the spec, if all are there.

    Keras knows them by other names where the spec has a `separator` or `keras_name`.
    """
    by_names = {held.names: held.layer for held in held_layers(model)}
    found = [(key, by_names.get(names)) for key, names in listed]
    whole = {id(layer) for layer in by_names.values() if layer.variables}
    known = all(layer is not None for _, layer in found)
    return found if known and whole <= {id(layer) for _, layer in found} else []


def _origin(path: Path, entry: Mapping[str, Any] | None) -> Origin:
    if entry is None:
        return Origin(str(path))
    before = Origin(**entry["from"]) if entry["from"] else None
    return Origin(str(path), entry["slot"], entry[DIGEST], "", entry[DIGEST], before)


def _member(path: Path) -> dict[str, Any] | None:
    """The member; None in an archive that has none, or one of a later version."""
    with zipfile.ZipFile(path) as archive:
        if MEMBER not in archive.namelist():
            return None
        with archive.open(MEMBER) as member:
            data = member.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _broken(path)
    content = parse_json(data, path, f"`{MEMBER}`")
    if content.get("version") != VERSION:
        return None
    about, variables = content.get("about"), content.get("variables")
    if not isinstance(about, dict) or not isinstance(variables, dict):
        raise _broken(path)
    layers = content.get("layers", [])  # files of the first day don't have them
    if not all(map(_is_entry, variables.values())) or not _are_layers(layers):
        raise _broken(path)
    return {
        "about": about,
        "layers": [(key, tuple(names)) for key, names in layers],
        "variables": {key: _held(each) for key, each in variables.items()},
    }


def _are_layers(value: object) -> bool:
    """Whether these are pairs of a key and a list of names."""
    return isinstance(value, list) and all(
        isinstance(each, list)
        and len(each) == 2
        and isinstance(each[0], str)
        and isinstance(each[1], list)
        and all(isinstance(name, str) for name in each[1])
        for each in value
    )


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("slot"), str)
        and isinstance(entry.get(DIGEST), str)
        and isinstance(entry.get("from"), dict)
    )


def _held(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with what is known of where the value was from before, one step back."""
    texts = {name: entry["from"].get(name) for name in _TEXTS}
    return {**entry, "from": {name: text for name, text in texts.items() if isinstance(text, str)}}


def _broken(path: Path) -> SpeccError:
    message = f"`{display_name(path)}`: `{MEMBER}` isn't of the form that specc writes"
    return SpeccError([Diagnostic("S608", message)])

"""Layers among the arguments of layers: wrappers, cells, and models inside wrappers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from specc import catalog
from specc.catalog import Entry, Kind, Resolved
from specc.ir import DeclaredLayer, NestedModel, Plain
from specc.passes.expand.frame import Frame
from specc.passes.poison import POISON
from specc.passes.unit import Meaning

Path = tuple[str | int, ...]
"""Where an argument stands among those of the outermost layer."""

BuildNested = Callable[[Meaning, Mapping[str, object], Path], Resolved | None]


def with_nested_models(
    entry: Entry,
    arguments: Mapping[str, object],
    build: BuildNested,
    frame: Frame,
    path: Path = (),
) -> dict[str, object] | None:
    """The arguments with the definitions among them, where a layer is wanted, made models.

    None where one of those can't be made.
    """
    resolved = dict(arguments)
    for name in arguments.keys() & _layer_parameters(entry):
        resolved[name] = _resolve(arguments[name], build, frame, (*path, name))
        if resolved[name] is POISON:
            return None
    return resolved


@cache
def _layer_parameters(entry: Entry) -> frozenset[str]:
    """The parameters that take layers."""
    return frozenset(n for n in entry.object_types if Kind.LAYER in entry.by_name[n].kinds)


def _resolve(value: object, build: BuildNested, frame: Frame, path: Path) -> object:
    if isinstance(value, list):
        items = [_resolve(item, build, frame, (*path, i)) for i, item in enumerate(value)]
        return POISON if any(item is POISON for item in items) else items
    name, arguments = _use(value)
    meaning = frame.unit.meanings.get(name)
    if name in frame.unit.missing:
        return POISON
    if meaning is not None:
        beside = _beside(value)
        defaults = {key: beside[key] for key in beside.keys() & {"dtype"}}
        with frame.below(frame.scope, defaults):
            built = build(meaning, arguments, path)
        if isinstance(built, NestedModel | DeclaredLayer):
            built.beside = beside
        return POISON if built is None else built
    entry = catalog.find(Kind.LAYER, name)
    if entry is None or not isinstance(value, dict) or not isinstance(arguments, dict):
        return value
    inner = with_nested_models(entry, arguments, build, frame, (*path, name))
    return POISON if inner is None else {**value, name: inner}


def _beside(value: object) -> dict[str, Plain]:
    """`name`, `trainable` and `dtype` of a nested object."""
    if not isinstance(value, dict):
        return {}
    return {key: value[key] for key in catalog.STEP_KEYS if key in value}


def _use(value: object) -> tuple[str, Mapping[str, object]]:
    """The name and arguments of a nested object in its YAML form."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict):
        for name, arguments in value.items():
            if name[:1].isupper():
                return name, arguments or {}
    return "", {}

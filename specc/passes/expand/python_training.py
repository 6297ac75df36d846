"""Users' Python classes and functions in `training:`."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog import Kind, Resolved
from specc.catalog.compiling import COMPILE_OBJECTS, is_object
from specc.passes.expand.nested import Path
from specc.passes.expand.python_objects import Place, Replacer, functions_of
from specc.passes.unit import Meaning


def with_python_training(values: Mapping[str, object], place: Place) -> Mapping[str, object]:
    """The arguments of `Model.compile` with users' classes resolved; without those that fail."""
    unit = place.frame.unit
    if not unit.python and not unit.missing and not functions_of(unit):
        return values
    found: dict[str, object] = {}
    for key, value in values.items():
        replacer = Replacer(_Refusal(place), place)
        kind = COMPILE_OBJECTS.get(key)
        made = value if kind is None else _objects(kind, value, (key,), replacer)
        if not replacer.failed:
            found[key] = made
    return found


def _objects(kind: Kind, value: object, path: Path, replacer: Replacer) -> object:
    """Objects in lists and in mappings by output name."""
    if isinstance(value, list):
        return [_objects(kind, item, (*path, index), replacer) for index, item in enumerate(value)]
    if isinstance(value, Mapping) and not _is_one(kind, value, replacer.place):
        return {name: _objects(kind, v, (*path, name), replacer) for name, v in value.items()}
    return replacer.replace(path, kind, value)


def _is_one(kind: Kind, value: Mapping[str, object], place: Place) -> bool:
    """Whether a mapping is one object, rather than objects by output name."""
    unit = place.frame.unit
    names = unit.python.keys() | unit.missing | functions_of(unit)
    return is_object(kind, value) or (len(value) == 1 and not names.isdisjoint(value))


class _Refusal:
    """Stands for the builder of models: in `training` there can be none."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __call__(
        self, meaning: Meaning, _values: Mapping[str, object], path: Path
    ) -> Resolved | None:
        message = f"`{meaning.name}` is a model, and can't stand in `training`"
        self.place.problem("S512", message, path)
        return None

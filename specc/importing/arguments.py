"""What goes to a layer when it is called, by the names of its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog import Entry
from specc.importing.expressions import NoText
from specc.importing.parts import Application, Structure

NOTHING = object()
"""Stands for a first argument that isn't given."""


def call_arguments(
    call: Application, entry: Entry | None
) -> tuple[Structure, dict[str, Structure]]:
    """The first argument of a call, and the others by their names.

    Raises:
        NoText: there are more than the class takes.
    """
    kwargs = kept_arguments(call.kwargs, usual_training(entry))
    if entry is None or entry.call is None:
        if strange := kwargs.keys() - {"training"}:
            raise NoText(f"the argument `{min(strange)}` of a call of a model")
        return (call.args[0] if call.args else NOTHING), kwargs
    names = [argument.name for argument in entry.call.arguments]
    if len(call.args) > len(names):
        raise NoText(f"a call of {entry.name} with {len(call.args)} arguments")
    given = {**dict(zip(names, call.args, strict=False)), **kwargs}
    given = {
        name: value
        for name, value in given.items()
        if name == entry.call.first or value is not None
    }
    first = given.pop(entry.call.first, NOTHING) if entry.call.first else NOTHING
    return first, given


def kept_arguments(
    kwargs: Mapping[str, Structure], training: Structure = False
) -> dict[str, Structure]:
    """Without what Keras writes by itself: nothing, and `training` where nobody says another."""
    return {
        key: value
        for key, value in kwargs.items()
        if not _is_nothing(value) and not (key == "training" and value is training)
    }


def usual_training(entry: Entry | None) -> Structure:
    """What `training` is where a call of a class doesn't say it; of a model, None: nothing."""
    if entry is None or entry.call is None:
        return None
    argument = entry.call.argument("training")
    return False if argument is None else _bool_or_none(argument.default)


def _bool_or_none(value: object) -> bool | None:
    """A default of the catalog, which is one of the three."""
    return None if value is None else bool(value)


def _is_nothing(value: Structure) -> bool:
    """None, or for each of several tensors None, as Keras writes masks that there aren't."""
    if isinstance(value, list | tuple):
        return bool(value) and all(map(_is_nothing, value))
    if isinstance(value, Mapping):
        return bool(value) and all(map(_is_nothing, value.values()))
    return value is None

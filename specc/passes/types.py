"""Parameter types: which values belong to one, and how a type follows from a default."""

from __future__ import annotations

import re
from collections.abc import Callable

from specc.expressions.values import describe

_LIST = re.compile(r"list\[(.+)\]")
_DICT = re.compile(r"dict\[str, ?(.+)\]")


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: object) -> bool:
    """A name, {Name: {…}}, or none: how YAML writes a Keras object."""
    return value is None or isinstance(value, str) or (isinstance(value, dict) and len(value) >= 1)


_SIMPLE: dict[str, Callable[[object], bool]] = {
    "int": _is_int,
    "float": lambda value: _is_int(value) or isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "shape": lambda value: (
        isinstance(value, list) and all(item is None or _is_int(item) for item in value)
    ),
    "activation": _is_object,
    "initializer": _is_object,
    "layer": lambda value: isinstance(value, str) or (isinstance(value, dict) and len(value) >= 1),
    "list": lambda value: isinstance(value, list),
    "dict": lambda value: isinstance(value, dict),
    "lines": lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
}


def belongs(value: object, type_name: str) -> bool:
    """Whether a value is of a declared type."""
    if simple := _SIMPLE.get(type_name):
        return simple(value)
    if found := _LIST.fullmatch(type_name):
        return isinstance(value, list) and all(belongs(item, found[1]) for item in value)
    if found := _DICT.fullmatch(type_name):
        return isinstance(value, dict) and all(belongs(item, found[1]) for item in value.values())
    return True


def inferred(default: object) -> str | None:
    """The type that a default stands for; None where it allows anything."""
    for type_name in ("bool", "int", "float", "str", "list", "dict"):
        if belongs(default, type_name):
            return type_name
    return None


def cast(value: object, type_name: str | None) -> object:
    """The value as its type has it: a whole number for a float becomes one."""
    return float(value) if type_name == "float" and isinstance(value, int) else value


def as_plain(value: object) -> object:
    """Tuples as lists, which is what YAML has."""
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    return value


def written_value(value: object) -> str:
    """A value for a message: as YAML has it, or what it is."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text `{value}`"
    if isinstance(value, int | float):
        return f"`{value}`"
    return f"`{value}`" if _is_short_list(value) else describe(value)


def _is_short_list(value: object) -> bool:
    """Whether a list is shown as it is: sizes, rates and names, a few of them."""
    if not isinstance(value, list | tuple) or len(value) > SHOWN_ITEMS:
        return False
    return all(isinstance(item, int | float | str) or item is None for item in value)


SHOWN_ITEMS = 8

"""Types of parameters as schemas. Every value may also be `=` code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from specc.catalog import Kind, ValueType, find, names
from specc.catalog.value_types import (
    Boolean,
    Choice,
    Either,
    Float,
    Integer,
    ListOf,
    MappingOf,
    Null,
    Object,
    Text,
)
from specc.schema.form import CODE, Schema, list_of, mapping_of, one_of, ref

_LONGEST_SLUG = 60


def reference(value_type: ValueType) -> Schema:
    """A reference to the definition of a parameter's type."""
    return ref(_names()[value_type])


def definitions() -> dict[str, Schema]:
    """The types of all parameters of the catalog, each once."""
    return {name: schema_of(value_type) for value_type, name in _names().items()}


@cache
def _names() -> dict[ValueType, str]:
    found: dict[ValueType, str] = {}
    for value_type in _types():
        if value_type not in found:
            found[value_type] = _free_name(value_type, set(found.values()))
    return found


def _types() -> Iterator[ValueType]:
    entries = (find(kind, name) for kind in Kind for name in names(kind))
    return (parameter.type for entry in entries if entry for parameter in entry.parameters)


def _free_name(value_type: ValueType, taken: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", value_type.describe().lower()).strip("-")
    name = f"type.{words[:_LONGEST_SLUG].strip('-')}"
    again = (f"{name}-{count}" for count in range(2, len(taken) + 3))
    return next(found for found in (name, *again) if found not in taken)


def schema_of(value_type: ValueType) -> Schema:
    """The schema of a type's values, and of the code that may stand for them."""
    options = value_type.options if isinstance(value_type, Either) else (value_type,)
    choices = [value for o in options if isinstance(o, Choice) for value in o.values]
    objects = [ref(kind_name(option.kind)) for option in options if isinstance(option, Object)]
    scalars = [o for o in options if isinstance(o, Boolean | Integer | Float | Text | Null)]
    containers = [_container(o) for o in options if isinstance(o, ListOf | MappingOf)]
    alternatives = [*([{"enum": choices}] if choices else []), *objects]
    if scalars or not objects:  # objects admit code themselves
        alternatives.append(_scalars(scalars, value_type.describe()))
    alternatives += containers
    return one_of(alternatives)


def _container(option: ListOf | MappingOf) -> Schema:
    match option:
        case ListOf(item, length, minimum_length):
            least = minimum_length if length is None else length
            size = {"minItems": least} if least else {}
            most = {"maxItems": length} if length is not None else {}
            return {**list_of(schema_of(item)), **size, **most}
        case MappingOf(value):
            return mapping_of(schema_of(value))


def _scalars(options: Sequence[ValueType], words: str) -> Schema:
    """All scalars of a type in one schema, so that an editor's message speaks of all of them."""
    schema: Schema = {"type": ["string"]}
    pattern: str | None = CODE
    for option in options:
        match option:
            case Text(own, _):
                pattern = None if own is None else f"{CODE}|{own}"
            case Float():
                schema |= {**_bounds(option), "type": [*schema["type"], "number"]}
            case Integer():
                schema |= {**_bounds(option), "type": [*schema["type"], "integer"]}
            case Boolean():
                schema["type"] += ["boolean"]
            case Null():
                schema["type"] += ["null"]
    message = f"expected {words}, or `=` code"
    return schema | ({"pattern": pattern} if pattern else {}) | {"errorMessage": message}


def _bounds(number: Integer | Float) -> Schema:
    bounds = {"minimum": number.minimum, "maximum": number.maximum}
    if isinstance(number, Float):
        bounds |= {"exclusiveMinimum": number.above, "exclusiveMaximum": number.below}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def kind_name(kind: Kind) -> str:
    """The name of the definition of a kind's objects."""
    return kind.name.lower()

"""Steps: a layer or a definition, an expression, a loop or a condition, with the keys beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.catalog import STEP_KEYS, Kind
from specc.language.step import NEEDED, STRANGERS, WHATS, Step
from specc.schema import objects, words
from specc.schema.form import (
    ANYTHING,
    EXPRESSION,
    IDENTIFIER,
    Schema,
    list_of,
    one_of,
    one_of_names,
    ref,
)
from specc.schema.parts import part_schema


def definitions() -> dict[str, Schema]:
    """A step, a body of steps, and the keys that layers elsewhere share with steps."""
    keys = part_schema(Step)["properties"]
    return {
        **{f"step.{key}": schema for key, schema in keys.items()},
        "step": _step(list(keys)),
        "step.bare": _bare(),
        "sublayer": _sublayer(),
        "body": _BODY,
        "names": _NAMES,
        "expressions": _EXPRESSIONS,
    }


_BODY: Schema = {
    "type": ["array", "string", "number", "boolean"],
    "items": ref("step"),
    "pattern": "^[^=]",
    "errorMessage": "a body is a list of steps, or one expression without `=`",
}
_IDENTIFIER: Schema = {"type": "string", "pattern": f"^{IDENTIFIER}$"}
_NAMES: Schema = one_of([_IDENTIFIER, list_of(_IDENTIFIER)])
_EXPRESSIONS: Schema = one_of([EXPRESSION, {"type": "object", "additionalProperties": EXPRESSION}])


def _step(keys: list[str]) -> Schema:
    layers = objects.uses(Kind.LAYER)
    return {
        "title": "step",
        "type": ["object", "string"],
        "errorMessage": "a step is a layer's name or a mapping",
        "properties": {**{key: ref(f"step.{key}") for key in keys}, **layers},
        "patternProperties": {f"^{IDENTIFIER}$": ANYTHING},
        "additionalProperties": False,
        "minProperties": 1,
        "dependentRequired": {what: list(needed) for what, needed in NEEDED.items()},
        "allOf": [{"if": {"type": "string"}, "then": ref("step.bare")}, *_together(keys, layers)],
    }


def _sublayer() -> Schema:
    """A layer that is held by its name, to be called in expressions."""
    beside = ("if", *STEP_KEYS, "keras_name")
    return {
        "title": "layer",
        "type": ["object", "string"],
        "properties": {**objects.uses(Kind.LAYER), **{key: ref(f"step.{key}") for key in beside}},
        "patternProperties": {f"^{IDENTIFIER}$": ANYTHING},
        "additionalProperties": False,
        "minProperties": 1,
    }


def _together(keys: list[str], layers: Iterable[str]) -> Iterator[Schema]:
    """Which keys go together: those beside a layer, and those of each other thing to do."""
    beside = [key for key in keys if key not in WHATS and key not in STRANGERS["use"]]
    message = "a step has one layer, and no such key beside it"
    yield {"if": has_key_among(layers), "then": _only([*beside, *layers], message)}
    for what in WHATS:
        known = [key for key in keys if key not in WHATS and key not in STRANGERS[what]]
        message = f"means nothing in a step with `{what}`"
        asked = {"type": "object", "required": [what]}
        yield {"if": asked, "then": _only([what, *known], message)}


def has_key_among(names: Iterable[str]) -> Schema:
    """Says of mappings that at least one key is among the names."""
    return {"type": "object", "not": {"propertyNames": {"not": {"enum": list(names)}}}}


def _only(names: list[str], message: str) -> Schema:
    return {"propertyNames": {"enum": names, "errorMessage": message}}


def _bare() -> Schema:
    """A step that is a name alone. The names of classes are listed to show their doc lines."""
    classes = objects.entries(Kind.LAYER)
    shown = [
        {
            "pattern": one_of_names([entry.name, *entry.aliases]),
            **words.of_entry(entry),
        }
        for entry in classes
        if objects.is_complete(entry)
    ]
    return {**objects.bare_name(classes), "anyOf": [*shown, {"pattern": ""}]}

"""The whole schema: documents of every kind, told apart by the keys they have."""

from __future__ import annotations

import json

from specc.catalog import Kind, all_names
from specc.language import (
    KINDS,
    LANGUAGE_VERSION,
    Block,
    Definition,
    Document,
    Input,
    Lora,
    Param,
    Table,
)
from specc.language.params import SIMPLE_TYPES
from specc.schema import later, objects, steps, values
from specc.schema.form import ANYTHING, Schema, list_of, one_of, ref
from specc.schema.parts import part_schema

SCHEMA_ID = f"urn:specc:language:{LANGUAGE_VERSION}"


def language_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of the language's documents, as plain data."""
    documents = {name: part_schema(kind) for name, kind in KINDS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "specc",
        "description": "A model, a layer, a Keras object, definitions, a deployment, or a mapping.",
        **_root(documents),
        "$defs": {
            **{f"document.{name}": schema for name, schema in documents.items()},
            **{f"document.{name}.keys": _keys_alone(schema) for name, schema in documents.items()},
            "hiding": steps.has_key_among(all_names(Kind.LAYER)),
            **_parts(),
            **steps.definitions(),
            **later.definitions(),
            **objects.definitions(),
            **values.definitions(),
        },
    }


def schema_text() -> str:
    """The schema as the text of a JSON file."""
    text = json.dumps(language_schema(), ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n"


def _root(documents: dict[str, Schema]) -> Schema:
    """Each kind's keys, once there is the key that says which it is; before, only those keys."""
    schema = _undecided(documents)
    for name in reversed(documents):
        schema = {"if": {"required": [name]}, "then": _document(name), "else": schema}
    return {"type": "object", "required": ["specc"], **schema}


def _document(name: str) -> Schema:
    """A document; of one that calls something of its own by a Keras layer's name, only the keys.

    There the same step may mean one thing or the other, which a schema can't tell.
    """
    hides = [{"required": [key], "properties": {key: ref("hiding")}} for key in _NAMING]
    return {
        "if": {"anyOf": hides},
        "then": ref(f"document.{name}.keys"),
        "else": ref(f"document.{name}"),
    }


_NAMING = ("define", "imports", "params")
"""Keys whose own keys are names that steps may use."""


def _keys_alone(document: Schema) -> Schema:
    about = ("description", "markdownDescription")
    keys = {
        key: {word: schema[word] for word in about if word in schema}
        for key, schema in document["properties"].items()
    }
    return {**document, "properties": keys}


def _undecided(documents: dict[str, Schema]) -> Schema:
    keys = {name: schema["properties"][name] for name, schema in documents.items()}
    message = "the second key says what this is: " + ", ".join(f"`{name}`" for name in sorted(keys))
    return {
        "properties": part_schema(Document)["properties"] | keys,
        "anyOf": [{"required": [name], "errorMessage": message} for name in sorted(keys)],
        "additionalProperties": False,
    }


def _parts() -> dict[str, Schema]:
    """The parts that may be written in several ways, and those that are used in several places."""
    return {
        "input": {**part_schema(Input), "type": ["object", "string", "null"]},
        "inputs": _inputs(),
        "param": _param(),
        "table": part_schema(Table),
        "lora": part_schema(Lora),
        "definition": part_schema(Definition),
        "method": _method(),
    }


def _inputs() -> Schema:
    return one_of([later.by_name(ref("input")), list_of(ref("input"))])


def _param() -> Schema:
    """A default, a type's name, or a mapping that says more; a default may be anything."""
    detailed = part_schema(Param)
    keys = {**detailed["properties"], "type": {**detailed["properties"]["type"], **_TYPE}}
    return {
        "title": "parameter",
        "description": Param.__doc__,
        "properties": keys,
        **one_of([{"enum": list(SIMPLE_TYPES)}, ANYTHING]),
        "if": {"type": "object", "required": ["type"]},
        "then": {**detailed, "properties": keys},
    }


_TYPE: Schema = one_of(
    [{"enum": list(SIMPLE_TYPES)}, {"type": "string", "pattern": r"^(?:list|dict)\["}]
)


def _method() -> Schema:
    schema = part_schema(Block)
    export = {"type": "boolean", "default": True, "description": "Whether it is exported."}
    return {**schema, "title": "method", "properties": {**schema["properties"], "export": export}}

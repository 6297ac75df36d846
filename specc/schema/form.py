"""Pieces that all parts of the schema are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"
CODE = "^="

DISTINCT: Schema = {"properties": {}}
"""Says nothing. yaml-language-server tells alternatives apart by title, description or properties
when it composes a hover; of those that have none it believes that all match if one does."""

ANYTHING: Schema = {}


def ref(name: str, **beside: Any) -> Schema:
    """A reference to a definition; annotations `beside` it go before the definition's own."""
    return {"$ref": f"#/$defs/{name}", **beside}


def described(schema: Schema, text: str | None) -> Schema:
    """The schema with a description, if there is one; our texts are Markdown."""
    if not text:
        return schema
    marked = {"markdownDescription": text} if "`" in text else {}
    return {**schema, "description": text, **marked}


def one_of_names(names: Iterable[str]) -> str:
    """The pattern of exactly these names."""
    return f"^(?:{'|'.join(names)})$"


def mapping_of(value: Schema) -> Schema:
    """A mapping from any names to values of one form."""
    return {"type": "object", "additionalProperties": value}


def list_of(item: Schema) -> Schema:
    """A list of any length."""
    return {"type": "array", "items": item}


def one_of(alternatives: list[Schema]) -> Schema:
    """Any of some alternatives, the first of which is the one that messages speak of."""
    if len(alternatives) == 1:
        return alternatives[0]
    return {"anyOf": [each if "$ref" in each else {**DISTINCT, **each} for each in alternatives]}


CODE_TEXT: Schema = {"type": "string", "pattern": CODE, "errorMessage": "code starts with `=`"}
EXPRESSION: Schema = {
    "type": ["string", "number", "boolean"],
    "pattern": "^[^=]",
    "patternErrorMessage": "this place always holds an expression: drop the `=`",
}

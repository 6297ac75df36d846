"""Diagnostics as JSON, for programs. Its form is `SCHEMA`; `version` grows when that changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from specc.diagnostics.diagnostic import Diagnostic, Severity
from specc.diagnostics.span import Position, Span

VERSION: Final = 1
"""Raised when a reader of the former version could be misled."""


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """One JSON object with all diagnostics in their order, and their counts."""
    shown = list(diagnostics)
    counts = [diagnostic.severity for diagnostic in shown]
    report = {
        "version": VERSION,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in shown],
        "counts": {severity.value: counts.count(severity) for severity in Severity},
    }
    return f"{json.dumps(report, indent=2)}\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "location": _location(diagnostic.span) if diagnostic.span else None,
        "related": [
            {"location": _location(related.span), "message": related.message}
            for related in diagnostic.related
        ],
        "edits": [
            {"location": _location(edit.span), "replacement": edit.replacement}
            for edit in diagnostic.edits
        ],
    }


def _location(span: Span) -> dict[str, Any]:
    return {
        "file": span.source.name,
        "start": _position(span.begin, span.start),
        "end": _position(span.finish, span.end),
    }


def _position(position: Position, offset: int) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": offset}


_POSITION: Final = {
    "description": "Line and column from 1, offset from 0; all count Unicode characters.",
    "type": "object",
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "offset": {"type": "integer", "minimum": 0},
    },
    "required": ["line", "column", "offset"],
    "additionalProperties": False,
}

_LOCATION: Final = {
    "description": "A half-open range of a file.",
    "type": "object",
    "properties": {
        "file": {"type": "string"},
        "start": {"$ref": "#/$defs/position"},
        "end": {"$ref": "#/$defs/position"},
    },
    "required": ["file", "start", "end"],
    "additionalProperties": False,
}


def _located(name: str, description: str) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": {"location": {"$ref": "#/$defs/location"}, name: {"type": "string"}},
        "required": ["location", name],
        "additionalProperties": False,
    }


_DIAGNOSTIC: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^S[0-9]{3}$"},
        "severity": {"enum": [severity.value for severity in Severity]},
        "message": {"type": "string"},
        "label": {"type": "string", "description": "What is said beside the marked text."},
        "help": {"type": "string"},
        "location": {"anyOf": [{"$ref": "#/$defs/location"}, {"type": "null"}]},
        "related": {"type": "array", "items": _located("message", "A second place.")},
        "edits": {"type": "array", "items": _located("replacement", "A mend.")},
    },
    "additionalProperties": False,
}
_DIAGNOSTIC["required"] = list(_DIAGNOSTIC["properties"])

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "specc diagnostics",
    "type": "object",
    "properties": {
        "version": {"const": VERSION},
        "diagnostics": {"type": "array", "items": _DIAGNOSTIC},
        "counts": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 0},
            "required": [severity.value for severity in Severity],
        },
    },
    "required": ["version", "diagnostics", "counts"],
    "additionalProperties": False,
    "$defs": {"position": _POSITION, "location": _LOCATION},
}
"""The JSON Schema of what `render` writes."""

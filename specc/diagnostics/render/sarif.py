"""Diagnostics as SARIF 2.1.0, which code-scanning services and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from specc.diagnostics.codes import CODES
from specc.diagnostics.diagnostic import Diagnostic, Edit
from specc.diagnostics.span import Span

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
"""The base that relative paths stand under, by the name that services know."""


def render(diagnostics: Iterable[Diagnostic], version: str | None = None) -> str:
    """A SARIF log with one run.

    Args:
        diagnostics: what to report.
        version: specc's own, to be recorded.
    """
    shown = list(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in shown})
    driver: dict[str, Any] = {"name": "specc", "rules": [_rule(code) for code in codes]}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes) for diagnostic in shown],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return f"{json.dumps(log, indent=2)}\n"


def _rule(code: str) -> dict[str, Any]:
    title, explanation = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": title or code},
        "fullDescription": {"text": explanation or code},
        "help": {"text": explanation or code},
    }


def _result(diagnostic: Diagnostic, codes: list[str]) -> dict[str, Any]:
    parts = (diagnostic.message, diagnostic.label, diagnostic.help)
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": diagnostic.severity.value,
        "message": {"text": "\n".join(part for part in parts if part)},
    }
    if diagnostic.span is not None:
        result["locations"] = [{"physicalLocation": _place(diagnostic.span)}]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(span), "message": {"text": message}}
            for number, (span, message) in enumerate(
                ((related.span, related.message) for related in diagnostic.related), 1
            )
        ]
    if diagnostic.edits:
        result["fixes"] = [_fix(diagnostic)]
    return result


def _fix(diagnostic: Diagnostic) -> dict[str, Any]:
    def name(edit: Edit) -> str:
        return edit.span.source.name

    by_file = groupby(sorted(diagnostic.edits, key=name), key=name)
    return {
        "description": {"text": diagnostic.label or diagnostic.message},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for file, edits in by_file
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}


def _place(span: Span) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.source.name), "region": _region(span)}


def _artifact(name: str) -> dict[str, str]:
    path = PurePath(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    begin, finish = span.begin, span.finish
    return {
        "startLine": begin.line,
        "startColumn": begin.column,
        "endLine": finish.line,
        "endColumn": finish.column,
    }

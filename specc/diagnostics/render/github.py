"""Diagnostics as GitHub workflow commands, which show as annotations in a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics.codes import CODES
from specc.diagnostics.diagnostic import Diagnostic, Severity
from specc.diagnostics.render.visible import visible
from specc.diagnostics.span import Span


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line: `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    name = "notice" if diagnostic.severity is Severity.NOTE else diagnostic.severity.value
    title = f"{diagnostic.code} {CODES[diagnostic.code].title}".strip()
    properties = _place(diagnostic.span) if diagnostic.span else {}
    properties["title"] = title
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    parts = (diagnostic.message, diagnostic.label, diagnostic.help)
    return f"::{name} {written}::{_data(chr(10).join(part for part in parts if part))}"


def _place(span: Span) -> dict[str, str]:
    """Columns are left out where the range takes several lines: GitHub refuses them there."""
    begin, finish = span.begin, span.finish
    place = {"file": span.source.name, "line": str(begin.line)}
    if begin.line == finish.line:
        place["col"] = str(begin.column)
    place["endLine"] = str(finish.line)
    if begin.line == finish.line:
        place["endColumn"] = str(finish.column)
    return place


def _data(text: str) -> str:
    lines = (visible(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

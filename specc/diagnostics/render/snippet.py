"""The part of a source line that a diagnostic shows, and how the line looks when mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from specc.diagnostics.diagnostic import Edit
from specc.diagnostics.render.visible import columns, visible
from specc.diagnostics.span import Span

MAX_COLUMNS: Final = 120
"""Columns shown of a line. Longer ones, in generated files, are cut around what is marked."""

_BEFORE: Final = 40
"""Characters kept before the mark in a line that is cut."""

_MAX_MENDED_LINES: Final = 4
"""Lines shown of a mend."""


class Excerpt(NamedTuple):
    """A line as shown, with the columns to mark: `length` of them, after `indent` others."""

    number: int
    text: str
    indent: int = 0
    length: int = 1


def excerpt(span: Span) -> Excerpt:
    """The first line of a span, cut to a width around what is to be marked."""
    number, column = span.begin
    line = span.source.line(number)
    start = min(column - 1, len(line))
    end = min(start + span.end - span.start, len(line))
    text, cut = _window(line, start)
    before, marked = visible(text[: start - cut]), visible(text[start - cut : end - cut])
    prefix = "…" if cut else ""
    shown = f"{prefix}{before}{marked}{visible(text[max(0, end - cut) :])}"
    shown += "…" * (cut + len(text) < len(line))
    indent = columns(prefix + before)
    return Excerpt(number, shown, indent, max(1, columns(marked)))


def mended_lines(edits: Sequence[Edit]) -> list[Excerpt]:
    """The lines that edits of one source touch, as they are to be."""
    source = edits[0].span.source
    first = min(edit.span.begin.line for edit in edits)
    last = max(edit.span.finish.line for edit in edits)
    text = "\n".join(source.line(number) for number in range(first, last + 1))
    offset = min(edit.span.start - edit.span.begin.column + 1 for edit in edits)
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        start, end = edit.span.start - offset, edit.span.end - offset
        text = text[:start] + edit.replacement + text[end:]
    changed = min(edit.span.start for edit in edits) - offset
    lines = text.split("\n")[:_MAX_MENDED_LINES]
    return [
        Excerpt(first + index, _cut(line, 0 if index else changed))
        for index, line in enumerate(lines)
    ]


def _window(line: str, start: int) -> tuple[str, int]:
    """The part of a line to show, and how many characters before it are left out."""
    if len(line) <= MAX_COLUMNS:
        return line, 0
    cut = max(0, start - _BEFORE)
    return line[cut : cut + MAX_COLUMNS], cut


def _cut(line: str, start: int) -> str:
    text, cut = _window(line, start)
    return f"{'…' * bool(cut)}{visible(text)}{'…' * (cut + len(text) < len(line))}"

"""Diagnostics for people: the line, marks under it, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from specc.diagnostics.diagnostic import Diagnostic, Edit, Severity
from specc.diagnostics.render.snippet import Excerpt, excerpt, mended_lines
from specc.diagnostics.render.visible import visible
from specc.diagnostics.span import Span


class _Style(StrEnum):
    """ANSI codes."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    FRAME = "1;34"
    BOLD = "1"
    MEND = "32"


_OF_SEVERITY: Final = {
    Severity.ERROR: _Style.ERROR,
    Severity.WARNING: _Style.WARNING,
    Severity.NOTE: _Style.NOTE,
}


def render(diagnostics: Iterable[Diagnostic], color: bool = False) -> str:
    """All diagnostics in their order, with a summary line; the empty string for none.

    Args:
        diagnostics: what to show.
        color: whether to use ANSI colours.
    """
    shown = list(diagnostics)
    if not shown:
        return ""
    return "\n".join([*(_Page(diagnostic, color).text() for diagnostic in shown), summary(shown)])


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many of each severity, such as `2 errors, 1 warning`, with a line break."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severities.count(severity), severity.value) for severity in Severity]
    parts = [f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count]
    return f"{', '.join(parts) or 'no problems'}\n"


class _Page:
    """The text of one diagnostic."""

    def __init__(self, diagnostic: Diagnostic, color: bool) -> None:
        self._diagnostic = diagnostic
        self._color = color
        self._margin = " " * (_number_width(diagnostic) + 1)

    def text(self) -> str:
        diagnostic = self._diagnostic
        style = _OF_SEVERITY[diagnostic.severity]
        title = self._paint(f"{diagnostic.severity}[{diagnostic.code}]", style)
        lines = [title + self._paint(f": {_lines_visible(diagnostic.message)}", _Style.BOLD)]
        if diagnostic.span is not None:
            lines += self._place("-->", diagnostic.span, diagnostic.label, "^", style)
        for related in diagnostic.related:
            lines += self._place(":::", related.span, related.message, "-", _Style.FRAME)
        lines += self._help()
        return "".join(f"{line.rstrip()}\n" for line in lines)

    def _place(self, arrow: str, span: Span, label: str, mark: str, style: _Style) -> list[str]:
        shown = excerpt(span)
        words = f"{mark * shown.length} {visible(label)}".rstrip()
        marks = " " * shown.indent + self._paint(words, style)
        return [
            f"{self._margin}{self._paint(arrow, _Style.FRAME)} {visible(str(span))}",
            self._gutter(),
            self._numbered(shown),
            self._gutter(marks),
        ]

    def _help(self) -> list[str]:
        diagnostic, lines = self._diagnostic, []
        if diagnostic.help or (diagnostic.label and diagnostic.span is None):
            words = diagnostic.help or diagnostic.label
            indented = _lines_visible(words).replace("\n", f"\n{self._margin}         ")
            lines.append(f"{self._margin} {self._paint('= help:', _Style.FRAME)} {indented}")
        if diagnostic.edits and not _told(diagnostic.edits, diagnostic.label):
            lines.append(f"{self._margin} {self._paint('= write:', _Style.FRAME)}")
            lines += [self._numbered(line, _Style.MEND) for line in mended_lines(diagnostic.edits)]
        return lines

    def _numbered(self, line: Excerpt, style: _Style | None = None) -> str:
        number = str(line.number).rjust(len(self._margin))
        text = self._paint(line.text.rstrip(), style) if style else line.text
        return f"{self._paint(f'{number} |', _Style.FRAME)} {text}"

    def _gutter(self, text: str = "") -> str:
        return f"{self._paint(f'{self._margin} |', _Style.FRAME)} {text}"

    def _paint(self, text: str, style: _Style) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color and text.strip() else text


def _number_width(diagnostic: Diagnostic) -> int:
    spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
    spans += [edit.span for edit in diagnostic.edits]
    return len(str(max((span.finish.line for span in spans if span), default=0)))


def _lines_visible(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def _told(edits: tuple[Edit, ...], label: str) -> bool:
    """Whether the label names the replacement, so that showing the line would say it twice."""
    return all(edit.replacement and f"`{edit.replacement}`" in label for edit in edits)

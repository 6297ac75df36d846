"""Gathers diagnostics, so that all the problems of a file are reported in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from specc.diagnostics.diagnostic import Diagnostic, Related, Severity
from specc.diagnostics.span import Span


class Diagnostics:
    """A list of diagnostics that keeps the first of equal ones.

    A step in a loop is checked once a round, a spec once a variant; the user is told once.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], Diagnostic] = {}
        self._uses: list[Related] = []

    def add(self, diagnostic: Diagnostic) -> None:
        """Records a diagnostic, unless one of the same code stands at the same place."""
        span = diagnostic.span
        place = (id(span.source), span.start, span.end) if span else diagnostic.message
        if self._uses and diagnostic.is_error:
            uses = (use for use in reversed(self._uses) if use.span != span)
            diagnostic = replace(diagnostic, related=(*diagnostic.related, *uses))
        self._seen.setdefault((diagnostic.code, diagnostic.label, place), diagnostic)

    @contextmanager
    def used_at(self, span: Span, name: str) -> Iterator[None]:
        """Within, errors also show where the definition that they stand in is used."""
        self._uses.append(Related(span, f"`{name}` is used here"))
        try:
            yield
        finally:
            self._uses.pop()

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Records several."""
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def error(self, code: str, message: str, span: Span | None = None, **more: Any) -> None:
        """Records an error; `more` holds Diagnostic's other fields."""
        self.add(Diagnostic(code, message, span, **more))

    def warning(self, code: str, message: str, span: Span | None = None, **more: Any) -> None:
        """Records a warning."""
        self.add(Diagnostic(code, message, span, severity=Severity.WARNING, **more))

    def note(self, code: str, message: str, span: Span | None = None, **more: Any) -> None:
        """Records a note."""
        self.add(Diagnostic(code, message, span, severity=Severity.NOTE, **more))

    @property
    def has_errors(self) -> bool:
        """Whether an error is among them."""
        return any(diagnostic.is_error for diagnostic in self)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._seen.values())

    def __len__(self) -> int:
        return len(self._seen)

    def sorted(self) -> list[Diagnostic]:
        """All of them, in the order of the text."""
        return sorted(self, key=_by_place)


def _by_place(diagnostic: Diagnostic) -> tuple[str, int, str]:
    span = diagnostic.span
    return (span.source.name, span.start, diagnostic.code) if span else ("", -1, diagnostic.code)

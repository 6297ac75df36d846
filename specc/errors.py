"""The one exception that specc raises for what a user can mend."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import Diagnostic


class SpeccError(Exception):
    """A failure, with every problem that was found in `.diagnostics`."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

"""What an import can't take over: gathered, so that all of it is reported at once."""

from __future__ import annotations

from typing import NoReturn

from specc.diagnostics import Diagnostic, Diagnostics, Severity
from specc.errors import SpeccError

SHARED = "call it in one of them only, and hand what it gives to the other"
"""What to do with a layer that two models share."""

MAX_SHOWN = 120
"""Characters of a stranger's text in a message."""


class Within:
    """A name at the end of a path, for a while; as a generator it would cost five times as much."""

    __slots__ = ("name", "path")

    def __init__(self, path: list[str], name: str) -> None:
        self.path = path
        self.name = name

    def __enter__(self) -> None:
        self.path.append(self.name)

    def __exit__(self, *_: object) -> None:
        self.path.pop()


class Problems:
    """Diagnostics of one import, each said of the layer that is looked at."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found = Diagnostics()
        self._path: list[str] = []

    def within(self, name: str) -> Within:
        """While a layer or model is looked at."""
        return Within(self._path, name)

    @property
    def place(self) -> str:
        """Where: the file and the layer, in words."""
        layer = f", layer `{shown('/'.join(self._path))}`" if self._path else ""
        return f"`{self.source}`{layer}"

    def error(self, code: str, what: str, help_: str = "") -> None:
        """Records what can't be imported."""
        self.found.add(Diagnostic(code, f"{self.place}: {what}", help=help_))

    def warn(self, code: str, what: str, help_: str = "") -> None:
        """Records what an import changes or leaves out."""
        problem = Diagnostic(code, f"{self.place}: {what}", help=help_, severity=Severity.WARNING)
        self.found.add(problem)

    def fail(self, code: str, what: str, help_: str = "") -> NoReturn:
        """Ends the import at once.

        Raises:
            SpeccError: with all that was found.
        """
        self.error(code, what, help_)
        raise SpeccError(self.found.sorted())

    def check(self) -> None:
        """Ends the import if something can't be taken over.

        Raises:
            SpeccError: with all that was found.
        """
        if self.found.has_errors:
            raise SpeccError(self.found.sorted())


def shown(text: object) -> str:
    """A stranger's text, cut to what a message can bear."""
    written = str(text)
    return written if len(written) <= MAX_SHOWN else f"{written[:MAX_SHOWN]}…"

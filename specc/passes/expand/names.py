"""Names for years: they come from the spec alone, never from a counter in the process."""

from __future__ import annotations

import re

from specc.catalog.naming import snake_case
from specc.diagnostics import Diagnostics, Related, Span

NAME = re.compile(r"[A-Za-z0-9_]+")

STAND_IN = "?"
"""Stands for a name that can't be one, and is reported: never in the way of another."""

IN_ROUNDS = (
    "give the loop around it a name, which makes each round a scope; a computed name must differ "
    "each round"
)

MAX_KEY = 1_000
"""Characters of a key. Real ones have a hundred; a loop of computed names must not fill memory."""


def join(scope: str, name: str) -> str:
    """The key of a name in a scope."""
    return f"{scope}.{name}" if scope else name


class Names:
    """The names of one graph: unique in their scope, counted where the spec gives none."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._taken: dict[str, Span] = {}
        self._twice: set[str] = set()
        self._counts: dict[tuple[str, str], int] = {}
        self._counted: list[tuple[str, str]] = []

    def named(self, scope: str, name: str, span: Span) -> str:
        """The key of a name that the spec gives."""
        key = join(scope, name)
        if len(key) > MAX_KEY:
            self.diagnostics.error("S413", f"the name has more than {MAX_KEY:,} characters", span)
            return STAND_IN
        if key in self._taken:
            self._report_twice(key, span)
        self._taken.setdefault(key, span)
        return key

    def unnamed(self, scope: str, class_name: str, span: Span) -> str:
        """The key of the next unnamed operation of a class: `<snake_class>_<k>`."""
        snake = snake_case(class_name)
        count = self._counts.get((scope, snake), 0)
        self._counts[scope, snake] = count + 1
        self._counted.append((scope, snake))
        key = join(scope, f"{snake}_{count}")
        if key in self._taken:
            self._report_twice(key, span)
        self._taken.setdefault(key, span)
        return key

    def mark(self) -> tuple[int, int]:
        """What `rollback` takes to go back to now."""
        return len(self._taken), len(self._counted)

    def rollback(self, mark: tuple[int, int]) -> None:
        """Forgets the names given since the mark."""
        taken, counted = mark
        while len(self._taken) > taken:
            self._taken.popitem()
        while len(self._counted) > counted:
            self._counts[self._counted.pop()] -= 1

    def _report_twice(self, key: str, span: Span) -> None:
        """Reports a name that is there already, unless the scope it stands in is."""
        if STAND_IN in key or any(key.startswith(f"{scope}.") for scope in self._twice):
            return
        self._twice.add(key)
        first = self._taken[key]
        again = first == span
        where = "here, in another round" if again else "here first"
        self.diagnostics.error(
            "S401", f"the name `{key}` is given twice", span, related=(Related(first, where),),
            help=IN_ROUNDS if again else "names are unique in their scope: choose another",
        )  # fmt: skip

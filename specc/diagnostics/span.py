"""Where something stands: a source text and a range of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text as people count: line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """A text with a name: a file's path as the user wrote it, or `<string>`."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        return starts

    def position(self, offset: int) -> Position:
        """The line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets in a source."""

    source: Source
    start: int
    end: int

    @property
    def begin(self) -> Position:
        """Where the range starts."""
        return self.source.position(self.start)

    @property
    def finish(self) -> Position:
        """Where the range ends: the position after its last character."""
        return self.source.position(self.end)

    @property
    def text(self) -> str:
        """The characters of the range."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        line, column = self.begin
        return f"{self.source.name}:{line}:{column}"

"""YAML's comma trap: an expression inside {…} or […] that YAML ends at its first comma.

`{units: =min(a, b)}` is valid YAML for `{"units": "=min(a", "b)": null}`, and `{shape: =[a, b]}` is
a syntax error. Both are found here, with the extent of what was meant.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from specc.diagnostics import Span
from specc.source.limits import MAX_EXPRESSION

_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}


class Trap(NamedTuple):
    """An expression that must be quoted, from its `=` to its last bracket."""

    span: Span
    flow: bool


def cut_short(span: Span, text: str) -> int | None:
    """Where an expression in a flow collection was meant to end, if not where the scalar ends."""
    is_code = text.startswith("=") and not text.startswith("==")
    suspect = "(" in text or (is_code and ('"' in text or "'" in text))
    if not suspect:
        return None
    end = expression_end(span.source.text, span.start)
    return end if end is not None and end > span.end else None


def expression_end(text: str, start: int, flow: bool = True) -> int | None:
    """The end of the expression that starts at `start`, or None if its brackets don't match.

    In a flow collection it ends before a comma or closing bracket that is none of its own; anywhere
    before a comment, and at the end of the line unless a bracket is open.
    """
    expected: list[str] = []
    limit = min(len(text), start + MAX_EXPRESSION)
    index = start
    while index < limit:
        char = text[index]
        if char in _CLOSERS:
            expected.append(_CLOSERS[char])
        elif char in ")]}" and expected:
            if expected.pop() != char:
                return None
        elif char in "\"'":
            index = _string_end(text, index)
        elif not expected and (
            char == "\n" or (flow and char in ",)]}") or (char == "#" and text[index - 1].isspace())
        ):
            break
        index += 1
    return None if expected else start + len(text[start:index].rstrip())


def _string_end(text: str, start: int) -> int:
    """The offset of the quote that closes the one at `start`; `start` if none does on its line."""
    index = start + 1
    while index < len(text) and text[index] != "\n":
        if text[index] == text[start]:
            return index
        index += 2 if text[index] == "\\" else 1
    return start

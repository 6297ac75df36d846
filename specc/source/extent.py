"""How far an expression reaches in a text, by its brackets and quotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specc.source.limits import MAX_EXPRESSION

_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}


def is_suspect(text: str) -> bool:
    """Whether a plain scalar in a flow collection may be the beginning of an expression only."""
    if "(" in text:
        return True
    return text.startswith("=") and ('"' in text or "'" in text) and not text.startswith("==")


def is_open(text: str, start: int, end: int) -> bool:
    """Whether a bracket or quote that opens between two offsets is still open at the second."""
    passed = list(_outside_quotes(text, start, end))
    if not passed:
        return False
    last, _, depth = passed[-1]
    return depth != 0 or last >= end  # past the end, if a quoted text goes on behind it


def expression_end(text: str, start: int, flow: bool = True) -> int | None:
    """The end of the expression that starts at `start`, or None if a bracket stays open.

    In a flow collection it ends before a comma or closing bracket that is none of its own; anywhere
    before a comment, and at the end of the line unless a bracket is open.
    """
    limit = min(len(text), start + MAX_EXPRESSION)
    depth = 0
    for index, before, after in _outside_quotes(text, start, limit):
        depth = after
        if depth < 0:
            return _trimmed(text, start, index) if flow else None
        if before == after == 0 and _ends(text, index, flow):
            return _trimmed(text, start, index)
    return None if depth else _trimmed(text, start, limit)


def group_end(text: str, start: int) -> int | None:
    """The end of the quoted text or bracketed group that starts at `start`, if it has one."""
    if text[start] in "\"'":
        end = _string_end(text, start)
        return end + 1 if end > start else None
    groups = _outside_quotes(text, start, len(text))
    return next((index + 1 for index, _, after in groups if after == 0), None)


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _outside_quotes(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each offset outside quotes, with the number of brackets open before and after it.

    Ends with -1 at a bracket that closes another kind than the last one opened.
    """
    expected: list[str] = []
    index = start
    while index < end:
        before, char = len(expected), text[index]
        if char in _CLOSERS:
            expected.append(_CLOSERS[char])
        elif char in ")]}" and expected and expected.pop() != char:
            yield index, before, -1
            return
        elif char in "\"'":
            index = _string_end(text, index)
        yield index, before, len(expected)
        index += 1


def _ends(text: str, index: int, flow: bool) -> bool:
    char = text[index]
    is_comment = char == "#" and text[index - 1].isspace()
    return char == "\n" or is_comment or (flow and char in ",)]}")


def _string_end(text: str, start: int) -> int:
    """The offset of the quote that closes the one at `start`; `start` if none does on its line."""
    index = start + 1
    while index < len(text) and text[index] != "\n":
        if text[index] == text[start]:
            return index
        index += 2 if text[index] == "\\" else 1
    return start

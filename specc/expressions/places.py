"""Where a node of the tree stands in the text.

Python counts lines from 1 and columns in UTF-8 bytes, of a text that `parse` has put in brackets.
"""

from __future__ import annotations

import ast

PREFIX = "("
SUFFIX = "\n)"


def span_of(text: str, node: ast.AST) -> tuple[int, int]:
    """The characters of `text` that a node was parsed from; all of it for a node without a place."""
    line = getattr(node, "lineno", None)
    if line is None:
        return 0, len(text)
    start = offset_of(text, line, node.col_offset)  # type: ignore[attr-defined]  # it has a line
    end = offset_of(text, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    return start, max(start, end)


def text_of(text: str, node: ast.AST) -> str:
    """The characters themselves."""
    start, end = span_of(text, node)
    return text[start:end]


def offset_of(text: str, line: int, column: int) -> int:
    """The character offset of a place as Python gives it, held to the text."""
    lines = text.split("\n")
    if line > len(lines):
        return len(text)
    if line == 1:
        column -= len(PREFIX)
    before = sum(len(each) + 1 for each in lines[: line - 1])
    return before + len(lines[line - 1].encode()[: max(column, 0)].decode(errors="ignore"))

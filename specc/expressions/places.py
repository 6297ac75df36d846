"""Where a node of the tree stands in the text.

Python counts lines from 1 and columns in UTF-8 bytes, of a text that `parse` has put in brackets.
"""

from __future__ import annotations

import ast

PREFIX = "("
SUFFIX = "\n)"


def span_of(text: str, node: ast.AST) -> tuple[int, int]:
    """The characters of `text` that a node was parsed from; all of them if it has no place."""
    if not isinstance(node, ast.expr | ast.keyword) or not hasattr(node, "lineno"):
        return 0, len(text)
    start = _offset(text, node.lineno, node.col_offset)
    end = _offset(text, node.end_lineno or node.lineno, node.end_col_offset or 0)
    return start, max(start, end)


def line_start(text: str, line: int) -> int:
    """The offset of a line's first character, the prefix included in the first: it may be -1."""
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) - (len(PREFIX) if line == 1 else 0)


def _offset(text: str, line: int, column: int) -> int:
    """The character offset of a place as Python gives it, held to the text."""
    start = line_start(text, line)
    line_text = (PREFIX + text if line == 1 else text[start:]).encode()
    offset = start + len(line_text[:column].decode(errors="ignore"))
    return min(max(offset, 0), len(text))

"""Expressions with the place of their fault marked: `1 + «x» * 2`."""

from __future__ import annotations


def unmarked(marked: str) -> tuple[str, tuple[int, int]]:
    """The text without its marks, and the offsets they stood at."""
    before, inside, after = marked.replace("»", "«").split("«")
    return before + inside + after, (len(before), len(before) + len(inside))

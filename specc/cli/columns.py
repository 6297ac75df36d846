"""Columns of text side by side, as a pipe gets them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence


def side_by_side(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """Lines with columns as wide as they need be.

    Args:
        rows: The cells, the header first.
        right: Which columns hold numbers, and stand to the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()

"""Several ways through a body: what they have in common once, the rest as a condition says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from specc.codegen.families import Line
from specc.codegen.printing import flat


def chosen(test: str, negated: str, one: Sequence[Line], other: Sequence[Line]) -> list[Line]:
    """The statements of two ways.

    Args:
        test: What holds where the first is gone.
        negated: What holds where it isn't.
        one: The first way.
        other: The other.
    """
    pairs = [_text(a) == _text(b) for a, b in zip(one, other, strict=False)]
    start = len(list(takewhile(bool, pairs)))
    most = min(len(one), len(other)) - start
    backward = (_text(a) == _text(b) for a, b in zip(one[::-1], other[::-1], strict=False))
    end = min(most, len(list(takewhile(bool, backward))))
    body = list(one[:start])
    first, second = one[start : len(one) - end], other[start : len(other) - end]
    if first:
        body += [Line(f"if {test}:", indent=2), *map(_deeper, first)]
        if second and first[-1].text == "return ":
            body += second
        elif second:
            body += [Line("else:", indent=2), *map(_deeper, second)]
    elif second:
        body += [Line(f"if {negated}:", indent=2), *map(_deeper, second)]
    return body + list(one[len(one) - end :])


def text_of(lines: Sequence[Line]) -> list[str]:
    """Statements as text."""
    return [_text(line) for line in lines]


def _text(line: Line) -> str:
    return f"{line.indent}{line.text}" + ("" if line.node is None else flat(line.node))


def _deeper(line: Line) -> Line:
    return Line(line.text, line.node, line.indent + 1)

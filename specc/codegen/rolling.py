"""Statements in a row that differ in a counted name alone become a loop.

The loop runs through the very same statements: what varies are numbers in texts (`"layer0"`,
`"layer1"`, …), and these count up by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from specc.codegen.printing import INDENT, WIDTH

STRING = re.compile(r'f?"(?:[^"\\]|\\.)*"')
NUMBER = re.compile(r"\{[^}]*\}|(?<!\d)(?:0|[1-9]\d*)(?!\d)")
"""A number in a text; code in braces is left alone."""

HOLE = "\0"
LEAST, LONGEST = 3, 8
"""Rounds that are worth a loop, and statements of a round."""


class Statement(NamedTuple):
    """A statement's lines, their text with holes for the numbers in strings, and these."""

    lines: tuple[str, ...]
    form: str
    numbers: tuple[int, ...]


class Loop(NamedTuple):
    """Rounds of some statements each, in a row."""

    size: int
    rounds: int


def rolled(lines: Sequence[str]) -> list[str]:
    """The body of a function with loops, where statements repeat."""
    statements = _statements(lines)
    if any(re.search(r"\bi\b", statement.form) for statement in statements):
        return list(lines)
    found: list[str] = []
    place = 0
    while place < len(statements):
        loop = _longest(statements[place:])
        written = _written(statements[place:], loop) if loop.rounds else []
        if written and all(len(line) <= WIDTH for line in written):
            found += written
            place += loop.size * loop.rounds
        else:
            found += statements[place].lines
            place += 1
    return found


def _statements(lines: Sequence[str]) -> list[Statement]:
    groups: list[list[str]] = []
    for line in lines:
        inner = line.startswith(INDENT * 2) or line.strip()[:1] in (")", "]", "}", "")
        if inner and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_statement(tuple(group)) for group in groups]


def _statement(lines: tuple[str, ...]) -> Statement:
    numbers: list[int] = []

    def hole(match: re.Match[str]) -> str:
        if match[0].startswith("{"):
            return match[0]
        numbers.append(int(match[0]))
        return HOLE

    def counted(string: re.Match[str]) -> str:
        braced = "{" in string[0] and not string[0].startswith("f")
        return string[0] if braced or "{{" in string[0] else NUMBER.sub(hole, string[0])

    form = STRING.sub(counted, "\n".join(lines))
    return Statement(lines, form, tuple(numbers))


def _longest(statements: Sequence[Statement]) -> Loop:
    """The loop at the beginning that takes most statements; no rounds if there is none."""
    loops = (Loop(size, _rounds(statements, size)) for size in range(1, LONGEST + 1))
    worth = [loop for loop in loops if loop.rounds >= LEAST]
    return max(worth, key=lambda loop: loop.size * loop.rounds, default=Loop(1, 0))


def _rounds(statements: Sequence[Statement], size: int) -> int:
    first = statements[:size]
    varying: set[tuple[int, int]] = set()
    count = 1
    while True:
        these = statements[count * size : (count + 1) * size]
        if [each.form for each in these] != [each.form for each in first]:
            return count if varying else 0
        steps = _steps(first, these)
        if not steps <= {0, count}:
            return count if varying else 0
        changed = {
            (row, column)
            for row, (a, b) in enumerate(zip(first, these, strict=True))
            for column, pair in enumerate(zip(a.numbers, b.numbers, strict=True))
            if pair[0] != pair[1]
        }
        if not changed or (varying and changed != varying):
            return count if varying else 0
        varying = changed
        count += 1


def _steps(first: Sequence[Statement], these: Sequence[Statement]) -> set[int]:
    return {
        b - a
        for one, other in zip(first, these, strict=True)
        for a, b in zip(one.numbers, other.numbers, strict=True)
    }


def _written(statements: Sequence[Statement], loop: Loop) -> list[str]:
    first = statements[: loop.size]
    second = statements[loop.size : 2 * loop.size]
    start = next(
        a
        for one, other in zip(first, second, strict=True)
        for a, b in zip(one.numbers, other.numbers, strict=True)
        if a != b
    )
    bounds = f"{start}, {start + loop.rounds}" if start else f"{loop.rounds}"
    body = [
        INDENT + line
        for one, other in zip(first, second, strict=True)
        for line in _filled(one, other, start).split("\n")
    ]
    return [f"{INDENT}for i in range({bounds}):", *body]


def _filled(one: Statement, other: Statement, start: int) -> str:
    """A statement with the loop's variable in its texts."""
    values = iter(zip(one.numbers, other.numbers, strict=True))

    def text(match: re.Match[str]) -> str:
        string, counts = match[0], False
        while HOLE in string:
            number, following = next(values)
            shift = number - start
            code = "{i}" if not shift else f"{{i {'+' if shift > 0 else '-'} {abs(shift)}}}"
            string = string.replace(HOLE, code if number != following else str(number), 1)
            counts = counts or number != following
        return f"f{string}" if counts and not string.startswith("f") else string

    return STRING.sub(text, one.form)

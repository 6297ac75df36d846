"""Equal steps with consecutive numbers in their names become loops."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from specc.importing.parts import Plain
from specc.importing.steps import Step

LEAST = 4
"""Rounds that are worth a loop: it takes four lines."""

_NUMBERED = re.compile(r"(.*?)(\d+)")


def in_rounds(steps: Sequence[Step], outputs: Plain = None) -> list[Step]:
    """Steps, those that differ in the number that their name ends with as loops.

    A computed name can't be read, so steps that others read by their names stay.

    Args:
        steps: Of a body.
        outputs: What the model says of its outputs.
    """
    read = set(_words([*(_without_name(step) for step in steps), outputs]))
    made: list[Step] = []
    start = 0
    while start < len(steps):
        end = start + 1
        while end < len(steps) and _follows(steps[end - 1], steps[end]):
            end += 1
        named = any(str(step["name"]) in read for step in steps[start:end] if "name" in step)
        if end - start >= LEAST and "in" not in steps[start] and not named:
            made.append(_loop(steps[start:end]))
        else:
            made.extend(steps[start:end])
        start = end
    return made


def _without_name(step: Step) -> Step:
    return {key: value for key, value in step.items() if key != "name"}


def _words(value: Plain) -> Iterator[str]:
    """The words of all texts in a value: names among them."""
    if isinstance(value, str):
        yield from re.findall(r"\w+", value)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _words(item)


def _numbered(step: Step) -> tuple[str, int] | None:
    found = _NUMBERED.fullmatch(str(step.get("name")))
    if found is None or found[2] != str(int(found[2])):
        return None
    return found[1], int(found[2])


def _follows(one: Step, other: Step) -> bool:
    first, second = _numbered(one), _numbered(other)
    if first is None or second is None or "in" in other or "expr" in other:
        return False
    following = first[0] == second[0] and second[1] == first[1] + 1
    return following and _rest(one) == _rest(other)


def _rest(step: Step) -> dict[str, Plain]:
    return {key: value for key, value in step.items() if key not in ("name", "in")}


def _loop(steps: Sequence[Step]) -> Step:
    first, last = _numbered(steps[0]), _numbered(steps[-1])
    assert first is not None and last is not None  # noqa: S101 - they follow each other
    return {
        "for": f"i in range({first[1]}, {last[1] + 1})",
        "name": f'=f"{first[0]}{{i}}"',
        "body": [_rest(steps[0])],
    }

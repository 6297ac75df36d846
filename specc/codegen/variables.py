"""Which variable holds what: `x` what goes from one statement to the next, names all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specc.codegen.naming import Names

FLOW = "x"


@dataclass(frozen=True)
class Statement:
    """What a statement gives and reads: values, by the index of their call."""

    gives: tuple[int, ...]
    reads: frozenset[int]


def assigned(
    statements: Sequence[Statement],
    results: frozenset[int],
    wishes: Mapping[int, str],
    names: Names,
) -> dict[int, str]:
    """The variable of each value.

    Args:
        statements: In their order; the first gives the parameters.
        results: What is read at the end.
        wishes: What each is called where it isn't `x`.
        names: The names that are taken.
    """
    names.taken.add(FLOW)
    last = {value: place for place, each in enumerate(statements) for value in each.reads}
    last |= dict.fromkeys(results, len(statements))
    flowing = _flowing(statements, last)
    found: dict[int, str] = {}
    for each in statements:
        for value in each.gives:
            found[value] = FLOW if value in flowing else names.new(wishes[value])
    return found


def _flowing(statements: Sequence[Statement], last: Mapping[int, int]) -> set[int]:
    """The values that `x` holds: from each until its last reader, none of the others is given."""
    single = {place: each.gives[0] for place, each in enumerate(statements) if len(each.gives) == 1}
    flowing = {place for place, value in single.items() if last.get(value, place) <= place + 1}
    for place, value in single.items():
        end = last.get(value, place)
        free = flowing.isdisjoint(range(place + 1, end))
        kept = any(
            before < place < last[single[before]]
            for before in flowing
            if before < place and single[before] in last
        )
        if place not in flowing and free and not kept:
            flowing.add(place)
    return {single[place] for place in flowing}

"""Equal steps in a row wherever they stand, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from specc.importing.blocks import OUTSIDE, Block, FlatStep
from specc.importing.variation import ends_with_number

LEAST = 2
"""Steps of a window."""

MOST = 24
"""The same. Whoever reads a longer one has forgotten how it began."""

MOST_READ = 2
"""What a window reads from outside: more, and its use says as much as its steps."""

Place = tuple[int, int]
"""Where a window begins, and before which step it ends."""


def windows(
    steps: Sequence[FlatStep | None], read: Mapping[str, Sequence[int]], least: int
) -> list[list[Block]]:
    """The windows of steps into which nothing looks, those of one signature together.

    Args:
        steps: Of a body.
        read: Which steps read a name.
        least: Lines that a definition of them spares at least.
    """
    forms = _forms(steps)
    alike: dict[tuple[int, ...], list[Place]] = defaultdict(list)
    for start, end in _places(steps, read):
        alike[forms[start:end]].append((start, end))
    reads = _reads(steps)
    lines = [0 if step is None else step.lines for step in steps]
    made: list[list[Block]] = []
    for places in alike.values():
        start, end = places[0]
        if (len(places) - 1) * sum(lines[start:end]) - len(places) > least:
            made += [[_block(steps, *place) for place in kind] for kind in _kinds(places, reads)]
    return made


def _block(steps: Sequence[FlatStep | None], start: int, end: int) -> Block:
    return Block("", start, end, tuple(each for each in steps[start:end] if each is not None))


def _forms(steps: Sequence[FlatStep | None]) -> tuple[int, ...]:
    """A number for each step, equal for steps of one form, whose names are counted or aren't."""
    known: dict[object, int] = {}
    return tuple(
        known.setdefault(step and (step.form, ends_with_number(step.name)), len(known))
        for step in steps
    )


def _reads(steps: Sequence[FlatStep | None]) -> list[tuple[int, ...]]:
    """The places of what each step reads; those of inputs, and of what isn't known, are below 0."""
    places = {step.name: place for place, step in enumerate(steps) if step is not None}
    made: list[tuple[int, ...]] = []
    for step in steps:
        names = step.reads if step is not None else ()
        made.append(tuple(places.setdefault(name, -1 - len(places)) for name in names))
    return made


def _kinds(places: Sequence[Place], reads: Sequence[tuple[int, ...]]) -> Iterator[list[Place]]:
    """Windows of one form, those together whose steps read each other in the same way."""
    alike: dict[object, list[Place]] = defaultdict(list)
    for start, end in places:
        outside: dict[int, int] = {}
        signature = tuple(
            each - start if each >= start else outside.setdefault(each, -1 - len(outside))
            for step in reads[start:end]
            for each in step
        )
        if 0 < len(outside) <= MOST_READ:
            alike[signature].append((start, end))
    return (each for each in alike.values() if len(each) > 1)


def _places(steps: Sequence[FlatStep | None], read: Mapping[str, Sequence[int]]) -> Iterator[Place]:
    """The windows all of whose steps but the last are read inside of them alone."""
    never = len(steps) + MOST
    last = [_last(step, read, never) for step in steps]
    for start in range(len(steps)):
        needed = start
        most = min(len(steps), start + MOST)
        for end in range(start + 1, most + 1):
            if end - start >= LEAST and needed < end and steps[end - 1] is not None:
                yield start, end
            needed = max(needed, last[end - 1])
            if needed >= most:
                break


def _last(step: FlatStep | None, read: Mapping[str, Sequence[int]], never: int) -> int:
    """The last place that reads a step."""
    places = read.get(step.name, (0,)) if step is not None else (OUTSIDE,)
    return never if OUTSIDE in places else max(places)


def apart(blocks: Sequence[Block], used: set[int]) -> list[Block]:
    """The blocks that share no step with what is used, nor with each other."""
    made: list[Block] = []
    end = 0
    for block in blocks:
        if block.start >= end and used.isdisjoint(range(block.start, block.end)):
            made.append(block)
            end = block.end
    return made

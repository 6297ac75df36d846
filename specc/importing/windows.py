"""Equal steps in a row wherever they stand, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from specc.importing.blocks import Block, FlatStep
from specc.importing.variation import ends_with_number

LEAST = 2
"""Steps of a window."""

MOST = 24
"""The same. Whoever reads a longer one has forgotten how it began."""

MOST_READ = 2
"""What a window reads from outside: more, and its use says as much as its steps."""


def windows(
    steps: Sequence[FlatStep | None], read: Mapping[str, Sequence[int]]
) -> list[list[Block]]:
    """The windows of steps into which nothing looks, those of one signature together."""
    alike: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for start in range(len(steps)):
        for end in _ends(steps, read, start):
            alike[tuple(each.form for each in steps[start:end] if each)].append((start, end))
    made: list[list[Block]] = []
    for places in alike.values():
        if len(places) > 1:
            made += _by_signature([_block(steps, *place) for place in places])
    return made


def _block(steps: Sequence[FlatStep | None], start: int, end: int) -> Block:
    return Block("", start, end, tuple(each for each in steps[start:end] if each is not None))


def _by_signature(blocks: Sequence[Block]) -> list[list[Block]]:
    alike: dict[tuple[object, ...], list[Block]] = defaultdict(list)
    for block in blocks:
        if 0 < len(block.outside) <= MOST_READ:
            counted = tuple(ends_with_number(step.name) for step in block.steps)
            alike[(*block.signature, counted)].append(block)
    return [each for each in alike.values() if len(each) > 1]


def _ends(
    steps: Sequence[FlatStep | None], read: Mapping[str, Sequence[int]], start: int
) -> Iterator[int]:
    """Where a window that begins here can end: where all that it gives is its last step."""
    needed = start
    for end in range(start + 1, min(len(steps), start + MOST) + 1):
        step = steps[end - 1]
        if step is None:
            return
        if end - start >= LEAST and needed < end:
            yield end
        places = read.get(step.name, ())
        if any(place < start for place in places):
            return
        needed = max(needed, *places, start)


def apart(blocks: Sequence[Block], used: set[int]) -> list[Block]:
    """The blocks that share no step with what is used, nor with each other."""
    made: list[Block] = []
    end = 0
    for block in blocks:
        if block.start >= end and used.isdisjoint(range(block.start, block.end)):
            made.append(block)
            end = block.end
    return made

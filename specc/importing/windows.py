"""Equal steps in a row wherever they stand, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specc.importing.blocks import OUTSIDE, FlatStep
from specc.importing.variation import ends_with_number

LEAST = 2
"""Steps of a window."""

MOST = 24
"""The same. Whoever reads a longer one has forgotten how it began."""

FEWEST = 2
"""Uses that are worth a definition."""

FEWEST_NESTED = 3
"""The same of one that has uses of others in it: a reader looks up two."""

MOST_READ = 2
"""What a window reads from outside: more, and its use says as much as its steps."""

Place = tuple[int, int]
"""Where a window begins, and before which step it ends."""


@dataclass(frozen=True)
class Kind:
    """Windows of one signature that share no step.

    Attributes:
        places: Where they are.
        lines: What the first takes.
    """

    places: tuple[Place, ...]
    lines: int

    @property
    def bound(self) -> int:
        """More lines, about, than a definition of these can spare."""
        return (len(self.places) - 1) * self.lines - len(self.places)


def windows(
    steps: Sequence[FlatStep | None],
    read: Mapping[str, Sequence[int]],
    least: int,
    outputs: int = 1,
) -> list[Kind]:
    """The kinds of windows of steps of which outside few are read, the largest bound first.

    Args:
        steps: Of a body.
        read: Which steps read a name.
        least: Lines that a definition of them spares at least.
        outputs: Steps of a window that others read, the last among them, at most.
    """
    last = _last_readers(steps, read)
    forms = _forms(steps)
    alike: dict[tuple[int, ...], list[Place]] = defaultdict(list)
    for start, end in _places(steps, last, outputs):
        alike[forms[start:end]].append((start, end))
    reads = _reads(steps)
    made: list[Kind] = []
    for form, places in alike.items():
        start, end = places[0]
        members = [step for step in steps[start:end] if step is not None]
        whole = Kind(tuple(places), sum(step.lines for step in members))
        has_uses = any(step.is_use for step in members)
        if whole.bound <= least or _repeats(form, 2 if has_uses else 3):
            continue
        for kind in _kinds(places, reads, last):
            if len(kind) >= (FEWEST_NESTED if has_uses else FEWEST):
                made.append(Kind(tuple(kind), whole.lines))
    return sorted(
        (kind for kind in made if kind.bound > least), key=lambda kind: kind.bound, reverse=True
    )


def _repeats(forms: Sequence[int], times: int) -> bool:
    """Whether a window is a shorter one so many times or more: a loop's rounds, and no block."""
    return len(set(forms)) == 1 or any(
        forms[period:] == forms[:-period]
        for period in range(2, len(forms) // times + 1)
        if len(forms) % period == 0
    )


def _forms(steps: Sequence[FlatStep | None]) -> tuple[int, ...]:
    """A number for each step, equal for steps of one form, whose names are counted or aren't."""
    known: dict[object, int] = {}
    return tuple(
        known.setdefault(
            step and (step.form, step.is_named and ends_with_number(step.name)), len(known)
        )
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


def _kinds(
    places: Sequence[Place], reads: Sequence[tuple[int, ...]], last: Sequence[int]
) -> Iterator[list[Place]]:
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
            open_ = tuple(i for i, reader in enumerate(last[start : end - 1]) if reader >= end)
            alike[signature, open_].append((start, end))
    return map(_apart, alike.values())


def _places(steps: Sequence[FlatStep | None], last: Sequence[int], outputs: int) -> Iterator[Place]:
    """The windows of which so many steps are read outside."""
    for start in range(len(steps)):
        open_: list[int] = []
        most = min(len(steps), start + MOST)
        never = 0
        for end in range(start + 1, most + 1):
            if steps[end - 1] is None:
                break
            open_ = [reader for reader in open_ if reader >= end]
            if end - start >= LEAST and len(open_) < outputs:
                yield start, end
            open_.append(last[end - 1])
            never += last[end - 1] >= most
            if never >= outputs:
                break


def _last_readers(steps: Sequence[FlatStep | None], read: Mapping[str, Sequence[int]]) -> list[int]:
    """The last place that reads each step; one behind all others, if that isn't a step."""
    behind = len(steps) + MOST
    places = [read.get(step.name, (0,)) if step is not None else (OUTSIDE,) for step in steps]
    return [behind if OUTSIDE in each else max(each) for each in places]


def _apart(places: Sequence[Place]) -> list[Place]:
    """The windows that share no step with those before."""
    made: list[Place] = []
    for start, end in places:
        if not made or start >= made[-1][1]:
            made.append((start, end))
    return made

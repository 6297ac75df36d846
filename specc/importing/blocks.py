"""Runs of steps whose names begin alike: blocks, and what is equal among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specc.importing.names import is_name
from specc.importing.parts import Plain
from specc.importing.steps import Step

SEPARATOR = "_"
BESIDE = ("in", "args", "name", "as", "trainable", "dtype", "keras_name")
LEAST = 3
"""Steps of a block that is worth a definition."""


@dataclass(frozen=True, slots=True)
class FlatStep:
    """A step of a layer that says what it reads.

    Attributes:
        class_name: The layer's class.
        arguments: The constructor's.
        reads: The first argument: names of steps, in lists and mappings.
        step: As it was written.
    """

    class_name: str
    arguments: Mapping[str, Plain]
    reads: Plain
    step: Step

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.step["name"])


@dataclass(frozen=True, slots=True)
class Block:
    """Steps from `start` to before `end` whose names begin with `prefix`."""

    prefix: str
    start: int
    end: int
    steps: tuple[FlatStep, ...]

    def suffix(self, name: str) -> str:
        """A step's name without what the block's begin with."""
        return name.removeprefix(self.prefix + SEPARATOR)

    @property
    def outside(self) -> tuple[str, ...]:
        """What its steps read that isn't in it, in the order of use."""
        inside = {step.name for step in self.steps}
        reads = (name for step in self.steps for name in names_in(step.reads))
        return tuple(dict.fromkeys(name for name in reads if name not in inside))

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for blocks that differ in the values of arguments alone."""
        outside = {name: f"<{place}" for place, name in enumerate(self.outside)}

        def known(value: Plain) -> object:
            if isinstance(value, str):
                return outside.get(value, self.suffix(value))
            if isinstance(value, list):
                return tuple(known(item) for item in value)
            if isinstance(value, dict):
                return tuple((key, known(item)) for key, item in value.items())
            return value

        return tuple(
            (
                step.class_name,
                self.suffix(step.name),
                known(step.reads),
                tuple(
                    (key, repr(step.step[key]))
                    for key in ("trainable", "dtype")
                    if key in step.step
                ),
            )
            for step in self.steps
        )


def names_in(reads: Plain) -> Iterator[str]:
    """The names in what a step reads."""
    if isinstance(reads, str):
        yield reads
    elif isinstance(reads, list):
        for item in reads:
            yield from names_in(item)
    elif isinstance(reads, dict):
        for item in reads.values():
            yield from names_in(item)


def flat_steps(steps: Sequence[Step], first: str) -> list[FlatStep | None]:
    """Each step with what it reads; None for those that no block may hold.

    Args:
        steps: Of a body.
        first: The name of what the first step reads, if it doesn't say; empty if there is none.
    """
    made: list[FlatStep | None] = []
    previous = first
    for step in steps:
        made.append(_flat(step, previous))
        previous = str(step.get("name") or step.get("as") or "")
    return made


def _flat(step: Step, previous: str) -> FlatStep | None:
    name = step.get("name")
    key = next((key for key in step if key not in BESIDE), None)
    if key is None or key == "expr" or {"as", "args", "keras_name"} & step.keys():
        return None
    reads = step.get("in", previous)
    if not isinstance(name, str) or not all(is_name(each) for each in names_in(reads)):
        return None
    arguments = step[key]
    return FlatStep(key, arguments if isinstance(arguments, dict) else {}, reads, step)


def blocks_of(steps: Sequence[FlatStep | None], words: int) -> list[Block]:
    """The runs of steps whose names have the same first words."""
    made: list[Block] = []
    start = 0
    while start < len(steps):
        prefix = _prefix(steps[start], words)
        end = start + 1
        while end < len(steps) and prefix and _prefix(steps[end], words) == prefix:
            end += 1
        members = [step for step in steps[start:end] if step is not None]
        if prefix and len(members) >= LEAST:
            made.append(Block(prefix, start, end, tuple(members)))
        start = end
    return made


def _prefix(step: FlatStep | None, words: int) -> str:
    parts = step.name.split(SEPARATOR) if step is not None else []
    return SEPARATOR.join(parts[:words]) if len(parts) > words else ""

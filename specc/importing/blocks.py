"""Steps in a row that nothing outside looks into: what could become one definition's use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specc.importing.parts import Plain
from specc.importing.steps import Step
from specc.importing.texts import line_count, replaced, words

SEPARATOR = "_"
BESIDE = ("in", "args", "name", "as", "trainable", "dtype", "keras_name")
EXPRESSION = "expr"
LEAST = 3
"""Steps of a block that is worth a definition."""

OUTSIDE = -1
"""Stands for a reader that is no step: the model's outputs, or what isn't understood."""


@dataclass(frozen=True)
class FlatStep:
    """A step that says what it reads.

    Attributes:
        what: The layer's class; `expr` of an expression.
        arguments: The constructor's.
        said: What it says of tensors: the expression, or `in` and `args`.
        known: The names of other steps and of inputs, which `said` may hold.
        step: As it was written.
    """

    what: str
    arguments: Mapping[str, Plain]
    said: dict[str, Plain]
    known: frozenset[str]
    step: Step

    @cached_property
    def name(self) -> str:
        """Its name."""
        return str(self.step["name"])

    @cached_property
    def words(self) -> list[str]:
        """The words of its name."""
        return self.name.split(SEPARATOR)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The steps and inputs that it reads, in the order of use."""
        return tuple(word for word in words(self.said) if word in self.known)

    @cached_property
    def form(self) -> tuple[str, str]:
        """What it is, but for what it is called and reads, and the values of arguments."""
        said = replaced(self.said, lambda name: "<>" if name in self.known else name)
        beside = [self.step.get("trainable"), self.step.get("dtype")]
        return self.what, repr([said, beside])

    @cached_property
    def lines(self) -> int:
        """How many it takes."""
        return line_count(self.step)


@dataclass(frozen=True)
class Block:
    """Steps from `start` to before `end`.

    Attributes:
        prefix: What their names begin with; empty if they are blocks for another reason.
    """

    prefix: str
    start: int
    end: int
    steps: tuple[FlatStep, ...]

    def suffix(self, name: str) -> str:
        """A step's name without what the block's begin with."""
        return name.removeprefix(self.prefix + SEPARATOR) if self.prefix else name

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """What its steps read that isn't in it, in the order of use."""
        inside = {step.name for step in self.steps}
        reads = (name for step in self.steps for name in step.reads)
        return tuple(dict.fromkeys(name for name in reads if name not in inside))

    @cached_property
    def lines(self) -> int:
        """How many its steps take."""
        return sum(step.lines for step in self.steps)

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for blocks that differ in the values of arguments, and in names, alone."""
        places = {name: -1 - place for place, name in enumerate(self.outside)}
        places |= {step.name: place for place, step in enumerate(self.steps)}
        return tuple(
            (
                step.form,
                self.suffix(step.name) if self.prefix else "",
                tuple(places[name] for name in step.reads),
            )
            for step in self.steps
        )


def named_inputs(inputs: Plain) -> dict[str, Mapping[str, Any]]:
    """A document's inputs by their names, as a list or a mapping has them."""
    if isinstance(inputs, list):
        return {str(each["name"]): each for each in inputs}
    return dict(inputs) if isinstance(inputs, dict) else {}


def flat_steps(steps: Sequence[Step], inputs: Sequence[str]) -> list[FlatStep | None]:
    """Each step with what it reads; None for those that no block may hold.

    Args:
        steps: Of a body.
        inputs: The names of the model's inputs.
    """
    known = frozenset([*inputs, *(str(step["name"]) for step in steps if "name" in step)])
    made: list[FlatStep | None] = []
    previous = inputs[0] if len(inputs) == 1 else ""
    for step in steps:
        made.append(_flat(step, previous, known))
        previous = str(step.get("name") or step.get("as") or "")
    return made


def _flat(step: Step, previous: str, known: frozenset[str]) -> FlatStep | None:
    name = step.get("name")
    what = next((key for key in step if key not in BESIDE), None)
    if what is None or not isinstance(name, str) or {"as", "keras_name"} & step.keys():
        return None
    said = {key: step[key] for key in (EXPRESSION, "in", "args") if key in step}
    if "in" not in said and what != EXPRESSION and "query" not in _keys(said.get("args")):
        said = {"in": previous, **said}
    said = {key: replaced(value, lambda word: previous if word == "_" else word)
            for key, value in said.items()}  # fmt: skip
    if not previous and "" in said.values():
        return None
    arguments = step[what]
    return FlatStep(what, arguments if isinstance(arguments, dict) else {}, said, known, step)


def _keys(value: Plain) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def prefixed(steps: Sequence[FlatStep | None], count: int) -> Iterator[Block]:
    """The runs of steps whose names have the same first words."""
    start = 0
    while start < len(steps):
        prefix = _prefix(steps[start], count)
        end = start + 1
        while end < len(steps) and prefix and _prefix(steps[end], count) == prefix:
            end += 1
        members = tuple(step for step in steps[start:end] if step is not None)
        if prefix and len(members) >= LEAST:
            yield Block(prefix, start, end, members)
        start = end


def _prefix(step: FlatStep | None, count: int) -> str:
    parts = step.words if step is not None else []
    return SEPARATOR.join(parts[:count]) if len(parts) > count else ""


def readers(steps: Sequence[FlatStep | None], others: Plain) -> dict[str, list[int]]:
    """Which steps read a name, in their order.

    Args:
        steps: Of a body.
        others: What else may read: steps that aren't understood, and the model's outputs.
    """
    read: dict[str, list[int]] = defaultdict(list)
    for name in words(others):
        read[name].append(OUTSIDE)
    for place, step in enumerate(steps):
        for name in step.reads if step is not None else ():
            read[name].append(place)
    return read


def is_closed(block: Block, read: Mapping[str, Sequence[int]]) -> bool:
    """Whether nothing outside reads a step of the block but its last."""
    return all(
        block.start <= place < block.end
        for step in block.steps[:-1]
        for place in read.get(step.name, ())
    )

"""Steps in a row that could become one definition's use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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

MOST_LINES = 3
"""Of a step: longer ones become shorter by a param, if there are some."""

OUTSIDE = -1
"""Stands for a reader that is no step: the model's outputs, or what isn't understood."""


@dataclass(frozen=True)
class FlatStep:
    """A step that says what it reads.

    Attributes:
        what: The layer's class, or the definition; `expr` of an expression.
        arguments: The constructor's, or the definition's.
        said: What it says of tensors: the expression, or `in` and `args`.
        known: The names of other steps and of inputs, which `said` may hold.
        step: As it was written.
        is_use: Whether it is of a definition.
        previous: The step before.
    """

    what: str
    arguments: Mapping[str, Plain]
    said: dict[str, Plain]
    known: frozenset[str]
    step: Step
    is_use: bool = False
    previous: str = ""

    @cached_property
    def name(self) -> str:
        """What others read it by."""
        return str(self.step.get("name") or self.step["as"])

    @property
    def is_named(self) -> bool:
        """Whether the step itself has a name, and not only its output."""
        return "name" in self.step

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
        beside = [self.step.get("trainable"), self.step.get("dtype"), self.is_named]
        return self.what, repr([said, beside])

    @cached_property
    def lines(self) -> int:
        """How many it takes, what long ones have in common being said elsewhere."""
        return min(line_count(self.step), MOST_LINES)


@dataclass(frozen=True)
class Block:
    """Steps from `start` to before `end`.

    Attributes:
        prefix: What their names begin with; empty if they are blocks for another reason.
        outputs: Those of its steps that are read outside, by their places; the last is the first.
    """

    prefix: str
    start: int
    end: int
    steps: tuple[FlatStep, ...]
    outputs: tuple[int, ...]

    @property
    def output_names(self) -> list[str]:
        """The names of what is read outside."""
        return [self.steps[place].name for place in self.outputs]

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
        steps = tuple(
            (
                step.form,
                self.suffix(step.name) if self.prefix else "",
                tuple(places[name] for name in step.reads),
            )
            for step in self.steps
        )
        return *steps, self.outputs


def named_inputs(inputs: Plain) -> dict[str, Mapping[str, Any]]:
    """A document's inputs by their names, as a list or a mapping has them."""
    if isinstance(inputs, list):
        return {str(each["name"]): each for each in inputs}
    return dict(inputs) if isinstance(inputs, dict) else {}


def flat_steps(
    steps: Sequence[Step],
    inputs: Sequence[str],
    uses: Collection[str] = (),
    seen: Mapping[int, FlatStep] | None = None,
) -> list[FlatStep | None]:
    """Each step with what it reads; None for those that no block may hold.

    Args:
        steps: Of a body.
        inputs: The names of the model's inputs.
        uses: Definitions whose uses blocks may hold, those with one output.
        seen: What was made of steps before, by their ids; kept where they read the same.
    """
    known = frozenset([*inputs, *(name for step in steps if (name := name_of(step)))])
    made: list[FlatStep | None] = []
    previous = inputs[0] if len(inputs) == 1 else ""
    for step in steps:
        before = seen.get(id(step)) if seen else None
        same = before is not None and before.previous == previous
        made.append(before if same else _flat(step, previous, known, uses))
        previous = name_of(step)
    return made


def name_of(step: Step) -> str:
    """What others read a step by; empty if they can't."""
    output = step.get("as")
    output = output[0] if isinstance(output, list) else output
    return str(step.get("name") or output or "")


def _flat(
    step: Step, previous: str, known: frozenset[str], uses: Collection[str]
) -> FlatStep | None:
    what = next((key for key in step if key not in BESIDE), None)
    if what is None or not _has_one_name(step, what in uses):
        return None
    said = {key: step[key] for key in (EXPRESSION, "in", "args") if key in step}
    if "in" not in said and what != EXPRESSION and "query" not in _keys(said.get("args")):
        said = {"in": previous, **said}
    said = {key: replaced(value, lambda word: previous if word == "_" else word)
            for key, value in said.items()}  # fmt: skip
    if not previous and "" in said.values():
        return None
    arguments = step[what]
    given = arguments if isinstance(arguments, dict) else {}
    return FlatStep(what, given, said, known, step, what in uses, previous)


def _has_one_name(step: Step, is_use: bool) -> bool:
    if "keras_name" in step or ("as" in step and not (is_use and "name" not in step)):
        return False
    return isinstance(step.get("name") or step.get("as"), str)


def _keys(value: Plain) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def prefixed(
    steps: Sequence[FlatStep | None], count: int, read: Mapping[str, Sequence[int]]
) -> Iterator[Block]:
    """The runs of steps whose names have the same first words, which no others have."""
    runs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    start = 0
    while start < len(steps):
        prefix = _prefix(steps[start], count)
        end = start + 1
        while end < len(steps) and prefix and _prefix(steps[end], count) == prefix:
            end += 1
        if prefix:
            runs[prefix].append((start, end))
        start = end
    for prefix, [(start, end), *others] in runs.items():
        if not others and end - start >= LEAST:
            yield block_of(steps, (start, end), read, prefix)


def block_of(
    steps: Sequence[FlatStep | None],
    place: tuple[int, int],
    read: Mapping[str, Sequence[int]],
    prefix: str = "",
) -> Block:
    """The block of steps from one place to before another, each of which is known."""
    start, end = place
    members = tuple(step for step in steps[start:end] if step is not None)
    others = (
        place
        for place, step in enumerate(members[:-1])
        if any(not start <= reader < end for reader in read.get(step.name, ()))
    )
    return Block(prefix, start, end, members, (len(members) - 1, *others))


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

"""Scopes that differ in some of their steps become one definition, with those steps in `if`s."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, groupby, pairwise

from specc.importing.blocks import EXPRESSION, SEPARATOR, Block, FlatStep
from specc.importing.family import (
    Arguments,
    Family,
    definition_name,
    param_name,
    with_defaults,
)
from specc.importing.names import is_local
from specc.importing.parts import Plain
from specc.importing.steps import Step
from specc.importing.texts import renamed
from specc.importing.variation import ABSENT, Params, kind_of

_NUMBER = re.compile(r"\d+[a-z]?(?![a-z])")
"""What counts blocks: `block2a`, `block_3`."""

PREVIOUS = "_"
INPUT = "x"
MERGES = ("Add", "Concatenate", "Multiply", "Average", "Maximum")

IF = 2
"""Lines of an `if` that aren't its steps."""

MOST_FLAGS = 3
"""Params that say whether there are some steps."""

MOST_VALUES = 8
"""Other params; more than of a definition without `if`s, of which there would be several."""

Where = tuple[bool, ...]
"""Whether each of several blocks has a step."""


@dataclass(frozen=True)
class Member:
    """A step that some of several blocks have.

    Attributes:
        label: What it is called in all of them, without the blocks' own names.
        steps: Of each block; None of those without it.
        said: What it says of tensors, in the names of the definition.
    """

    label: str
    steps: tuple[FlatStep | None, ...]
    said: Mapping[str, Plain]

    @property
    def where(self) -> Where:
        """Which blocks have it."""
        return tuple(step is not None for step in self.steps)

    @property
    def first(self) -> FlatStep:
        """The step of the first block that has it."""
        return next(step for step in self.steps if step is not None)


@dataclass(frozen=True)
class Merged(Family):
    """Blocks of which some have steps that others lack.

    Attributes:
        members: The steps of all of them, in one order.
        conditions: For each member, the code for whether there is such a step; empty of all blocks.
    """

    members: tuple[Member, ...] = ()
    conditions: tuple[str, ...] = ()

    @cached_property
    def saved(self) -> int:
        """About how many lines the definition spares."""
        before = sum(block.lines for block in self.blocks)
        own = sum(member.first.lines for member in self.members)
        ifs = sum(1 for condition, _ in groupby(self.conditions) if condition)
        return before - self.use_lines - own - self.head - IF * ifs

    def definition(self) -> dict[str, Plain]:
        """What stands under `define`."""
        made: dict[str, Plain] = {"params": self.params.declared()} if self.params.values else {}
        body: list[Step] = []
        rows = zip(self.members, self.arguments, self.conditions, strict=True)
        for condition, group in groupby(rows, key=lambda row: row[2]):
            steps = [_step(member, arguments) for member, arguments, _ in group]
            if condition and body and condition == f"not {body[-1].get('if')}":
                body[-1]["else"] = steps
            else:
                body += [{"if": condition, "then": steps}] if condition else steps
        return {**made, "inputs": [INPUT], "body": body}


def _step(member: Member, arguments: Arguments) -> Step:
    first = member.first
    what: Step = {} if first.what == EXPRESSION else {first.what: arguments or None}
    kept: Step = {key: first.step[key] for key in ("trainable", "dtype") if key in first.step}
    said = {key: value for key, value in member.said.items() if (key, value) != ("in", PREVIOUS)}
    return {**what, **said, **kept, "name": member.label}


def merged(kinds: Iterable[Sequence[Block]], names: Collection[str]) -> list[Merged]:
    """The definitions for blocks of several kinds, which are called alike but for numbers.

    Args:
        kinds: Blocks of one signature each.
        names: That a definition can't have.
    """
    taken = set(names)
    every: list[Merged] = []
    alike: dict[str, list[Sequence[Block]]] = defaultdict(list)
    for blocks in kinds:
        first = blocks[0]
        if len(first.outside) == 1 and not first.outputs[1:] and len(first.steps) <= MOST_STEPS:
            alike[_NUMBER.sub("#", first.prefix)].append(blocks)
    for found in (kinds for kinds in alike.values() if len(kinds) > 1):
        for made in _joined([_merged(blocks, taken) for blocks in found[:MOST_KINDS]], taken):
            if any(made.conditions) and made.saved > 0:
                name = definition_name(made.blocks, made.names, taken, {})
                every.append(replace(made, name=name))
                taken.add(name)
    return every


MOST_STEPS = 60
"""Of a block: whoever reads a longer one has forgotten how it began."""

MOST_KINDS = 8
"""Kinds of blocks that are tried with each other; each pair costs a millisecond or two."""


def _joined(kinds: Sequence[Merged | None], taken: Collection[str]) -> list[Merged]:
    """Kinds put together, those first that spare the most by it."""
    made = [kind for kind in kinds if kind is not None]
    tried: dict[tuple[int, ...], Merged | None] = {}  # by where the blocks begin

    def pair(one: Merged, other: Merged) -> Merged | None:
        blocks = sorted([*one.blocks, *other.blocks], key=lambda block: block.start)
        key = tuple(block.start for block in blocks)
        if key not in tried:
            tried[key] = _merged(blocks, taken)
        return tried[key]

    while True:
        best: tuple[int, Merged, Merged, Merged] | None = None
        for one, other in combinations(made, 2):
            both = pair(one, other)
            gain = both.saved - max(one.saved, 0) - max(other.saved, 0) if both else 0
            if both is not None and gain > (best[0] if best else 0):
                best = gain, both, one, other
        if best is None:
            return made
        _, both, one, other = best
        made = [both, *(kind for kind in made if kind is not one and kind is not other)]


def _merged(blocks: Sequence[Block], taken: Collection[str]) -> Merged | None:
    """The definition of blocks; None if one doesn't read well, or says not the same of all."""
    members = _members(blocks)
    if members is None:
        return None
    labels = [member.label for member in members]
    params = Params({INPUT, "x0", "x1", "x2", *labels})
    arguments = [_arguments(member, blocks, params) for member in members]
    if None in arguments:
        return None
    values = len(params.values)
    conditions = _conditions(members, params)
    if values > MOST_VALUES or len(params.values) - values > MOST_FLAGS:
        return None
    given = tuple(each for each in arguments if each is not None)
    name = definition_name(blocks, labels, taken, {})
    return Merged(
        name, tuple(blocks), params, given, tuple(labels), tuple(members), tuple(conditions)
    )


def _members(blocks: Sequence[Block]) -> list[Member] | None:
    """The steps of blocks in an order that is each one's own; None if there is none."""
    rows = [{block.suffix(step.name): step for step in block.steps} for block in blocks]
    order = _order([list(row) for row in rows])
    if order is None or not all(map(is_local, order)):
        return None
    made: list[Member] = []
    where = {label: tuple(label in row for row in rows) for label in order}
    for label in order:
        steps = tuple(row.get(label) for row in rows)
        if len({step.form for step in steps if step is not None}) > 1:
            return None
        said = _said(label, steps, blocks, where)
        if said is None:
            return None
        made.append(Member(label, steps, said))
    return made


def _order(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """One order for labels that keeps that of each row; None if they contradict each other."""
    behind: dict[str, set[str]] = {label: set() for row in sorted(rows, key=len) for label in row}
    for row in rows:
        for one, other in pairwise(row):
            behind[other].add(one)
    longest = max(rows, key=len)
    wished = [*longest, *(label for label in behind if label not in longest)]
    made: dict[str, None] = {}
    while len(made) < len(behind):
        ready = (each for each in wished if each not in made and behind[each] <= made.keys())
        following = next(ready, None)
        if following is None:
            return None
        made[following] = None
    return list(made)


def _said(
    label: str,
    steps: Sequence[FlatStep | None],
    blocks: Sequence[Block],
    where: Mapping[str, Where],
) -> Mapping[str, Plain] | None:
    """What a step says in the names of the definition; None if blocks differ in it."""
    sources: list[list[set[str]]] = []
    for step, block in zip(steps, blocks, strict=True):
        if step is not None:
            sources.append([_sources(step, name, block) for name in step.reads])
    first = next(step for step in steps if step is not None)
    names: dict[str, str] = {}
    for place, name in enumerate(first.reads):
        common = set.intersection(*(row[place] for row in sources))
        known = {each for each in common if _is_there(each, label, where)}
        if not known:
            return None
        chosen = PREVIOUS if first.said.get("in") == name and PREVIOUS in known else min(
            known, key=lambda each: each == PREVIOUS
        )  # fmt: skip
        if names.setdefault(name, chosen) != chosen:
            return None
    return {key: renamed(value, names) for key, value in first.said.items()}


def _sources(step: FlatStep, name: str, block: Block) -> set[str]:
    """What a definition may call a thing that a step reads."""
    place = block.steps.index(step)
    previous = block.steps[place - 1].name if place else block.outside[0]
    own = INPUT if name in block.outside else block.suffix(name)
    return {own, PREVIOUS} if name == previous else {own}


def _is_there(source: str, label: str, where: Mapping[str, Where]) -> bool:
    """Whether all blocks that have a step have what it reads, too."""
    if source in (PREVIOUS, INPUT):
        return True
    return all(has for has, needs in zip(where[source], where[label], strict=True) if needs)


def _arguments(member: Member, blocks: Sequence[Block], params: Params) -> Arguments | None:
    """The arguments of a step, with params for what differs; None if that is more than values."""
    first = member.first
    given = [step.arguments for step in member.steps if step is not None]
    filled = iter(with_defaults(first.what, given, {}))
    rows = [next(filled) if step is not None else None for step in member.steps]
    present = [row for row in rows if row is not None]
    if len({repr(kind_of(dict(row))) for row in present}) > 1:
        return None
    block = blocks[member.steps.index(first)]
    return {
        key: params.argument(
            key,
            [ABSENT if row is None else row[key] for row in rows],
            param_name(block, first, key),
        )
        for key in present[0]
    }


def _conditions(members: Sequence[Member], params: Params) -> list[str]:
    """For each step the code for whether there is one."""
    wishes: dict[Where, str] = {}
    for where, group in groupby(members, key=lambda member: member.where):
        if not all(where):
            wishes.setdefault(where, _flag(list(group)))
    return [
        "" if all(member.where) else params.flag(wishes[member.where], member.where)
        for member in members
    ]


def _flag(members: Sequence[Member]) -> str:
    """What says whether there are these steps: `residual`, or `expand` of `expand_conv`."""
    if any(member.first.what in MERGES and INPUT in _words(member) for member in members):
        return "residual"
    firsts = Counter(member.label.split(SEPARATOR)[0] for member in members)
    [(word, count)] = firsts.most_common(1)
    return word if count > 1 else members[0].label.rpartition(SEPARATOR)[2]


def _words(member: Member) -> list[Plain]:
    said = member.said.get("in")
    return said if isinstance(said, list) else [said]

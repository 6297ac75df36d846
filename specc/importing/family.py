"""Blocks that differ in values and names alone: a definition, its params, and its uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specc import catalog
from specc.catalog import Kind
from specc.importing.blocks import EXPRESSION, SEPARATOR, Block
from specc.importing.names import is_local, local_like, unique
from specc.importing.objects import in_one, plain
from specc.importing.parts import Plain
from specc.importing.steps import Step
from specc.importing.texts import renamed, words
from specc.importing.variation import MOST_PARAMS, Params, kind_of

Arguments = Mapping[str, Plain]

HEAD = 4
"""Lines of a definition that aren't its steps."""

NARROW = 5
"""Params of which a use has room for in one line."""


@dataclass(frozen=True)
class Family:
    """Blocks that one definition stands for.

    Attributes:
        name: Of the definition.
        blocks: All of them.
        params: What differs among them.
        arguments: Of each step of the definition.
        names: Of each step of the definition.
    """

    name: str
    blocks: tuple[Block, ...]
    params: Params
    arguments: tuple[Arguments, ...]
    names: tuple[str, ...]

    @property
    def is_scope(self) -> bool:
        """Whether each use has a name, which those of its steps begin with."""
        return bool(self.blocks[0].prefix)

    @cached_property
    def saved(self) -> int:
        """About how many lines the definition spares."""
        before = sum(block.lines for block in self.blocks)
        first = self.blocks[0]
        uses = sum(2 if each.outside[1:] or self.is_wide else 1 for each in self.blocks)
        return before - uses - first.lines - HEAD - sum(name.startswith("=") for name in self.names)

    @property
    def is_wide(self) -> bool:
        """Whether a use has so many arguments that it takes another line."""
        return len(self.params.values) > NARROW

    def definition(self) -> dict[str, Plain]:
        """What stands under `define`."""
        first = self.blocks[0]
        inputs = ["x"] if len(first.outside) == 1 else [f"x{i}" for i in range(len(first.outside))]
        made: dict[str, Plain] = {"params": self.params.declared()} if self.params.values else {}
        known = {**dict(zip(first.outside, inputs, strict=True)), **self._locals()}
        return {**made, "inputs": inputs, "body": self._body(known, inputs)}

    def _locals(self) -> dict[str, str]:
        """What the first block's steps are called in the definition's expressions."""
        made: dict[str, str] = {}
        for step in self.blocks[0].steps:
            stem = self.blocks[0].suffix(step.name)
            stem = stem if self.is_scope else stem.rstrip("0123456789_") or "x"
            taken = {*made.values(), "x", "x0", "x1", "x2", *self.params.values}
            made[step.name] = local_like(stem, () if is_local(stem) and self.is_scope else taken)
        return made

    def _body(self, known: Mapping[str, str], inputs: Sequence[str]) -> list[Step]:
        steps: list[Step] = []
        previous = inputs[0] if len(inputs) == 1 else ""
        read: set[str] = set()
        for place, step in enumerate(self.blocks[0].steps):
            said = {key: renamed(value, known) for key, value in step.said.items()}
            if said.get("in") == previous:
                del said["in"]
            elif place and previous != self.names[place - 1]:
                said = {key: renamed(value, {previous: "_"}) for key, value in said.items()}
            read |= set(words(said))
            what: Step = (
                {} if step.what == EXPRESSION else {step.what: self.arguments[place] or None}
            )
            kept: Step = {key: step.step[key] for key in ("trainable", "dtype") if key in step.step}
            steps.append({**what, **said, **kept, "name": self.names[place]})
            previous = known[step.name]
        for made, step in zip(steps, self.blocks[0].steps, strict=True):
            if known[step.name] in read and known[step.name] != made["name"]:
                made["as"] = known[step.name]
        return steps

    def use(self, block: Block, others: Mapping[str, str], previous: str) -> Step:
        """The step that stands for a block.

        Args:
            block: One of them.
            others: What steps are called that have become part of a block.
            previous: The step before.
        """
        step: Step = {self.name: self.params.given(self.blocks.index(block)) or None}
        reads = [others.get(name, name) for name in block.outside]
        if reads != [previous]:
            step["in"] = reads[0] if len(reads) == 1 else list(reads)
        if self.is_scope:
            step["name"] = block.prefix
        return step


def families(blocks: Sequence[Block], taken: Collection[str]) -> Iterator[Family]:
    """The families of blocks of one signature: those whose arguments differ in values alone."""
    columns = [
        _with_defaults(steps[0].what, [step.arguments for step in steps])
        for steps in zip(*(block.steps for block in blocks), strict=True)
    ]
    alike: dict[str, list[int]] = defaultdict(list)
    for place in range(len(blocks)):
        alike[repr([kind_of(dict(column[place])) for column in columns])].append(place)
    for places in alike.values():
        if len(places) > 1:
            chosen = [[column[place] for place in places] for column in columns]
            made = _family([blocks[place] for place in places], chosen, taken)
            if len(made.params.values) <= MOST_PARAMS:
                yield made


def _family(
    blocks: Sequence[Block], columns: Sequence[Sequence[Arguments]], taken: Collection[str]
) -> Family:
    params = Params({"x", "x0", "x1", "x2", *map(blocks[0].suffix, _names(blocks[0]))})
    arguments = tuple(
        {key: params.argument(key, [each[key] for each in column]) for key in column[0]}
        for column in columns
    )
    if blocks[0].prefix:
        names = [blocks[0].suffix(step.name) for step in blocks[0].steps]
    else:
        rows = zip(*map(_names, blocks), strict=True)
        names = [params.name(row) for row in rows]
    return Family(_name(blocks, taken), tuple(blocks), params, arguments, tuple(names))


def _names(block: Block) -> list[str]:
    return [step.name for step in block.steps]


def _with_defaults(class_name: str, given: Sequence[Arguments]) -> list[Arguments]:
    """Arguments with the defaults of those that others of the list have."""
    keys = dict.fromkeys(key for each in given for key in each)
    if all(each.keys() == keys.keys() for each in given):
        return list(given)
    entry = catalog.find(Kind.LAYER, class_name)
    defaults = {
        key: in_one(parameter, plain(parameter.default))
        for key in keys
        if entry and (parameter := entry.parameter(key)) and not parameter.required
    }
    known = {key: value for key, value in defaults.items() if value is not None}
    filled = [{**known, **each} for each in given]
    return [{key: each[key] for key in keys if key in each} for each in filled]


def _name(blocks: Sequence[Block], taken: Collection[str]) -> str:
    """What a definition is called: a word of its blocks' names, or their layers."""
    if blocks[0].prefix:
        parts = [re.sub(r"\d+[a-z]?$", "", word) for word in blocks[0].prefix.split(SEPARATOR)]
        parts = [word for word in parts if len(word) > 1] or ["block"]
        stem = parts[-1].lower()
    else:
        stem = catalog.snake_case(_main(blocks[0]))
    stem = stem if is_local(stem) and stem[:1].islower() else "block"
    return unique(stem if stem[:1].islower() else "block", taken)


def _main(block: Block) -> str:
    """The layer that a block is about: its first with many weights, or else its last."""
    having = (step.what for step in block.steps if "Conv" in step.what or "Dense" in step.what)
    main = next(having, block.steps[-1].what)
    return f"{'Tensor' if main == EXPRESSION else main}Block"

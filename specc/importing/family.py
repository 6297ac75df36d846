"""Blocks that differ in values and names alone: a definition, its params, and its uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specc import catalog
from specc.catalog import Kind
from specc.importing.blocks import EXPRESSION, SEPARATOR, Block, FlatStep
from specc.importing.names import is_local, local_like, unique
from specc.importing.objects import in_one, plain
from specc.importing.parts import Plain
from specc.importing.steps import Step
from specc.importing.texts import line_count, renamed, words
from specc.importing.variation import Params, kind_of

Arguments = Mapping[str, Plain]

HEAD = 4
"""Lines of a definition that aren't its steps."""


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

    @property
    def bound(self) -> int:
        """More lines than the definition can spare: its uses take one at least."""
        return sum(block.lines - 1 for block in self.blocks) - self.blocks[0].lines

    @cached_property
    def saved(self) -> int:
        """About how many lines the definition spares."""
        before = sum(block.lines for block in self.blocks)
        first = self.blocks[0]
        uses = self.use_lines
        computed = sum(name.startswith("=") for name in self.names)
        return before - uses - first.lines - self.head - bool(first.outputs[1:]) - computed

    @property
    def head(self) -> int:
        """Lines of the definition that aren't its steps."""
        params: Step = {"params": self.params.declared()}
        return HEAD + line_count(params) - 1

    @cached_property
    def use_lines(self) -> int:
        """How many lines its uses take, if nothing but the next step reads each."""
        return sum(map(self._use_lines, self.blocks))

    def _use_lines(self, block: Block) -> int:
        step = self.use(block, {}, block.outside[0])
        if not block.outputs[1:]:
            step.pop("as", None)
        return line_count(step)

    @property
    def is_nested(self) -> bool:
        """Whether the definition has uses of others in it."""
        return any(step.is_use for step in self.blocks[0].steps)

    def definition(self) -> dict[str, Plain]:
        """What stands under `define`."""
        first = self.blocks[0]
        inputs = ["x"] if len(first.outside) == 1 else [f"x{i}" for i in range(len(first.outside))]
        made: dict[str, Plain] = {"params": self.params.declared()} if self.params.values else {}
        known = {**dict(zip(first.outside, inputs, strict=True)), **self.own_locals()}
        made |= {"inputs": inputs, "body": self._body(known, inputs)}
        [_, *others] = first.output_names
        return {**made, "outputs": ["_", *(known[name] for name in others)]} if others else made

    def own_locals(self) -> dict[str, str]:
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
            elif place and previous != self.names[place - 1]:  # which isn't known by its name
                said = {key: renamed(value, {previous: "_"}) for key, value in said.items()}
            read |= set(words(said))
            what: Step = (
                {} if step.what == EXPRESSION else {step.what: self.arguments[place] or None}
            )
            kept: Step = {key: step.step[key] for key in ("trainable", "dtype") if key in step.step}
            name: Step = {"name": self.names[place]} if step.is_named else {}
            steps.append({**what, **said, **kept, **name})
            previous = known[step.name]
        read |= {known[name] for name in self.blocks[0].output_names[1:]}
        for made, step in zip(steps, self.blocks[0].steps, strict=True):
            if known[step.name] in read and known[step.name] != made.get("name"):
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
        names = block.output_names
        if names[1:]:
            step["as"] = names
        elif not self.is_scope:
            step["as"] = names[0]
        return step


def families(
    blocks: Sequence[Block], taken: Collection[str], uses: Mapping[str, Family]
) -> Iterator[Family]:
    """The families of blocks of one signature: those whose arguments differ in values alone.

    Args:
        blocks: At least two.
        taken: Names that a definition can't have.
        uses: The families whose uses may be among the steps, by name.
    """
    columns = [
        with_defaults(steps[0].what, [step.arguments for step in steps], uses)
        for steps in zip(*(block.steps for block in blocks), strict=True)
    ]
    alike: dict[str, list[int]] = defaultdict(list)
    for place in range(len(blocks)):
        alike[repr([kind_of(dict(column[place])) for column in columns])].append(place)
    for places in alike.values():
        if len(places) > 1:
            chosen = [[column[place] for place in places] for column in columns]
            made = _family([blocks[place] for place in places], chosen, taken, uses)
            if made.params.are_few and made.params.is_one_place:
                yield made


def _family(
    blocks: Sequence[Block],
    columns: Sequence[Sequence[Arguments]],
    taken: Collection[str],
    uses: Mapping[str, Family],
) -> Family:
    first = blocks[0]
    params = Params({"x", "x0", "x1", "x2", *map(first.suffix, _names(first))})
    arguments = [
        _use_arguments(params, uses[step.what], column)
        if step.what in uses
        else {
            key: params.argument(key, [each[key] for each in column], param_name(first, step, key))
            for key in column[0]
        }
        for step, column in zip(first.steps, columns, strict=True)
    ]
    if first.prefix:
        names = [first.suffix(step.name) for step in first.steps]
    else:
        rows = zip(*map(_names, blocks), strict=True)
        names = [
            params.name(row) if step.is_named else ""
            for step, row in zip(first.steps, rows, strict=True)
        ]
    name = definition_name(blocks, names, taken, uses)
    return Family(name, tuple(blocks), params, tuple(arguments), tuple(names))


def param_name(block: Block, step: FlatStep, argument: str) -> str:
    """What a param for an argument of a scope's step is called, if another has the plain name."""
    word = block.suffix(step.name).split(SEPARATOR)[0] if block.prefix else ""
    return f"{word}_{argument}" if word.isalpha() else argument


def _use_arguments(params: Params, used: Family, column: Sequence[Arguments]) -> Arguments:
    """The arguments of a definition's use; what names are made of differs as names do."""
    made: dict[str, Plain] = {}
    for key in column[0]:
        values = [each[key] for each in column]
        default = used.params.default(key)
        value = params.part(values) if key in used.params.in_names else None
        value = params.argument(key, values) if value is None else value
        if default is None or repr(value) != repr(default):
            made[key] = value
    return made


def _names(block: Block) -> list[str]:
    return [step.name for step in block.steps]


def with_defaults(
    class_name: str, given: Sequence[Arguments], uses: Mapping[str, Family]
) -> list[Arguments]:
    """Arguments with the defaults of those that others of the list have."""
    if class_name in uses:
        params = uses[class_name].params
        return [
            {key: each.get(key, params.default(key)) for key in params.values} for each in given
        ]
    keys = dict.fromkeys(key for each in given for key in each)
    if all(each.keys() == keys.keys() for each in given):
        return list(given)
    entry = catalog.find(Kind.LAYER, class_name)
    order = [*entry.by_name] if entry else []
    keys = dict.fromkeys(sorted(keys, key=lambda key: order.index(key) if key in order else -1))
    defaults = {
        key: in_one(parameter, plain(parameter.default))
        for key in keys
        if entry and (parameter := entry.parameter(key)) and not parameter.required
    }
    known = {key: value for key, value in defaults.items() if value is not None}
    filled = [{**known, **each} for each in given]
    return [{key: each[key] for key in keys if key in each} for each in filled]


def definition_name(
    blocks: Sequence[Block],
    names: Sequence[str],
    taken: Collection[str],
    uses: Mapping[str, Family],
) -> str:
    """What a definition is called: a word of its blocks' names, or their layers."""
    if blocks[0].prefix:
        parts = [re.sub(r"\d+[a-z]?$", "", word) for word in blocks[0].prefix.split(SEPARATOR)]
        parts = [word for word in parts if len(word) > 1] or ["block"]
        stem = parts[-1].lower()
    else:
        stem = _stem(blocks[0], names, uses) or _around(blocks[0])
        stem = stem or f"{_main(blocks[0], uses)}_block"
    stem = stem if is_local(stem) and stem[:1].islower() else "block"
    last = blocks[0].steps[-1].what
    if stem in taken and last not in uses:
        stem = f"{stem}_{_class_word(last)}"  # says more than a number
    return unique(stem, taken)


def _around(block: Block) -> str:
    """The name of what puts a shortcut around the use of one definition; empty for all else."""
    used = {step.what for step in block.steps if step.is_use}
    last = block.steps[-1]
    is_shortcut = len(last.reads) > 1 and set(last.reads) & set(block.outside)
    return f"residual_{used.pop()}" if is_shortcut and len(used) == 1 else ""


def _stem(block: Block, names: Sequence[str], uses: Mapping[str, Family]) -> str:
    """The words that most of a block's names begin with, if they don't say the class alone."""
    own = [
        name.removeprefix('=f"')
        for step, name in zip(block.steps, names, strict=True)
        if not name.removeprefix('=f"').startswith(_class_word(step.what))
    ]
    rows = [
        match[0].strip(SEPARATOR).split(SEPARATOR)
        for name in own
        if (match := re.match(r"[a-zA-Z_]+", name))
    ]
    is_small = _size(block, uses) < LARGE
    parts: tuple[str, ...] = ()
    for count in range(1, MOST_STEM + 1):
        begins = Counter(tuple(row[:count]) for row in rows if len(row) >= count)
        [(found, times)] = begins.most_common(1) or [((), 0)]
        if 2 * times <= len(rows) or (is_small and times < LEAST_ALIKE):
            break
        parts = found
    stem = SEPARATOR.join(parts)
    if len(stem) < LEAST_STEM:
        return ""
    main = _main(block, uses)
    is_part = is_small and not set(parts) & set(re.findall("[a-z]+", main))
    return f"{stem}_{main}" if is_part else stem


MOST_STEM = 3
"""Words of a definition's name that are of its blocks' names."""

LEAST_STEM = 4
"""Characters of what says something."""

LEAST_ALIKE = 2
"""Names that begin alike, of a small block."""

LARGE = 8
"""Layers of a block that is all that its name says, and no part of it."""


def _size(block: Block, uses: Mapping[str, Family]) -> int:
    """The layers of a block, those that its uses stand for too."""
    known = (uses.get(step.what) for step in block.steps)
    return sum(1 if family is None else _size(family.blocks[0], uses) for family in known)


def _class_word(class_name: str) -> str:
    return "tensor" if class_name == EXPRESSION else catalog.snake_case(class_name)


def _main(block: Block, uses: Mapping[str, Family]) -> str:
    """The layer that a block is about: where branches meet, or its first with many weights."""
    own = [step.what for step in block.steps if step.what not in uses] or [block.steps[-1].what]
    meets = [step.what for step in block.steps if len(step.reads) > 1 and step.what in own]
    if meets and _size(block, uses) >= LARGE:
        return _class_word(meets[-1])
    having = (what for what in own if "Conv" in what or "Dense" in what)
    return _class_word(next(having, own[-1]))

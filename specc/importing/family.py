"""Blocks that differ in values alone: a definition, its params, and its uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from specc import catalog
from specc.catalog import Kind
from specc.importing.blocks import SEPARATOR, Block
from specc.importing.names import is_local, local_like, unique
from specc.importing.objects import in_one, plain
from specc.importing.parts import Plain
from specc.importing.steps import Step

Place = tuple[int, str]
"""Which step of a block, and which of its arguments."""

TYPES = {int: "int", float: "float", bool: "bool", str: "str"}


@dataclass(frozen=True, slots=True)
class Varied:
    """An argument that differs among the blocks: its param, and a factor of it."""

    param: str
    factor: int = 1

    def __str__(self) -> str:
        return f"={self.param}" if self.factor == 1 else f"={self.factor} * {self.param}"


@dataclass(frozen=True)
class Family:
    """Blocks that one definition stands for.

    Attributes:
        name: Of the definition.
        blocks: All of them.
        params: Values by param, one for each block.
        varied: Which arguments are params.
    """

    name: str
    blocks: tuple[Block, ...]
    params: Mapping[str, tuple[Plain, ...]]
    varied: Mapping[Place, Varied]
    locals: Mapping[str, str] = field(default_factory=dict)

    @property
    def saved(self) -> int:
        """Lines that the definition spares."""
        size = len(self.blocks[0].steps)
        return size * len(self.blocks) - size - len(self.blocks) - 4

    def default(self, param: str) -> Plain:
        """The value that most blocks have; None if none has a half of them."""
        values = self.params[param]
        value, count = Counter(map(repr, values)).most_common(1)[0]
        found = next(each for each in values if repr(each) == value)
        plain = isinstance(found, int | float | str) and found not in TYPES.values()
        needed = type(found) not in TYPES or not plain
        return found if needed or 2 * count > len(values) else None

    def definition(self) -> dict[str, Plain]:
        """What stands under `define`."""
        made: dict[str, Plain] = {}
        if self.params:
            made["params"] = {
                name: TYPES[type(values[0])] if self.default(name) is None else self.default(name)
                for name, values in self.params.items()
            }
        inputs = self._inputs(self.blocks[0])
        made["inputs"] = list(inputs.values())
        made["body"] = self._body(self.blocks[0], inputs)
        return made

    def _inputs(self, block: Block) -> dict[str, str]:
        """The names of the definition's inputs, by what the block reads."""
        names = ["x"] if len(block.outside) == 1 else [f"x{i}" for i in range(len(block.outside))]
        return dict(zip(block.outside, names, strict=True))

    def _body(self, block: Block, inputs: Mapping[str, str]) -> list[Step]:
        steps: list[Step] = []
        previous = next(iter(inputs.values())) if len(inputs) == 1 else None
        known = {**inputs, **{step.name: self.locals[step.name] for step in block.steps}}
        read: set[str] = set()
        for place, step in enumerate(block.steps):
            arguments = {
                **step.arguments,
                **{key: str(v) for (at, key), v in self.varied.items() if at == place},
            }
            made: Step = {step.class_name: arguments or None}
            reads = _renamed(step.reads, known)
            if reads != previous:
                if place and block.suffix(block.steps[place - 1].name) != previous:
                    reads = _renamed(reads, {str(previous): "_"})
                made["in"] = reads
                read |= set(_texts(reads))
            made |= {key: step.step[key] for key in ("trainable", "dtype") if key in step.step}
            made["name"] = block.suffix(step.name)
            steps.append(made)
            previous = known[step.name]
        for made, step in zip(steps, block.steps, strict=True):
            if known[step.name] in read and known[step.name] != made["name"]:
                made["as"] = known[step.name]
        return steps

    def use(self, block: Block, renamed: Mapping[str, str], previous: str | None) -> Step:
        """The step that stands for a block."""
        place = self.blocks.index(block)
        arguments = {
            name: values[place]
            for name, values in self.params.items()
            if repr(values[place]) != repr(self.default(name))
        }
        step: Step = {self.name: arguments or None}
        reads = [renamed.get(name, name) for name in block.outside]
        if reads != [previous]:
            step["in"] = reads[0] if len(reads) == 1 else list(reads)
        step["name"] = block.prefix
        return step


def make_family(blocks: Sequence[Block], taken: Collection[str]) -> Family | None:
    """The family of blocks of one signature; None if their arguments differ in kind."""
    vectors: dict[Place, tuple[Plain, ...]] = {}
    for place, step in enumerate(blocks[0].steps):
        others = _with_defaults(step.class_name, [b.steps[place].arguments for b in blocks])
        keys = dict.fromkeys(key for each in others for key in each)
        for key in keys:
            if any(key not in each for each in others):
                return _without(blocks, place, key, taken)
            values = tuple(each[key] for each in others)
            if any(repr(value) != repr(values[0]) for value in values):
                vectors[place, key] = values
    if any(not _is_one_kind(values) for values in vectors.values()):
        return None
    known = {block_step.name for block_step in blocks[0].steps}
    locals_ = _locals(blocks[0], known)
    params, varied = _params(vectors, set(locals_.values()) | {"x", "x0", "x1", "x2"})
    return Family(_name(blocks[0], taken), tuple(blocks), params, varied, locals_)


def _with_defaults(
    class_name: str, given: Sequence[Mapping[str, Plain]]
) -> Sequence[Mapping[str, Plain]]:
    """Arguments with the defaults of those that others of the list have."""
    entry = catalog.find(Kind.LAYER, class_name)
    if entry is None:
        return given
    keys = {key for each in given for key in each}
    defaults = {
        key: in_one(parameter, plain(parameter.default))
        for key in keys
        if (parameter := entry.parameter(key)) is not None and not parameter.required
    }
    known = {key: value for key, value in defaults.items() if value is not None}
    return [{**known, **each} for each in given]


def _without(
    blocks: Sequence[Block], place: int, key: str, taken: Collection[str]
) -> Family | None:
    """The larger part of the blocks: those with an argument, or those without it."""
    having = [block for block in blocks if key in block.steps[place].arguments]
    lacking = [block for block in blocks if key not in block.steps[place].arguments]
    larger = max(having, lacking, key=len)
    return make_family(larger, taken) if len(larger) > 1 else None


def _is_one_kind(values: Sequence[Plain]) -> bool:
    return len({type(value) for value in values}) == 1 and type(values[0]) in TYPES


def _locals(block: Block, names: Collection[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name in names:
        suffix = block.suffix(name)
        made[name] = suffix if is_local(suffix) else local_like(suffix, made.values())
    return made


def _params(
    vectors: Mapping[Place, tuple[Plain, ...]], taken: set[str]
) -> tuple[dict[str, tuple[Plain, ...]], dict[Place, Varied]]:
    params: dict[str, tuple[Plain, ...]] = {}
    varied: dict[Place, Varied] = {}
    for place, values in sorted(vectors.items(), key=lambda item: _first_number(item[1])):
        found = next((v for name, known in params.items() if (v := _of(name, known, values))), None)
        if found is None:
            name = unique(place[1], taken | params.keys())
            params[name] = values
            found = Varied(name)
        varied[place] = found
    return params, varied


def _first_number(values: tuple[Plain, ...]) -> float:
    first = values[0]
    return float(first) if isinstance(first, int | float) else 0.0


def _of(name: str, known: tuple[Plain, ...], values: tuple[Plain, ...]) -> Varied | None:
    """The values as those of a param, or as a multiple of them."""
    if list(map(repr, known)) == list(map(repr, values)):
        return Varied(name)
    first, of_first = values[0], known[0]
    if type(first) is not int or type(of_first) is not int or of_first <= 1 or first % of_first:
        return None
    factor = first // of_first
    fits = all(
        type(a) is int and type(b) is int and a == factor * b
        for a, b in zip(values, known, strict=True)
    )
    return Varied(name, factor) if fits else None


def _name(block: Block, taken: Collection[str]) -> str:
    """What a definition is called: the last word of its first block's name, without numbers."""
    words = [word.rstrip("0123456789") for word in block.prefix.split(SEPARATOR)]
    words = [word for word in words if len(word) > 1] or ["block"]
    stem = words[-1].lower()
    stem = stem if is_local(stem) else "block"
    return unique(stem if stem[:1].islower() else "block", taken)


def _renamed(reads: Plain, names: Mapping[str, str]) -> Plain:
    if isinstance(reads, str):
        return names.get(reads, reads)
    if isinstance(reads, list):
        return [_renamed(item, names) for item in reads]
    if isinstance(reads, dict):
        return {key: _renamed(item, names) for key, item in reads.items()}
    return reads


def _texts(reads: Plain) -> list[str]:
    if isinstance(reads, str):
        return [reads]
    items = reads.values() if isinstance(reads, dict) else reads if isinstance(reads, list) else []
    return [text for item in items for text in _texts(item)]

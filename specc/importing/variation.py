"""Values that differ among blocks become params: in arguments, in lists, in names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from string import digits
from typing import Any

from specc.importing.blocks import SEPARATOR
from specc.importing.names import unique
from specc.importing.parts import Plain

Path = tuple[int, str | int]
TYPES = {int: "int", float: "float", bool: "bool", str: "str"}

STRIDES = "strides"
"""The end of names of params that say whether a block makes its input smaller."""

ABSENT = object()
"""Stands for the value of an argument in a use that doesn't have the step."""

MOST_VALUES = 6
"""Params for values of a definition that still says what its uses have in common."""

MOST_PARTS = 3
"""The same for parts of names."""


@dataclass
class Params:
    """The params of a definition: a value of each for each of its uses."""

    taken: Collection[str]
    values: dict[str, tuple[Plain, ...]] = field(default_factory=dict)
    in_names: list[str] = field(default_factory=list)
    """Those of which names are made."""
    _numbers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """What stands in names after the same words, and before others."""
    _defaults: dict[str, Plain] = field(default_factory=dict)

    def argument(self, wish: str, values: Sequence[Plain], other: str = "") -> Plain:
        """What stands in the definition for an argument with these values.

        Lists and mappings of one form are followed into, so that `[1, 1, 32]` and `[1, 1, 64]` are
        `[1, 1, =filters]`.

        Args:
            wish: What a param for it is called.
            values: ABSENT of those uses that don't have the step.
            other: The same, if another has that name.
        """
        before = len(self.values)

        def follow(values: Sequence[Plain]) -> Plain:
            [first, *_] = present = [value for value in values if value is not ABSENT]
            if all(repr(value) == repr(first) for value in present):
                return first
            if isinstance(first, list):
                return [follow([_at(value, i) for value in values]) for i in range(len(first))]
            if isinstance(first, dict):
                return {key: follow([_at(value, key) for value in values]) for key in first}
            return self._expression(wish, other, tuple(values), [*self.values][before:])

        return follow(values)

    def _expression(
        self, wish: str, other: str, values: tuple[Plain, ...], own: Sequence[str]
    ) -> str:
        """An expression over a param, one of the argument's own if it differs by a number."""
        for name, known in self.values.items():
            factor = _factor(known, values)
            if factor is not None:
                self.values[name] = _filled(known, values, factor)
                return f"={name}" if factor == 1 else f"={factor} * {name}"
            if name.endswith(STRIDES) and (choice := _choice(name, known, values)):
                return choice
            offset = _offset(known, values) if name in own else None
            if offset is not None:
                return f"={name} {'+' if offset > 0 else '-'} {abs(offset)}"
        taken = {*self.taken, *self.values}
        name = unique(other if other and wish in taken else wish, taken)
        self.values[name] = values
        return f"={name}"

    def flag(self, wish: str, values: tuple[bool, ...]) -> str:
        """The code for whether a use has some steps."""
        for name, known in self.values.items():
            if name.endswith(STRIDES) and _strided(known) == values:
                return f"{name} > 1"
            if name.endswith(STRIDES) and _strided(known) == tuple(not each for each in values):
                return f"not {name} > 1"
            if known == values:
                return name
            if known == tuple(not value for value in values):
                return f"not {name}"
        taken = {*self.taken, *self.values}
        name = unique(f"has_{wish}" if wish in taken else wish, taken)
        self.values[name] = values
        return name

    def name(self, names: Sequence[str]) -> str:
        """What stands in the definition for a step's names: an f-string of params."""
        prefix, suffix = _common(names)
        middles = tuple(name[len(prefix) : len(name) - len(suffix)] for name in names)
        stems = {middle.rstrip(digits) for middle in middles}
        if len(stems) == 1 and not any(middle.isdigit() for middle in middles):
            [stem] = stems  # `mixed3`
            prefix, middles = prefix + stem, tuple(each[len(stem) :] for each in middles)
        if all(each.isdigit() and str(int(each)) == each for each in middles):
            place = self._number(tuple(int(each) for each in middles))
            if suffix:
                self._numbers[prefix].add(place)
        else:
            place = self._text(middles)
        return f'=f"{prefix}{{{place}}}{suffix}"' if prefix or suffix else f"={place}"

    def part(self, values: Sequence[Plain]) -> Plain:
        """What stands in the definition for a part of names, itself a param; None if it can't."""
        if all(value == values[0] for value in values):
            return values[0]
        numbers = tuple(value for value in values if type(value) is int)
        texts = tuple(value for value in values if isinstance(value, str))
        if len(numbers) == len(values):
            return f"={self._number(numbers)}"
        return self.name(texts) if len(texts) == len(values) else None

    def _number(self, numbers: tuple[int, ...]) -> str:
        for name, known in self.values.items():
            offsets = {
                number - value
                for number, value in zip(numbers, known, strict=True)
                if type(value) is int
            }
            if name in self.in_names and len(offsets) == 1:
                [offset] = offsets
                return f"{name} {'+' if offset > 0 else '-'} {abs(offset)}" if offset else name
        return self._new("n", numbers)

    def _text(self, texts: tuple[str, ...]) -> str:
        found = next((name for name in self.in_names if self.values[name] == texts), None)
        return found or self._new("place", texts)

    def _new(self, wish: str, values: tuple[Plain, ...]) -> str:
        name = unique(wish, {*self.taken, *self.values})
        self.values[name] = values
        self.in_names.append(name)
        return name

    def default(self, name: str) -> Plain:
        """The value that most uses have; None if less than half of them have one."""
        if name not in self._defaults:
            self._defaults[name] = self._usual(self.values[name])
        return self._defaults[name]

    def _usual(self, values: Sequence[Plain]) -> Plain:
        present = [value for value in values if value is not ABSENT]
        text, count = Counter(map(repr, present)).most_common(1)[0]
        found = next(each for each in present if repr(each) == text)
        needed = len(present) < len(values)  # some uses have no value to give
        usual = needed or 2 * count > len(present)
        return found if usual and found not in TYPES.values() else None

    @property
    def are_few(self) -> bool:
        """Whether a definition with these still reads well."""
        parts = len(self.in_names)
        return parts <= MOST_PARTS and len(self.values) - parts <= MOST_VALUES

    @property
    def is_one_place(self) -> bool:
        """Whether a number inside of names is one for all: blocks don't end in the next one."""
        return all(len(numbers) == 1 for numbers in self._numbers.values())

    def declared(self) -> dict[str, Plain]:
        """The params as a definition declares them: by default or type."""
        return {name: self._declared(name) for name in self.values}

    def _declared(self, name: str) -> Plain:
        default = self.default(name)
        types = {type(value) for value in self.values[name] if value is not ABSENT}
        kind = TYPES[types.pop()] if len(types) == 1 else "float"
        if default is None:
            return kind
        mixed = kind == "float" and type(default) is int
        return {"type": kind, "default": default} if mixed else default

    def given(self, place: int) -> dict[str, Plain]:
        """The arguments of one use."""
        return {
            name: values[place]
            for name, values in self.values.items()
            if values[place] is not ABSENT
            and (self.default(name) is None or repr(values[place]) != repr(self.default(name)))
        }


def kind_of(value: Plain) -> object:
    """Equal for values that one param can stand for, alone or inside of lists and mappings."""
    if isinstance(value, list):
        return [kind_of(item) for item in value]
    if isinstance(value, dict):
        return {key: kind_of(item) for key, item in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__ if type(value) in TYPES else repr(value)


def _factor(known: tuple[Plain, ...], values: tuple[Plain, ...]) -> int | None:
    """What a param's values are to be multiplied with to give others, if there is such a number."""
    pairs = [pair for pair in zip(known, values, strict=True) if ABSENT not in pair]
    known, values = tuple(one for one, _ in pairs), tuple(other for _, other in pairs)
    if not pairs:
        return None
    if list(map(repr, known)) == list(map(repr, values)):
        return 1
    if not all(type(each) is int for each in (*known, *values)):
        return None
    first, of_first = int(str(values[0])), int(str(known[0]))
    if of_first <= 1 or first % of_first:
        return None
    factor = first // of_first
    fits = all(int(str(a)) == factor * int(str(b)) for a, b in zip(values, known, strict=True))
    return factor if fits else None


def _filled(known: tuple[Plain, ...], values: tuple[Plain, ...], factor: int) -> tuple[Plain, ...]:
    """A param's values, with those that follow for uses that had none."""
    return tuple(
        one if one is not ABSENT or other is ABSENT
        else other if factor == 1
        else int(str(other)) // factor
        for one, other in zip(known, values, strict=True)
    )  # fmt: skip


def _strided(known: tuple[Plain, ...]) -> tuple[bool, ...]:
    return tuple(isinstance(value, int) and value > 1 for value in known)


def _choice(name: str, known: tuple[Plain, ...], values: tuple[Plain, ...]) -> str:
    """Code for texts of which one goes with strides, the other without; empty of all else."""
    texts: dict[bool, set[Plain]] = {True: set(), False: set()}
    for strided, value in zip(_strided(known), values, strict=True):
        if not isinstance(value, str):
            return ""
        texts[strided].add(value)
    if not all(len(each) == 1 for each in texts.values()):
        return ""
    [strided_text], [other] = texts[True], texts[False]
    return f"='{strided_text}' if {name} > 1 else '{other}'"


def _offset(known: tuple[Plain, ...], values: tuple[Plain, ...]) -> int | None:
    """What is to be added to a param's values to give others, if it is one number."""
    pairs = [pair for pair in zip(known, values, strict=True) if pair[1] is not ABSENT]
    offsets = {
        other - one if type(one) is int and type(other) is int else None for one, other in pairs
    }
    return offsets.pop() if len(offsets) == 1 else None


def _at(value: Plain, key: Any) -> Plain:
    return value[key] if isinstance(value, list | dict) else ABSENT


def _common(names: Sequence[str]) -> tuple[str, str]:
    """What all names begin and end with, in whole words."""
    rows = [name.split(SEPARATOR) for name in names]
    first = _equal(rows)
    last = _equal([row[first:][::-1] for row in rows])
    prefix, suffix = rows[0][:first], rows[0][len(rows[0]) - last :]
    return SEPARATOR.join([*prefix, ""]), SEPARATOR.join(["", *suffix])


def _equal(rows: Sequence[Sequence[str]]) -> int:
    """How many words all begin with, one less than the shortest has."""
    least = min(map(len, rows)) - 1
    return next((i for i in range(least) if len({row[i] for row in rows}) > 1), max(least, 0))


def ends_with_number(name: str) -> bool:
    """Whether a name was counted: `conv2d_5`, and not `conv2d`."""
    return re.search(r"_\d+$", name) is not None

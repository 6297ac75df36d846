"""Which constants in a class are its parameters, or sizes of its inputs.

A declared layer was followed for values: that a number in its code is `units`, or the size of an
input, can't be seen any more. So it is followed again with other values, one at a time. A constant
that changes as one of them does is that; where something changes that no simple expression
explains, the value stays a constant of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

from specc.catalog.rules import Specs, TensorSpec
from specc.codegen.families import Definition
from specc.codegen.nodes import plain
from specc.codegen.printing import flat

Values = Mapping[str, object]
Follow = Callable[[Values, Mapping[str, Specs]], Definition | None]
"""The class for other parameters and inputs; None if it can't be followed for them."""

TEXTS = ("sigmoid", "tanh", "zeros", "ones", "same", "valid")
"""Words that an argument may take, to see what changes."""

PAIRS = ("{} * {}", "{} // {}", "{} + {}", "{} - {}")


class Role(NamedTuple):
    """What a constant is: an expression over names, as a format of them."""

    form: str
    names: tuple[str, ...]

    def code(self, written: Callable[[str], str]) -> str:
        """The expression, each name as it is written where the constant stands."""
        return self.form.format(*map(written, self.names))


class Axis(NamedTuple):
    """A size of an input."""

    name: str
    place: int


def axis_name(axis: Axis) -> str:
    """A size's name among the parameters': no parameter has a colon in its own."""
    return f"{axis.name}:{axis.place}"


class Roles:
    """Finds the roles of a class's constants.

    Args:
        base: The class.
        params: The values of its parameters, those that may be arguments.
        given: What its inputs are, by name.
        follow: Follows it again.
    """

    def __init__(
        self, base: Definition, params: Values, given: Mapping[str, Specs], follow: Follow
    ) -> None:
        self.base = base
        self.params = params
        self.given = given
        self.follow = follow
        self.columns: list[list[str]] = [[flat(each.value)] for each in base.literals]
        sizes = {axis_name(axis): size for axis, size in _axes(given)}
        self.values: dict[str, list[object]] = {
            name: [value] for name, value in (*params.items(), *sizes.items())
        }

    def find(self) -> list[Role | None]:
        """For each constant what it is; None for one that always is the same."""
        changing: dict[str, set[int]] = {}
        for name in list(self.values):
            changed = self._changed(name)
            if changed is None:
                del self.values[name]
            else:
                changing[name] = changed
        found: list[Role | None] = [None] * len(self.columns)
        unknown: set[str] = set()
        for place in range(len(self.columns)):
            names = [name for name, places in changing.items() if place in places]
            found[place] = self._role(place, names) if names else None
            if names and found[place] is None:
                unknown.update(names)
        return [None if role and unknown & {*role.names} else role for role in found]

    def _changed(self, name: str) -> set[int] | None:
        """The constants that change with a value; None where code changes beyond them."""
        changed: set[int] = set()
        seen = 0
        for value in _others(self.values[name][0]):
            found = self._with(name, value)
            if found is None:
                continue
            texts = [flat(each.value) for each in found.literals]
            if found.form != self.base.form or len(texts) != len(self.columns):
                return None
            seen += 1
            for other, known in self.values.items():
                known.append(value if other == name else known[0])
            for place, column in enumerate(self.columns):
                changed |= {place} if column[0] != texts[place] else set()
                column.append(texts[place])
        return changed if seen else None

    def _with(self, name: str, value: object) -> Definition | None:
        input_name, colon, place = name.partition(":")
        if not colon:
            return self.follow({**self.params, name: value}, self.given)
        spec = self.given[input_name]
        assert isinstance(spec, TensorSpec)  # noqa: S101 - it has sizes
        assert isinstance(value, int)  # noqa: S101 - it is one
        sizes = list(spec.shape or ())
        sizes[int(place)] = value
        return self.follow(
            self.params, {**self.given, input_name: TensorSpec(tuple(sizes), spec.dtype)}
        )

    def _role(self, place: int, names: Sequence[str]) -> Role | None:
        column = self.columns[place]
        candidates = self._candidates(column, names)
        return next((role for role in candidates if self._fits(role, column)), None)

    def _candidates(self, column: Sequence[str], names: Sequence[str]) -> Iterator[Role]:
        for name in names:
            yield Role("{}", (name,))
            first = self.values[name][0]
            if type(first) is int and first and column[0].isdigit():
                number = int(column[0])
                yield Role(f"{number // first} * {{}}", (name,))
                yield Role(f"{{}} // {first // number if number else 1}", (name,))
                yield Role(f"{{}} + {number - first}", (name,))
                yield Role(f"{{}} - {first - number}", (name,))
        whole = [name for name in names if type(self.values[name][0]) is int]
        for pair in permutations(whole, 2):
            yield from (Role(form, pair) for form in PAIRS)

    def _fits(self, role: Role, column: Sequence[str]) -> bool:
        """Whether an expression has the values that were seen."""
        for place, text in enumerate(column):
            values = [self.values[name][place] for name in role.names]
            if flat(plain(_computed(role.form, values))) != text:
                return False
        return True


def _computed(form: str, values: Sequence[object]) -> object:
    """The value of one of the forms above."""
    if form == "{}":
        return values[0]
    words = form.format(*values).split()
    left, right = int(words[0]), int(words[2])
    match words[1]:
        case "*":
            return left * right
        case "//":
            return left // right if right else None
        case "+":
            return left + right
    return left - right


def _axes(given: Mapping[str, Specs]) -> Iterator[tuple[Axis, int]]:
    """The sizes of inputs that are known, batches aside; of a tensor the last first."""
    for name, spec in given.items():
        if isinstance(spec, TensorSpec) and spec.shape:
            count = len(spec.shape)
            for place in range(count - 1, 0, -1):
                size = spec.shape[place]
                if size is not None:
                    yield Axis(name, -1 if place == count - 1 else place), size


def _others(value: object) -> list[object]:
    """Other values, with which a layer is followed again."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value * 2, value * 3] if value else [1, 2]
        case float():
            return [value * 0.5, value * 0.25] if value else [0.25, 0.5]
        case str():
            return [text for text in TEXTS if text != value]
    return []

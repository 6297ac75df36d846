"""What values a parameter takes: a small language of types, as frozen data.

Three readers walk it: `models` makes Pydantic annotations of it, the schema writer JSON Schema,
and the emitter finds nested objects by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specc.catalog.kinds import Kind, Resolved

_NUMBERS = frozenset("+-.0123456789")


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`; never a number or a text."""

    def describe(self) -> str:
        """The type in words, with its article."""
        return "true or false"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number; `true`, `2.0` and `"2"` are none."""

    minimum: int | None = None
    maximum: int | None = None

    def describe(self) -> str:
        """The type in words, with its article."""
        return "an integer" + _range(self.minimum, self.maximum)

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Float:
    """A number, whole or not. One that has a bound is finite."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    point: bool = False  # Keras itself refuses whole numbers here: `1` must be written `1.0`

    @property
    def is_bounded(self) -> bool:
        """Whether there is any bound, so that infinity and not-a-number make no sense."""
        return (self.minimum, self.maximum, self.above, self.below) != (None,) * 4

    def describe(self) -> str:
        """The type in words, with its article."""
        exclusive = [
            text
            for bound, text in (
                (self.above, f"above {self.above}"),
                (self.below, f"below {self.below}"),
            )
            if bound is not None
        ]
        noun = "a number with a decimal point" if self.point else "a number"
        return " and ".join([noun + _range(self.minimum, self.maximum), *exclusive])

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Text:
    """Any text."""

    pattern: str | None = None
    example: str = ""

    def describe(self) -> str:
        """The type in words, with its article."""
        return f"a text like `{self.example}`" if self.example else "a text"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed list."""

    values: tuple[str | int, ...]

    def describe(self) -> str:
        """The type in words, with its article."""
        *most, last = [f"`{value}`" for value in self.values]
        return f"{', '.join(most)} or {last}" if most else last

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return not isinstance(value, bool) and value in self.values


@dataclass(frozen=True, slots=True)
class Null:
    """`null`."""

    def describe(self) -> str:
        """The type in words, with its article."""
        return "null"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return value is None


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever YAML can say: a parameter of a user's class of which nothing is known."""

    def describe(self) -> str:
        """The type in words, with its article."""
        return "any value"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return True


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, of a fixed length where `length` is given."""

    item: ValueType
    length: int | None = None
    minimum_length: int = 0

    def describe(self) -> str:
        """The type in words, with its article."""
        count = f"{self.length} values" if self.length else "values"
        return f"a list of {count}, each {self.item.describe()}"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, list | tuple)


@dataclass(frozen=True, slots=True)
class MappingOf:
    """A mapping from text to values of one type."""

    value: ValueType

    def describe(self) -> str:
        """The type in words, with its article."""
        return f"a mapping, each value {self.value.describe()}"

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return isinstance(value, dict)


@dataclass(frozen=True, slots=True)
class Object:
    """One Keras object of a kind: its name, `{Name: {arguments}}`, or something resolved."""

    kind: Kind

    def describe(self) -> str:
        """The type in words, with its article."""
        return self.kind.phrase

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        if isinstance(value, str):
            return value[:1] not in _NUMBERS  # `"0.1"` is a number in quotes, no object's name
        return isinstance(value, dict | Resolved)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several types, told apart by the value's outward form; the first that admits it."""

    options: tuple[ValueType, ...]

    def describe(self) -> str:
        """The type in words, with its article."""
        return ", or ".join(option.describe() for option in self.options)

    def admits(self, value: object) -> bool:
        """Whether a value has this outward form; its inside may still be wrong."""
        return any(option.admits(value) for option in self.options)


Scalar = Boolean | Integer | Float | Text | Choice | Null
ValueType = Scalar | Anything | ListOf | MappingOf | Object | Either


def either(*options: ValueType) -> ValueType:
    """The union of some types, flattened; a type alone stays itself."""
    flat: list[ValueType] = []
    for option in options:
        flat.extend(option.options if isinstance(option, Either) else (option,))
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Either(kept)


def nullable(value_type: ValueType) -> ValueType:
    """The type, or null."""
    return either(value_type, Null())


def object_kinds(value_type: ValueType) -> Iterator[Kind]:
    """The kinds of objects that a value of the type may hold, at any depth."""
    match value_type:
        case Object(kind):
            yield kind
        case ListOf(inner) | MappingOf(inner):
            yield from object_kinds(inner)
        case Either(options):
            for option in options:
                yield from object_kinds(option)
        case _:
            return


def nested_objects(
    value_type: ValueType, value: object
) -> Iterator[tuple[tuple[str | int, ...], Kind, object]]:
    """Path, kind and value of each Keras object inside a value of the type."""
    match value_type:
        case Object(kind) if value_type.admits(value):
            yield (), kind, value
        case ListOf(inner) if isinstance(value, list | tuple):
            for index, item in enumerate(value):
                for path, kind, found in nested_objects(inner, item):
                    yield (index, *path), kind, found
        case MappingOf(inner) if isinstance(value, dict):
            for key, item in value.items():
                for path, kind, found in nested_objects(inner, item):
                    yield (key, *path), kind, found
        case Either(options):
            chosen = next((option for option in options if option.admits(value)), None)
            if chosen is not None:
                yield from nested_objects(chosen, value)


def replace_objects(
    value_type: ValueType,
    value: object,
    replace: Callable[[tuple[str | int, ...], Kind, object], object],
    path: tuple[str | int, ...] = (),
) -> object:
    """A value of the type with each object inside replaced, by its path, its kind and itself."""
    match value_type:
        case Object(kind) if value_type.admits(value):
            return replace(path, kind, value)
        case ListOf(inner) if isinstance(value, list | tuple):
            return [
                replace_objects(inner, item, replace, (*path, index))
                for index, item in enumerate(value)
            ]
        case MappingOf(inner) if isinstance(value, dict):
            return {
                key: replace_objects(inner, item, replace, (*path, key))
                for key, item in value.items()
            }
        case Either(options):
            chosen = next((option for option in options if option.admits(value)), None)
            if chosen is not None:
                return replace_objects(chosen, value, replace, path)
    return value


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f" of at least {minimum}"
    return f" of at most {maximum}" if maximum is not None else ""

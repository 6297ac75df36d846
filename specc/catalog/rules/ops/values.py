"""What the rules of functions read their arguments with, and how they are registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from specc.catalog.rules.arithmetic import axis_of
from specc.catalog.rules.registry import op
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec

Number = bool | int | float


class CannotTell(Exception):  # noqa: N818 - not an error: the result is unknown
    """A rule can't tell, since an argument isn't known or is of a kind that it doesn't follow."""


class Values:
    """A function's arguments by name. A reader raises CannotTell where it can't tell."""

    __slots__ = ("given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __getitem__(self, name: str) -> Any:
        return self.given.get(name)

    def tensor(self, name: str = "x") -> Shape:
        """The shape of a tensor."""
        return shape_in(self.given.get(name))

    def shape(self, name: str) -> Shape:
        """The shape of a tensor or a number."""
        value = self.given.get(name)
        return () if isinstance(value, Number) else shape_in(value)

    def dtype(self, name: str = "x") -> str | None:
        """The dtype of a tensor or, weak, of a number."""
        return dtype_in(self.given.get(name))

    def tensors(self, name: str) -> list[TensorSpec]:
        """The tensors of a list, at least one."""
        value = self.given.get(name)
        if not isinstance(value, list | tuple) or not value:
            raise CannotTell
        if not all(isinstance(item, TensorSpec) for item in value):
            raise CannotTell
        return list(value)

    def integer(self, name: str) -> int:
        """An integer that has to be known."""
        value = self.given.get(name)
        if not isinstance(value, int):
            raise CannotTell
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """An integer, or several, that have to be known."""
        return integers_in(self.given.get(name))

    def size(self, name: str) -> Size:
        """An integer, as far as it is known."""
        return size_in(self.given.get(name))

    def axis(self, name: str, rank: int) -> int:
        """An axis, counted from the front."""
        return axis_of(self.integer(name), rank, name)

    def axis_if_there(self, name: str, rank: int) -> int:
        """The same, for a function that takes axes that aren't there for others."""
        axis = self.integer(name)
        if not -rank <= axis < rank:
            raise CannotTell
        return axis % rank

    def axes(self, name: str, rank: int) -> tuple[int, ...] | None:
        """Axes, counted from the front; None is for all."""
        if self.given.get(name) is None:
            return None
        axes = tuple(axis_of(axis, rank, name) for axis in self.integers(name))
        if len(set(axes)) < len(axes):
            raise CannotTell
        return axes

    def channels_first(self) -> bool:
        """Whether channels stand before space."""
        return bool(self.given.get("data_format") == "channels_first")

    def word(self, name: str) -> str:
        """A name in lower case."""
        return str(self.given.get(name)).lower()


def shape_in(value: object) -> Shape:
    """The shape of a tensor.

    Raises:
        CannotTell: it is none, or its rank isn't known.
    """
    if not isinstance(value, TensorSpec) or value.shape is None:
        raise CannotTell
    return value.shape


def dtype_in(value: object) -> str | None:
    """The dtype of a tensor or, weak, of a number."""
    if isinstance(value, TensorSpec):
        return value.dtype
    if isinstance(value, bool | int):
        return "bool" if isinstance(value, bool) else "int"
    return "float" if isinstance(value, float) else None


def size_in(value: object) -> Size:
    """A size, None where it isn't known."""
    return value if isinstance(value, int) else None


def sizes_in(value: object) -> Shape:
    """Sizes of a list, or of a number, each as far as it is known.

    Raises:
        CannotTell: it isn't known how many they are.
    """
    if isinstance(value, int):
        return (value,)
    if not isinstance(value, list | tuple):
        raise CannotTell
    return tuple(map(size_in, value))


def integers_in(value: object) -> tuple[int, ...]:
    """An integer, or several.

    Raises:
        CannotTell: one isn't known.
    """
    if isinstance(value, int):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(each, int) for each in value):
        raise CannotTell
    return tuple(value)


def same_size(a: Size, b: Size) -> bool:
    """Whether two sizes are the same.

    Raises:
        CannotTell: one of them isn't known.
    """
    if (a is None) != (b is None):
        raise CannotTell
    return a == b


def same_shape(a: Shape, b: Shape) -> bool:
    """Whether two shapes are the same.

    Raises:
        CannotTell: that depends on sizes that aren't known.
    """
    if len(a) != len(b) or any(
        one != other for one, other in zip(a, b, strict=True) if None not in (one, other)
    ):
        return False
    return all(same_size(one, other) for one, other in zip(a, b, strict=True))


ShapeOf = Callable[[Values], Sequence[Size]]
DtypeOf = Callable[[Values], str | None]
AllOf = Callable[[Values], Specs]
Rule = TypeVar("Rule", bound=Callable[[Values], Any])


def gives(dtype: DtypeOf, names: str) -> Callable[[Rule], Rule]:
    """Registers a rule for the shape of the one tensor that functions give, with their dtype's."""

    def register(shape: Rule) -> Rule:
        def rule(given: Mapping[str, Any]) -> Specs:
            values = Values(given)
            try:
                found: Shape | None = tuple(shape(values))
            except CannotTell:
                found = None
            return TensorSpec(found, _dtype(dtype, values))

        op(*names.split())(rule)
        return shape

    return register


def _dtype(dtype: DtypeOf, values: Values) -> str | None:
    """A result is a tensor: not weak, though all arguments are numbers."""
    try:
        found = dtype(values)
    except CannotTell:
        return None
    return "float32" if found == "float" else found


def gives_all(names: str) -> Callable[[Rule], Rule]:
    """Registers a rule for all that functions give."""

    def register(specs: Rule) -> Rule:
        def rule(given: Mapping[str, Any]) -> Specs:
            try:
                return specs(Values(given))
            except CannotTell:
                return UNKNOWN

        op(*names.split())(rule)
        return specs

    return register

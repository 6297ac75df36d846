"""Gives declared parameters their values: defaults, a variant's, the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.expressions import is_code
from specc.language import Param
from specc.passes.poison import POISON
from specc.passes.types import as_plain, belongs, cast, inferred, written_value
from specc.source.nodes import Node, Scalar, to_plain
from specc.source.quoting import list_of_tuple
from specc.source.scalars import NumberError, resolve

Evaluate = Callable[[Node, Mapping[str, object]], object]
"""Evaluates a node in a scope; reports what is wrong, and is then POISON."""

ReadLines = Callable[[str, Span | None], object]
"""The lines of the text file that a value names; reports what is wrong, and is then POISON."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value for a parameter, and where it was given (None: by the caller of specc).

    `name` is where the parameter's name stands beside it.
    """

    value: object
    span: Span | None
    name: Span | None = None


class Binder:
    """Binds the parameters of one block; a default may use the others, in any order."""

    def __init__(
        self,
        declared: Mapping[str, Param],
        given: Mapping[str, Given],
        outer: Mapping[str, object],
        evaluate: Evaluate,
        diagnostics: Diagnostics,
        read_lines: ReadLines,
    ) -> None:
        self.declared = declared
        self.given = given
        self.outer = outer
        self.evaluate = evaluate
        self.diagnostics = diagnostics
        self.read_lines = read_lines
        self.values: dict[str, object] = {}
        self._open: list[str] = []

    def bind(
        self, owner: str, span: Span | None, hint: str = "", needed: bool = True
    ) -> dict[str, object]:
        """All values by name; POISON for what has none, which is reported if it is `needed`.

        `owner` and `span` say who lacks it.
        """
        for name, given in self.given.items():
            if name not in self.declared:
                self.diagnostics.error(
                    "S121", f"{owner} has no parameter `{name}`", given.name or given.span,
                    label=did_you_mean(name, self.declared),
                )  # fmt: skip
        missing = [n for n, p in self.declared.items() if n not in self.given and not p.has_default]
        self.values.update(dict.fromkeys(missing, POISON))
        missing = [name for name in missing if not self.declared[name].unread]
        if missing and needed:
            names = ", ".join(f"`{name}`" for name in missing)
            self.diagnostics.error("S122", f"{owner} needs a value for {names}", span, help=hint)
        for name in self.declared:
            self.value(name)
        return {name: self.values[name] for name in self.declared}

    def value(self, name: str) -> object:
        """The value of one parameter."""
        if name not in self.values:
            if name in self._open:
                ring = " → ".join(f"`{n}`" for n in [*self._open[self._open.index(name) :], name])
                span = self.declared[name].node.span
                self.diagnostics.error("S123", f"the defaults need each other: {ring}", span)
                return POISON
            self._open.append(name)
            self.values[name] = self._compute(name, self.declared[name])
            self._open.pop()
        return self.values[name]

    def _compute(self, name: str, param: Param) -> object:
        if param.broken:
            return POISON
        if name in self.given:
            value, span = self.given[name].value, self.given[name].span
        else:
            value, span = self.evaluate(param.default, _Scope(self)), param.span("default")
        if param.type == "lines" and isinstance(value, str):
            value = self.read_lines(value, span)
        return POISON if value is POISON else self._checked(name, param, as_plain(value), span)

    def _checked(self, name: str, param: Param, value: object, span: Span | None) -> object:
        type_name = param.type or (inferred_type(param) if name in self.given else None)
        if type_name and not belongs(value, type_name):
            self.diagnostics.error(
                "S124", f"the parameter `{name}` is {type_name}, not {written_value(value)}", span,
                help=_mend(type_name, value),
            )  # fmt: skip
            return POISON
        wrong = _out_of_range(param, value)
        if wrong:
            self.diagnostics.error(
                "S125", f"the parameter `{name}` is {wrong}, not {written_value(value)}", span
            )
            return POISON
        return cast(value, type_name)


class _Scope(Mapping[str, object]):
    """What a default sees: the other parameters, then the outer scope."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder

    def __getitem__(self, name: str) -> object:
        return self.binder.value(name) if name in self.binder.declared else self.binder.outer[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.binder.declared, **self.binder.outer})

    def __len__(self) -> int:
        return len({**self.binder.declared, **self.binder.outer})


def inferred_type(param: Param) -> str | None:
    """The type that a parameter's default stands for; None where it allows anything."""
    default = param.default
    if default is None or (isinstance(default, Scalar) and is_code(default.value)):
        return None
    return inferred(to_plain(default))


def _mend(type_name: str, value: object) -> str:
    """What to write for a value of the wrong type, where the slip is a usual one."""
    if isinstance(value, float) and type_name == "int" and value.is_integer():
        return f"write `{int(value)}`"
    if not isinstance(value, str):
        return ""
    with suppress(NumberError):
        if belongs(resolve(value), type_name):
            return f"write `{value}` without quotes"
    written = list_of_tuple(value) if type_name.startswith(("list", "shape")) else None
    return f"YAML has no tuples: write the list `{written}`" if written else ""


def _out_of_range(param: Param, value: object) -> str:
    """What a value should be, if it is not within the declared bounds."""
    if param.choices is not None and not any(same(value, each) for each in param.choices):
        return "one of " + ", ".join(f"`{item}`" for item in param.choices)
    if isinstance(value, int | float):
        if param.min is not None and not value >= param.min:
            return f"at least {param.min}"
        if param.max is not None and not value <= param.max:
            return f"at most {param.max}"
    return ""


def same(value: object, other: object) -> bool:
    """Whether two values are equal, and `true` is no 1."""
    return value == other and isinstance(value, bool) is isinstance(other, bool)

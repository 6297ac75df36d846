"""Binds the arguments of a `keras.ops` function to its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.catalog import Op
from specc.expressions import Refusal


def bind(op: Op, args: Sequence[object], kwargs: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a function by the names of its parameters, defaults filled in.

    Raises:
        Refusal: there are too many, too few, or one that it doesn't know.
    """
    values: dict[str, object] = {}
    rest = list(args)
    for parameter in op.parameters:
        if parameter.variadic == "*":
            values[parameter.name], rest = rest, []
        elif rest and not parameter.variadic:
            values[parameter.name] = rest.pop(0)
    if rest:
        raise Refusal("S307", f"`{op.name}` takes {len(op.parameters)} arguments, not {len(args)}")
    for name, value in kwargs.items():
        _bind_keyword(op, name, value, values)
    for parameter in op.parameters:
        if parameter.required and parameter.name not in values:
            raise Refusal("S307", f"`{op.name}` needs its argument `{parameter.name}`")
        if not parameter.required and not parameter.variadic:
            values.setdefault(parameter.name, parameter.default)
    return values


def written_as(symbol: str) -> str:
    """An operator as one writes it: `@`, `-x`, `x[…]`."""
    return {"[]": "x[…]", "unary -": "-x"}.get(symbol, symbol)


def _bind_keyword(op: Op, name: str, value: object, values: dict[str, object]) -> None:
    parameter = op.parameter(name)
    if parameter is None or parameter.variadic:
        known = ", ".join(f"`{each.name}`" for each in op.parameters)
        raise Refusal("S307", f"`{op.name}` has no argument `{name}`", f"it has {known}")
    if name in values:
        raise Refusal("S307", f"`{op.name}` gets its argument `{name}` twice")
    values[name] = value

"""The functions of `keras.ops` and `keras.random` that expressions may call."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from specc.catalog.store import read


class OpParameter(NamedTuple):
    """One parameter of a function."""

    name: str
    required: bool
    default: object
    variadic: str  # `*` for any number by position, `**` for any number by name, else empty
    doc: str


class Operation(NamedTuple):
    """The Keras Operation that a function makes of symbolic tensors, and how to make it.

    `conversions` says what the function does to an argument first: `dtype` (a dtype's standard
    name), `dtype_or_default` (the same, null means float32), `data_format` (null means
    channels_last), `lower` (lower case), `shape` (a number becomes a list of one), `list`.
    """

    module: str
    class_name: str
    constructor: dict[str, str]  # constructor parameter → the function's argument
    call: tuple[str, ...]  # the function's arguments by position; `*name` for all of a variadic
    call_keywords: dict[str, str]  # keyword of the call → argument; `**` for all of a variadic
    conversions: dict[str, str]


class Op(NamedTuple):
    """A function that expressions may call."""

    name: str
    doc: str
    since: str | None
    parameters: tuple[OpParameter, ...]
    tensors: tuple[str, ...]  # parameters that may be tensors; the others are static
    operation: Operation | None  # None: no mapping is known, or none is needed

    def parameter(self, name: str) -> OpParameter | None:
        """The parameter of that name."""
        return next((found for found in self.parameters if found.name == name), None)


@cache
def find_op(name: str) -> Op | None:
    """The `keras.ops` function of that name, if expressions may call it."""
    data = read("ops")["operations"].get(name)
    return None if data is None else _op(name, data)


@cache
def find_random(name: str) -> Op | None:
    """The `keras.random` function of that name, without `seed`."""
    data = read("ops")["random"].get(name)
    return None if data is None else _op(name, data)


def op_names() -> list[str]:
    """Names of the `keras.ops` functions."""
    return list(read("ops")["operations"])


def random_names() -> list[str]:
    """Names of the `keras.random` functions."""
    return list(read("ops")["random"])


@cache
def operators() -> dict[str, Op]:
    """Python operator (`+`, `unary -`, `[]`) → the function whose Operation it makes."""
    by_class: dict[str, Op] = {}
    for name in op_names():
        op = find_op(name)
        if op is not None and op.operation is not None:
            by_class.setdefault(op.operation.class_name, op)
    return {symbol: by_class[cls] for symbol, cls in read("ops")["operators"].items()}


def _op(name: str, data: dict[str, Any]) -> Op:
    return Op(
        name=name,
        doc=data["doc"],
        since=data.get("since"),
        parameters=tuple(_parameter(n, p) for n, p in data["parameters"].items()),
        tensors=tuple(data.get("tensors", ())),
        operation=_operation(data["operation"]) if data.get("operation") else None,
    )


def _parameter(name: str, data: dict[str, Any]) -> OpParameter:
    default = data.get("default")
    return OpParameter(
        name=name,
        required="default" not in data and "variadic" not in data,
        default=tuple(default) if isinstance(default, list) else default,  # JSON has no tuples
        variadic=data.get("variadic", ""),
        doc=data.get("doc", ""),
    )


def _operation(data: dict[str, Any]) -> Operation:
    return Operation(
        module=data["module"],
        class_name=data["class_name"],
        constructor=data["constructor"],
        call=tuple(data["call"]["arguments"]),
        call_keywords=data["call"]["keywords"],
        conversions=data["conversions"],
    )

"""Field types of the document models: each reads a YAML node and keeps what it needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from specc.source.nodes import Entry, Mapping, Scalar, Sequence, to_plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Code:
    """The text of an expression, and the scalar that holds it."""

    text: str
    node: Scalar


def describe(value: object) -> str:
    """What a YAML value is, in a user's words."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence):
        return "a list"
    plain = value.value if isinstance(value, Scalar) else value
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text"}
    return "nothing" if plain is None else names.get(type(plain), type(plain).__name__)


def problem(code: str, message: str, label: str = "", fix: str = "") -> PydanticCustomError:
    """An error that the reader turns into a diagnostic of that code at the value's place."""
    words = {"code": code, "text": message, "label": label, "help": fix}
    return PydanticCustomError("specc", "{text}", words)


def read_code(node: Any) -> Any:
    """A scalar as an expression's text; the places that hold one take no leading `=`."""
    if not isinstance(node, Scalar) or node.value is None:
        raise problem("S104", f"an expression is expected here, not {describe(node)}")
    if not isinstance(node.value, str):
        return Code(str(node.value), node)
    if node.value.startswith("="):
        raise problem("S105", "this place always holds an expression", "drop the `=`")
    return Code(node.value, node)


def _value(node: Any) -> Any:
    return to_plain(node) if isinstance(node, Scalar | Sequence | Mapping) else node


def _entries(node: Any) -> Any:
    return {k: e.value for k, e in node.entries.items()} if isinstance(node, Mapping) else node


def _items(node: Any) -> Any:
    return tuple(node.items) if isinstance(node, Sequence) else node


def _named_codes(node: Any) -> Any:
    if isinstance(node, Mapping):
        return tuple((entry.key, read_code(entry.value)) for entry in node.entries.values())
    return ((None, read_code(node)),)


def _body(node: Any) -> Any:
    if isinstance(node, Sequence):
        return tuple(node.items)
    if isinstance(node, Scalar) and node.value is not None:
        return (expression_step(node),)
    raise problem("S106", f"a body is a list of steps or one expression, not {describe(node)}")


def expression_step(node: Scalar) -> Mapping:
    """The step that a one-line body stands for: `{expr: …}`."""
    key = Scalar(node.span, "expr")
    return Mapping(node.span, {"expr": Entry(key, node)})


EXPRESSION_SCHEMA = {"type": ["string", "number", "boolean"]}

Text = Annotated[str, BeforeValidator(_value)]
Flag = Annotated[bool, BeforeValidator(_value)]
Integer = Annotated[int, BeforeValidator(_value)]
Plain = Annotated[Any, BeforeValidator(_value)]
Raw = Annotated[Any, WithJsonSchema({})]
Expr = Annotated[Code, BeforeValidator(read_code), WithJsonSchema(EXPRESSION_SCHEMA)]
NamedExprs = Annotated[tuple[tuple[Scalar | None, Code], ...], BeforeValidator(_named_codes)]
MapOf = Annotated[dict[str, T], BeforeValidator(_entries)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(_items)]
BodyOf = Annotated[tuple[T, ...], BeforeValidator(_body)]

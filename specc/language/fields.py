"""Field types of the document models: each reads a YAML node and keeps what it needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from typing import Annotated, Any, TypeGuard, TypeVar

from pydantic import BeforeValidator, GetCoreSchemaHandler, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from specc.diagnostics import Diagnostics
from specc.source.nodes import Entry, Mapping, Scalar, Sequence, to_plain

T = TypeVar("T")


class AsItIs:
    """Marks a type of ours that Pydantic takes as the reader made it.

    Without it, Pydantic builds a schema for every dataclass below, spans and sources too, which
    costs a tenth of a second at the first document.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Anything, unchanged."""
        return core_schema.any_schema()


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
    names = {
        bool: "a boolean", int: "a number", float: "a number", str: "text",
        list: "a list", tuple: "a list", dict: "a mapping",
    }  # fmt: skip
    return "nothing" if plain is None else names.get(type(plain), "a mapping")


def problem(
    code: str, message: str, label: str = "", fix: str = "", at: Scalar | None = None
) -> PydanticCustomError:
    """An error that the reader turns into a diagnostic of that code at the value's place.

    `at` is a scalar that it stands at instead.
    """
    words = {"code": code, "text": message, "label": label, "help": fix, "at": at}
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


def _local(node: Any) -> Any:
    """A name that expressions can use, and that the language has no other meaning for."""
    value = node.value if isinstance(node, Scalar) else None
    if not is_local_name(value):
        message = f"a name that expressions can use is expected here, not {describe_name(node)}"
        raise problem("S107", message, fix=_MEND)
    return value


_MEND = "letters, digits and `_`, no digit first; not `training`, `random` or a word of Python's"
_RESERVED = frozenset({"training", "random"})


def is_local_name(value: object) -> TypeGuard[str]:
    """Whether a step, a param or an input can be called so in expressions."""
    return (
        isinstance(value, str)
        and value.isidentifier()
        and value.isascii()
        and not value.startswith("_")
        and not iskeyword(value)
        and value not in _RESERVED
    )


def describe_name(node: Any) -> str:
    """What stands in place of a name, for a message."""
    return (
        f"`{node.value}`" if isinstance(node, Scalar) and node.value is not None else describe(node)
    )


def diagnostics_of(info: ValidationInfo) -> Diagnostics:
    """Where a validator reports what is wrong, when it can go on."""
    assert isinstance(info.context, Diagnostics)  # noqa: S101 - `Part` is validated with one
    return info.context


def _declared(node: Any, info: ValidationInfo) -> Any:
    """A mapping of names that expressions can use; others are reported."""
    for entry in node.entries.values() if isinstance(node, Mapping) else ():
        if isinstance(entry.key.value, str) and not is_local_name(entry.key.value):
            message = f"`{entry.key.value}` is no name that expressions can use"
            diagnostics_of(info).error("S107", message, entry.key.span, help=_MEND)
    return _entries(node)


def _items(node: Any) -> Any:
    return tuple(node.items) if isinstance(node, Sequence) else node


def _one_or_more(node: Any) -> Any:
    if isinstance(node, Scalar) and node.value is None:
        return ()
    return tuple(node.items) if isinstance(node, Sequence) else (node,)


def _named_codes(node: Any, info: ValidationInfo) -> Any:
    """The expressions of a step, each with its local name; all that is wrong is reported."""
    if not isinstance(node, Mapping):
        return ((None, read_code(node)),)
    for entry in node.entries.values():
        if entry.key.value != "_" and not is_local_name(entry.key.value):
            message = f"`{entry.key.value}` is no name that expressions can use"
            diagnostics_of(info).error("S107", message, entry.key.span, help=_MEND)
    if not node.entries:
        raise problem("S104", "an expression is expected here, not an empty mapping")
    return tuple((entry.key, read_code(entry.value)) for entry in node.entries.values())


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
Local = Annotated[str, BeforeValidator(_local)]
Flag = Annotated[bool, BeforeValidator(_value)]
Integer = Annotated[int, BeforeValidator(_value)]
Plain = Annotated[Any, BeforeValidator(_value)]
Raw = Annotated[Any, WithJsonSchema({})]
Expr = Annotated[Code, AsItIs(), BeforeValidator(read_code), WithJsonSchema(EXPRESSION_SCHEMA)]
NamedExprs = Annotated[
    tuple[tuple[Scalar | None, Code], ...], AsItIs(), BeforeValidator(_named_codes)
]
MapOf = Annotated[dict[str, T], BeforeValidator(_entries)]
DeclaredOf = Annotated[dict[str, T], BeforeValidator(_declared)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(_items)]
OneOrMore = Annotated[tuple[T, ...], BeforeValidator(_one_or_more)]
BodyOf = Annotated[tuple[T, ...], BeforeValidator(_body)]

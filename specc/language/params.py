"""Parameter declarations: a default, a type's name, or a mapping that says more."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from specc.diagnostics import nearest
from specc.language.fields import Raw, Text, describe, problem
from specc.language.part import Part
from specc.source.nodes import Mapping, Scalar, Sequence, to_plain

SIMPLE_TYPES = (
    "int",
    "float",
    "bool",
    "str",
    "shape",
    "activation",
    "initializer",
    "layer",
    "lines",
)
_SIMPLE = re.compile("|".join(SIMPLE_TYPES))
_NESTED = re.compile(r"(?:list\[|dict\[str, ?)(.+)\]")
_DETAIL_KEYS = {"type", "default", "min", "max", "choices", "doc"}


def is_type_name(value: object) -> bool:
    """Whether a scalar names a parameter type; one that does is never a default."""
    if not isinstance(value, str):
        return False
    if _SIMPLE.fullmatch(value):
        return True
    nested = _NESTED.fullmatch(value)
    return nested is not None and is_type_name(nested[1])


def _type_name(node: Any) -> Any:
    value = node.value if isinstance(node, Scalar) else to_plain(node)
    if not is_type_name(value):
        raise problem(
            "S120",
            f"`{value}` is no parameter type",
            fix="types are " + ", ".join(SIMPLE_TYPES) + ", list[T] and dict[str, T]",
        )
    return value


def _choices(node: Any) -> Any:
    if not isinstance(node, Sequence) or not node.items:
        raise problem("S103", f"`choices` is a list of values, not {describe(node)}")
    return tuple(to_plain(item) for item in node.items)


def _bound(node: Any) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise problem("S103", f"a number is expected here, not {describe(node)}")
    return value


Choices = Annotated[Any, BeforeValidator(_choices)]
Bound = Annotated[Any, BeforeValidator(_bound)]


class Param(Part):
    """A declared parameter. Without a default, a value must come from a variant or the caller."""

    type: Annotated[str | None, BeforeValidator(_type_name)] = Field(
        None,
        description=", ".join((*SIMPLE_TYPES, "list[T]", "dict[str, T]")),
    )
    default: Raw = Field(None, description="The value where none is given; `=` over other params.")
    min: Bound | None = Field(None, description="The least value allowed.")
    max: Bound | None = Field(None, description="The greatest value allowed.")
    choices: Choices | None = Field(None, description="The values allowed.")
    doc: Text | None = Field(None, description="What the parameter is for.")

    @classmethod
    def open(cls, node: Any, diagnostics: Any) -> dict[str, Any]:
        """Reads the three forms into one."""
        if isinstance(node, Scalar) and is_type_name(node.value):
            return {"type": node}
        if isinstance(node, Mapping) and _is_detailed(node):
            return super().open(node, diagnostics)
        return {"default": node}

    @property
    def unread(self) -> bool:
        """Whether something is wrong with the declaration, and reported."""
        return self.broken or (self.misspelt and self.default is None)

    @property
    def has_default(self) -> bool:
        """Whether the declaration gives a value."""
        return self.default is not None


def _is_detailed(node: Mapping) -> bool:
    """Whether a mapping describes a parameter, rather than being a default that is a mapping."""
    keys = node.entries.keys()
    if not keys:
        return False
    return bool(keys & {"type", "default", "choices"}) or keys <= _DETAIL_KEYS or _means_type(node)


def _means_type(node: Mapping) -> bool:
    """Whether a mapping holds a misspelt `type: …`."""
    return any(
        isinstance(entry.value, Scalar)
        and is_type_name(entry.value.value)
        and nearest(key, ["type"]) is not None
        for key, entry in node.entries.items()
    )


__all__ = ["Param", "is_type_name"]

"""Parameter declarations: a default, a type's name, or a mapping that says more."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from specc.language.fields import Raw, Text, problem
from specc.language.part import Part
from specc.source.nodes import Mapping, Scalar, to_plain

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
_TYPE = re.compile(rf"(?:{'|'.join(SIMPLE_TYPES)})|list\[[\w\[\], ]+\]|dict\[str, ?[\w\[\], ]+\]")
_DETAIL_KEYS = {"type", "default", "min", "max", "choices", "doc"}


def is_type_name(value: object) -> bool:
    """Whether a scalar names a parameter type; one that does is never a default."""
    return isinstance(value, str) and _TYPE.fullmatch(value) is not None


def _type_name(node: Any) -> Any:
    value = node.value if isinstance(node, Scalar) else to_plain(node)
    if not is_type_name(value):
        raise problem(
            "S120",
            f"`{value}` is no parameter type",
            fix="types are " + ", ".join(SIMPLE_TYPES) + ", list[T] and dict[str, T]",
        )
    return value


class Param(Part):
    """A declared parameter. Without a default, a value must come from a variant or the caller."""

    type: Annotated[str | None, BeforeValidator(_type_name)] = Field(
        None,
        description=", ".join((*SIMPLE_TYPES, "list[T]", "dict[str, T]")),
    )
    default: Raw = Field(None, description="The value where none is given; `=` over other params.")
    min: Raw = Field(None, description="The least value allowed.")
    max: Raw = Field(None, description="The greatest value allowed.")
    choices: Raw = Field(None, description="The values allowed.")
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
    def has_default(self) -> bool:
        """Whether the declaration gives a value."""
        return self.default is not None


def _is_detailed(node: Mapping) -> bool:
    """Whether a mapping describes a parameter, rather than being a default that is a mapping."""
    return bool(node.entries) and ("type" in node.entries or set(node.entries) <= _DETAIL_KEYS)


__all__ = ["Param", "is_type_name"]

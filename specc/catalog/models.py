"""Pydantic models of entries: made when a class is first used, and kept.

Validation is strict: `true` is no integer, `2.0` is none, `"false"` is no boolean.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    create_model,
)
from pydantic_core import PydanticCustomError

from specc.catalog.entry import Entry, Parameter
from specc.catalog.value_types import (
    Anything,
    Boolean,
    Choice,
    Either,
    Float,
    Integer,
    ListOf,
    MappingOf,
    Null,
    Object,
    Text,
    ValueType,
)

NO_OBJECT = "specc_no_object"  # the error of a number or list where a Keras object stands
POINTLESS = "specc_pointless"  # the error of a whole number where Keras wants a point
OPTION = "\0option"  # begins the tags of unions, which Pydantic puts into an error's location

_CONFIG = ConfigDict(strict=True, extra="forbid", protected_namespaces=(), frozen=True)


@cache
def model_of(entry: Entry) -> type[BaseModel]:
    """The model whose fields are the entry's parameters."""
    fields: dict[str, Any] = {}
    for index, parameter in enumerate(entry.parameters):
        kind, default = _field(parameter)
        if _is_field_name(parameter.name):
            fields[parameter.name] = (kind, default)
        else:
            fields[f"argument_{index}"] = (kind, Field(default, alias=parameter.name))
    model: type[BaseModel] = create_model(entry.name, __config__=_CONFIG, **fields)
    return model


def _is_field_name(name: str) -> bool:
    """Whether Pydantic takes a field of that name, which hides none of its own methods."""
    return not name.startswith("_") and not hasattr(BaseModel, name)


def _field(parameter: Parameter) -> tuple[Any, Any]:
    default = tuple(found) if isinstance(found := parameter.default, list) else found  # not copied
    return annotation(parameter.type), ... if parameter.required else default


@cache
def annotation(value_type: ValueType) -> Any:
    """What Pydantic is told about a type."""
    match value_type:
        case Boolean():
            return bool
        case Integer(minimum, maximum):
            return Annotated[int, Field(ge=minimum, le=maximum)]
        case Float():
            return _number(value_type)
        case Text(pattern, _):
            return Annotated[str, Field(pattern=pattern)]
        case Choice(values):
            return Literal[values]
        case Null():
            return None
        case Anything():
            return Any
        case ListOf(item, length, minimum_length):
            least = minimum_length if length is None else length
            size = Field(min_length=least, max_length=length)
            return Annotated[list[annotation(item)], Strict(False), size]  # type: ignore[misc]  # made at run time
        case MappingOf(value):
            return dict[str, annotation(value)]  # type: ignore[misc]  # made at run time
        case Object():
            return Annotated[Any, BeforeValidator(_object_validator(value_type))]
        case Either(options):
            return _union(options)


def _number(bounds: Float) -> Any:
    limits = Field(
        ge=bounds.minimum,
        le=bounds.maximum,
        gt=bounds.above,
        lt=bounds.below,
        allow_inf_nan=not bounds.is_bounded,
    )
    return (
        Annotated[float, limits, BeforeValidator(_pointed)]
        if bounds.point
        else Annotated[float, limits]
    )


def _object_validator(value_type: Object) -> Callable[[object], object]:
    """Refuses what can be no object; `check` looks into the others."""

    def validate(value: object) -> object:
        if not value_type.admits(value):
            raise PydanticCustomError(NO_OBJECT, "no object")
        return value

    return validate


def _pointed(value: object) -> object:
    """Refuses whole numbers, where Keras asks for Python's `float` itself."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise PydanticCustomError(POINTLESS, "whole number")
    return value


def _union(options: tuple[ValueType, ...]) -> Any:
    """A union whose option is chosen by the value's outward form, so that errors are of one."""
    rest = [option for option in options if not isinstance(option, Null)]
    if len(rest) == 1:
        return Optional[annotation(rest[0])]  # noqa: UP045  # `|` takes no run-time annotations

    def option_of(value: object) -> str | None:
        admitting = (i for i, option in enumerate(options) if option.admits(value))
        found = next(admitting, None)
        return None if found is None else f"{OPTION}{found}"

    tagged = (Annotated[annotation(o), Tag(f"{OPTION}{i}")] for i, o in enumerate(options))
    return Annotated[Union[tuple(tagged)], Discriminator(option_of)]  # noqa: UP007  # as above

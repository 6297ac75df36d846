"""Pydantic documents as schemas: the keys, their descriptions, defaults and forms.

A form is read off a field's annotation. Where that is `Any`, since the compiler looks at the value
only later, `specc.schema.later` says what may stand there.
"""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from specc.language import Block, Code, Input, Part, Step
from specc.language.definitions import Inputs
from specc.language.params import Param
from specc.schema.form import (
    ANYTHING,
    EXPRESSION,
    Schema,
    described,
    list_of,
    mapping_of,
    one_of,
    ref,
)
from specc.schema.later import LATER
from specc.source.nodes import Scalar

_OWN: dict[type[Part], str] = {
    Input: "input",
    Inputs: "inputs",
    Param: "param",
    Step: "step",
}
"""Parts that have definitions of their own, since they may be written in several ways."""


def part_schema(part: type[Part]) -> Schema:
    """A mapping with exactly the part's keys."""
    fields = {field.alias or name: field for name, field in _fields(part).items()}
    needed = [key for key, field in fields.items() if field.is_required()]
    return {
        "title": title_of(part),
        "type": "object",
        "properties": {key: _key(part, key, field) for key, field in fields.items()},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def _fields(part: type[Part]) -> dict[str, FieldInfo]:
    part.model_rebuild()
    return {name: field for name, field in part.model_fields.items() if not field.exclude}


def title_of(part: type[Part]) -> str:
    """The heading of what an editor shows about a part's keys."""
    return part.__name__.lower()


def _key(part: type[Part], key: str, field: FieldInfo) -> Schema:
    form = described(_later(part, key) or form_of(field.annotation), field.description)
    has_default = isinstance(field.default, str | bool | int) and field.default is not False
    return {**form, "default": field.default} if has_default else form


def _later(part: type[Part], key: str) -> Schema | None:
    """The form of a key that is looked at later, of the part or of what it derives from."""
    found = (LATER.get((base.__name__, key)) for base in part.__mro__)
    return next((form for form in found if form is not None), None)


def form_of(annotation: Any) -> Schema:
    """The schema of an annotation of `specc.language.fields`, as it is written in YAML.

    Raises:
        TypeError: there is no rule for the annotation.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return form_of(arguments[0])
    if origin in (Union, types.UnionType):  # None is what an absent key gives, never written
        wanted = [argument for argument in arguments if argument is not types.NoneType]
        return one_of([form_of(argument) for argument in wanted])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is dict:
        return mapping_of(form_of(arguments[1]))
    if origin is tuple:
        return _sequence(arguments[0])
    return _plain(annotation)


def _sequence(item: Any) -> Schema:
    if item is Step:
        return ref("body")
    if item is Scalar:
        return ref("names")
    return ref("expressions") if get_origin(item) is tuple else list_of(form_of(item))


def _plain(annotation: Any) -> Schema:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation in _OWN:
        return ref(_OWN[annotation])
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return ref(title_of(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return part_schema(annotation)
    raise TypeError(annotation)


_PLAIN: dict[Any, Schema] = {
    Any: ANYTHING,
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Code: EXPRESSION,
}

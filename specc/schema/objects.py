"""Keras's classes as schemas: their arguments, and the forms in which an object is written."""

from __future__ import annotations

from specc.catalog import COMPILE_METRICS, STEP_KEYS, Entry, Kind, find, names, policy_names
from specc.catalog.entry import Parameter
from specc.schema import values, words
from specc.schema.form import (
    ANYTHING,
    CODE,
    CODE_TEXT,
    IDENTIFIER,
    Schema,
    one_of,
    one_of_names,
    ref,
)
from specc.schema.values import kind_name

_OPEN_TO_DEFINITIONS = (Kind.LAYER, Kind.ACTIVATION, Kind.LOSS, Kind.METRIC)
"""Kinds for which the name of a definition, a local or a `layer` parameter may stand."""

_QUANTIZED_POLICY = r"(?:int8|float8|int4|gptq|awq)[0-9/-]*_from_[a-z0-9_]+"
_BY_COMPILE = "Keras chooses the class by the shapes."


def entries(kind: Kind) -> list[Entry]:
    """Everything of a kind that a spec may use."""
    return [entry for name in names(kind) if (entry := find(kind, name)) is not None]


def is_complete(entry: Entry) -> bool:
    """Whether the class's name alone makes an object."""
    return not required(entry)


def definitions() -> dict[str, Schema]:
    """All classes, and all kinds."""
    found: dict[str, Schema] = {}
    for kind in Kind:
        found[kind_name(kind)] = _object(kind)
        for entry in entries(kind):
            if not entry.is_function:
                found[_use_name(entry)] = _use(entry)
                found[_arguments_name(entry)] = _arguments(entry)
    return found | {"function": _FUNCTION}


_FUNCTION: Schema = {
    "title": "function",
    "type": ["string", "object", "null"],
    "pattern": CODE,
    "patternErrorMessage": "a function takes no arguments",
    "additionalProperties": False,
}


def _arguments_name(entry: Entry) -> str:
    return f"{kind_name(entry.kind)}.{entry.name}.arguments"


def _use_name(entry: Entry) -> str:
    return f"{kind_name(entry.kind)}.{entry.name}"


def _arguments(entry: Entry) -> Schema:
    """The mapping below a class's name, or code that gives one."""
    needed = required(entry)
    return {
        "title": entry.name,
        "type": ["object", "string"],
        "pattern": CODE,
        "patternErrorMessage": _expected(entry, needed),
        "properties": {p.name: _parameter(p) for p in entry.parameters},
        "additionalProperties": False,
        # apart from the properties, where editors would offer a bundle that breaks `{…}` style
        **({"allOf": [{"required": needed}]} if needed else {}),
    }


def required(entry: Entry) -> list[str]:
    """The arguments without which there is no object."""
    return [parameter.name for parameter in entry.parameters if parameter.required]


def _expected(entry: Entry, needed: list[str]) -> str:
    example = "{" + ", ".join(f"{name}: …" for name in needed) + "}"
    return f"{entry.name} takes its arguments as a mapping" + (f": {example}" if needed else "")


def _parameter(parameter: Parameter) -> Schema:
    """A reference to the type, with the doc line and a default that is worth inserting.

    A `null` or a list is left to the text: editors would write it out beside the key.
    """
    schema = {**values.reference(parameter.type), **words.of_parameter(parameter)}
    if not parameter.required and isinstance(parameter.default, bool | int | float | str):
        schema["default"] = parameter.default
    return schema


def _use(entry: Entry) -> Schema:
    """What a class's key holds; when an editor writes the key, the arguments it needs with it."""
    about, arguments = words.of_entry(entry), ref(_arguments_name(entry))
    if is_complete(entry):
        nothing: Schema = {"type": "null"}  # apart, lest it be taken for a mapping without keys
        return {**about, "allOf": [one_of([arguments, nothing])]}
    places = ", ".join(f"{name}: ${place}" for place, name in enumerate(required(entry), 1))
    snippet = {"label": "{…}", "description": "The arguments needed.", "body": f"{{{places}}}"}
    return {
        **about,
        "type": ["string", "object"],
        "allOf": [arguments],
        "defaultSnippets": [snippet],
    }


def uses(kind: Kind) -> dict[str, Schema]:
    """Every name of a kind's classes → what its key holds. Editors offer no aliases."""
    found: dict[str, Schema] = {}
    for entry in entries(kind):
        use = ref("function" if entry.is_function else _use_name(entry))
        found[entry.name] = {**use, **words.of_entry(entry)} if entry.is_function else use
        found |= {alias: {"allOf": [use], "doNotSuggest": True} for alias in entry.aliases}
    return found


def _object(kind: Kind) -> Schema:
    """One object: its name, `{Name: {arguments}}`, or code."""
    return one_of([_offered(kind), _name(kind), _written_out(kind), CODE_TEXT])


def _offered(kind: Kind) -> Schema:
    """Names that editors offer, each in one spelling."""
    if kind is Kind.DTYPE:
        return {"enum": list(policy_names())}
    docs = {_spelling(entry): words.summary(entry) for entry in entries(kind) if is_complete(entry)}
    if kind is Kind.METRIC:
        docs |= dict.fromkeys(COMPILE_METRICS, _BY_COMPILE) | docs
    return {"enum": list(docs), "markdownEnumDescriptions": list(docs.values())}


def _name(kind: Kind) -> Schema:
    """All other names that may stand alone."""
    if kind in _OPEN_TO_DEFINITIONS:
        return bare_name(entries(Kind.LAYER if kind is Kind.ACTIVATION else kind))
    complete = [entry for entry in entries(kind) if is_complete(entry)]
    known = [name for entry in complete for name in (entry.name, *entry.aliases)]
    more = [_QUANTIZED_POLICY] if kind is Kind.DTYPE else []
    return {"type": "string", "pattern": one_of_names([*known, *more])}


def bare_name(classes: list[Entry]) -> Schema:
    """A name that may be a definition's, but no class's that can't stand without arguments."""
    incomplete = [n for e in classes if not is_complete(e) for n in (e.name, *e.aliases)]
    return {
        "type": "string",
        "pattern": f"^(?!(?:{'|'.join(incomplete)})$){IDENTIFIER}$",
        "patternErrorMessage": "no name, or the name of a class that needs arguments",
    }


def _written_out(kind: Kind) -> Schema:
    """`{Name: {arguments}}`, and of layers what stands beside that."""
    keys = uses(kind)
    if kind not in (Kind.LAYER, Kind.ACTIVATION):
        return {**_MAPPING, "properties": keys, "maxProperties": 1}
    keys |= uses(Kind.LAYER) | {key: ref(f"step.{key}") for key in STEP_KEYS}
    return {**_MAPPING, "properties": keys, "patternProperties": {r"^[A-Z]\w*$": ANYTHING}}


_MAPPING: Schema = {"type": "object", "minProperties": 1, "additionalProperties": False}


def _spelling(entry: Entry) -> str:
    """The name to offer: Keras's own identifier in lowercase, where it has one."""
    lowercase = [alias for alias in entry.aliases if alias.islower()]
    return max(lowercase, key=len, default=entry.name)

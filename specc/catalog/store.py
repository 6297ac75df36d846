"""Finds entries: reads a kind's data file when first asked, makes an entry when first found.

A class that a newer Keras has and the files don't would come in here: whoever may import Keras
makes its `Entry` by introspection, as `tools/introspection` does, and `find` asks there last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from specc.catalog.entry import Call, CallArgument, Entry, Parameter
from specc.catalog.kinds import Kind
from specc.catalog.tables import configs, layers, objects, training
from specc.catalog.tables.common import common_type
from specc.catalog.tables.refused import HIDDEN, REFUSED
from specc.catalog.value_types import (
    Boolean,
    Float,
    Integer,
    Null,
    Text,
    ValueType,
    either,
)

DATA = Path(__file__).parent / "data"
_FILES: dict[Kind, str] = {
    Kind.LAYER: "layers",
    Kind.INITIALIZER: "initializers",
    Kind.REGULARIZER: "regularizers",
    Kind.CONSTRAINT: "constraints",
    Kind.ACTIVATION: "activations",
    Kind.DTYPE: "dtype_policies",
    Kind.QUANTIZER: "quantizers",
    Kind.LOSS: "losses",
    Kind.METRIC: "metrics",
    Kind.OPTIMIZER: "optimizers",
    Kind.SCHEDULE: "schedules",
}
TABLES: dict[Kind, layers.Table] = {
    Kind.LAYER: layers.LAYERS,
    Kind.INITIALIZER: objects.INITIALIZERS,
    Kind.REGULARIZER: objects.REGULARIZERS,
    Kind.CONSTRAINT: objects.CONSTRAINTS,
    Kind.DTYPE: objects.DTYPE_POLICIES,
    Kind.QUANTIZER: objects.QUANTIZERS,
    Kind.LOSS: training.LOSSES,
    Kind.METRIC: training.METRICS,
    Kind.OPTIMIZER: training.OPTIMIZERS,
}
_TENSOR_ARGUMENTS = frozenset(
    [
        "inputs",
        "input",
        "sequences",
        "sequence",
        "x",
        "data",
        "query",
        "value",
        "key",
        "query_mask",
        "value_mask",
        "key_mask",
        "attention_mask",
        "mask",
        "initial_state",
        "states",
        "count_weights",
    ]
)
_ALL_STEP_KEYS = ("name", "trainable", "dtype")


@cache
def read(file: str) -> dict[str, Any]:
    """A data file's content."""
    content: dict[str, Any] = json.loads((DATA / f"{file}.json").read_bytes())
    return content


def keras_version() -> str:
    """The version of Keras that the files were generated from."""
    version: str = read(_FILES[Kind.LAYER])["keras"]
    return version


@cache
def _canonical_names(kind: Kind) -> dict[str, str]:
    """Every name and alias of a kind → the name of its entry."""
    entries = read(_FILES[kind])["entries"]
    aliases = {alias: name for name, data in entries.items() for alias in data["aliases"]}
    return aliases | {name: name for name in entries}


def names(kind: Kind) -> list[str]:
    """The public names of a kind, without aliases and without what specs may not use."""
    refused = REFUSED.get(kind, {})
    return [name for name in read(_FILES[kind])["entries"] if name not in refused]


def all_names(kind: Kind) -> list[str]:
    """Every name by which something of a kind can be found."""
    return list(_canonical_names(kind))


def find(kind: Kind, name: str) -> Entry | None:
    """The entry of a name or alias, or of Keras's own string identifier (`glorot_uniform`)."""
    canonical = _canonical_names(kind).get(name)
    return None if canonical is None else _entry(kind, canonical)


@cache
def _entry(kind: Kind, name: str) -> Entry:
    data = read(_FILES[kind])["entries"][name]
    return Entry(
        kind=kind,
        name=name,
        aliases=tuple(data["aliases"]),
        module=data["module"],
        class_name=data["class_name"],
        registered_name=data["registered_name"],
        doc=data["doc"],
        since=data.get("since"),
        parameters=_parameters(kind, name, data),
        call=_call(data["call"]) if "call" in data else None,
        family=tuple(data.get("family", ())),
        step_keys=frozenset(data.get("step_keys", ())),
        always_written=configs.ALWAYS_WRITTEN.get((kind, name), ()),
        forgotten=configs.forgotten_by(kind, name),
        refused=REFUSED.get(kind, {}).get(name),
    )


def _parameters(kind: Kind, name: str, data: Mapping[str, Any]) -> tuple[Parameter, ...]:
    if data["class_name"] == "function":
        return ()
    hidden = HIDDEN.get(name, frozenset())
    return tuple(
        Parameter(
            name=parameter,
            type=_type(kind, name, parameter, found),
            required="default" not in found,
            default=found.get("default"),
            doc=found.get("doc", ""),
        )
        for parameter, found in data["parameters"].items()
        if parameter not in hidden
    )


def _type(kind: Kind, name: str, parameter: str, data: Mapping[str, Any]) -> ValueType:
    """The most particular thing the tables say, else what the default value tells."""
    found = (
        TABLES.get(kind, {}).get(name, {}).get(parameter)
        or training.SHARED.get(kind, {}).get(parameter)
        or common_type(name, parameter)
        or _type_of_default(data.get("default"))
    )
    is_null = "default" in data and data["default"] is None
    return either(found, Null()) if is_null else found


def _type_of_default(default: object) -> ValueType:
    match default:
        case bool():
            return Boolean()
        case int():
            return Integer()
        case float():
            return Float()
        case str():
            return Text()
        case _:
            return Null()


def _call(data: Mapping[str, Any]) -> Call:
    arguments = tuple(
        CallArgument(
            name=name,
            required="default" not in found,
            default=found.get("default"),
            tensor=name in _TENSOR_ARGUMENTS,
        )
        for name, found in data["arguments"].items()
    )
    return Call(arguments, masking=data["masking"], open=data["open"])

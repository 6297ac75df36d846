"""Keras objects in their YAML form become what Keras writes for them in a config."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc import catalog
from specc.catalog import Entry, Kind
from specc.catalog.naming import snake_case
from specc.catalog.rules.policy import layer_dtype
from specc.catalog.value_types import Either, ListOf, MappingOf, Object, ValueType
from specc.references import PythonObject

DATA_FORMAT = "channels_last"
"""The language's own default, which a user's `keras.json` does not change."""

CLASSES = (Kind.LAYER, Kind.OPTIMIZER)
"""Kinds of which Keras doesn't take a name for an object everywhere that it takes one."""

Config = dict[str, object]
Nested = Callable[[object], Config | None]
"""Makes the config of what the compiler put among the arguments; None if it isn't such."""


def arguments_config(
    entry: Entry, arguments: Mapping[str, object], dtype: object, nested: Nested
) -> Config:
    """A constructor's arguments as a config has them.

    Args:
        entry: The class.
        arguments: As in YAML, checked.
        dtype: The dtype policy of layers that don't say theirs.
        nested: Makes the config of a nested spec.
    """
    config: Config = {
        name: entry.by_name[name].default for name in entry.always_written if name not in arguments
    }
    types = entry.object_types
    for name, value in _in_full(entry, arguments).items():
        config[name] = (
            value_config(types[name], value, name, dtype, nested) if name in types else value
        )
    if "data_format" in entry.by_name and config.get("data_format") is None:
        config["data_format"] = DATA_FORMAT
    return config


def _in_full(entry: Entry, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """The arguments, a list of cells as the layer that Keras makes of it, under a counted name."""
    cells = arguments.get("cell") if entry.name == "RNN" else None
    if isinstance(cells, list):
        return {**arguments, "cell": {"StackedRNNCells": {"cells": cells}}}
    return arguments


def value_config(
    value_type: ValueType, value: object, name: str, dtype: object, nested: Nested
) -> object:
    """A value that is or holds objects, as a config has it."""
    match value_type:
        case Object(kind):
            return object_config(kind, value, name, dtype, nested)
        case ListOf(inner) if isinstance(value, list | tuple):
            return [
                value_config(inner, item, f"{name}_{i}", dtype, nested)
                for i, item in enumerate(value)
            ]
        case MappingOf(inner) if isinstance(value, dict):
            return {k: value_config(inner, v, k, dtype, nested) for k, v in value.items()}
        case Either(options):
            for option in options:
                if option.admits(value):
                    return value_config(option, value, name, dtype, nested)
    return value


def object_config(kind: Kind, value: object, name: str, dtype: object, nested: Nested) -> object:
    """One object as a config has it; a bare name of a function or identifier stays a name."""
    if isinstance(value, PythonObject):
        return python_config(value, name, dtype, nested)
    made = nested(value)
    if made is not None:
        return made
    if isinstance(value, str):
        entry = catalog.find_object(kind, value)
        bare = kind not in CLASSES and (entry is None or entry.name != value or entry.is_function)
        if entry is None or bare:
            return value
        return _entry_config(entry, {}, {}, name, dtype, nested)
    if isinstance(value, dict):
        key = next(k for k in value if k not in catalog.STEP_KEYS)
        entry = catalog.find_object(kind, key)
        if entry is not None:
            return _entry_config(entry, value[key] or {}, value, name, dtype, nested)
    return value


def _entry_config(
    entry: Entry,
    arguments: Mapping[str, object],
    beside: Mapping[str, object],
    name: str,
    dtype: object,
    nested: Nested,
) -> Config | str:
    if entry.is_function:
        return entry.name
    dtype = layer_dtype(entry, arguments, beside.get("dtype"), dtype)
    config = arguments_config(entry, arguments, dtype, nested)
    if entry.kind is Kind.LAYER:
        given = beside.get("name")
        config = {"name": given or _nested_name(entry, name), **config}
        if "trainable" in beside:
            config["trainable"] = beside["trainable"]
        if "dtype" in entry.step_keys:
            config["dtype"] = dtype_config(dtype, nested)
    return class_config(entry, config)


def python_config(use: PythonObject, name: str, dtype: object, nested: Nested) -> Config:
    """What stands for a user's class or function: it is found by its reference alone."""
    python, reference = use.python, str(use.python.reference)
    known = {"module": python.reference.module, "registered_name": reference}
    if python.is_function:
        return {"class_name": "function", "config": reference, **known}
    own = use.beside.get("dtype") or dtype
    config = arguments_config(python.entry, use.arguments, own, nested)
    if python.entry.kind is Kind.LAYER:
        config = {"name": _nested_name(python.entry, name), **config}
        config |= {key: use.beside[key] for key in ("name", "trainable") if key in use.beside}
        if "dtype" in python.accepts:
            config["dtype"] = dtype_config(own, nested)
    return {"class_name": reference, "config": config, **known}


def _nested_name(entry: Entry, argument: str) -> str:
    """A nested layer's name: its class, counted as its place in a list is."""
    place = argument.rpartition("_")[2]
    snake = snake_case(entry.class_name)
    return f"{snake}_{place}" if place.isdigit() else snake


def class_config(entry: Entry, config: Config) -> Config:
    """What Keras writes for an object of a class."""
    return {
        "module": entry.module,
        "class_name": entry.class_name,
        "config": config,
        "registered_name": entry.registered_name,
    }


def dtype_config(dtype: object, nested: Nested) -> object:
    """A dtype policy as a config has it: its name where it has one."""
    if isinstance(dtype, dict):
        return object_config(Kind.DTYPE, dtype, "dtype", None, nested)
    return dtype

"""The YAML form of an object → Keras's own config → the object, with nothing left out."""

import keras

from specc.catalog import Kind, find_object, nested_objects


def config_of(entry, arguments) -> dict:
    """What Keras would have written for these arguments."""
    defaults = {name: entry.by_name[name].default for name in entry.always_written}
    config = {n: _value(entry, n, value) for n, value in (defaults | arguments).items()}
    return {
        "module": entry.module,
        "class_name": entry.class_name,
        "config": entry.name if entry.is_function else config,
        "registered_name": entry.name if entry.is_function else entry.registered_name,
    }


def build(entry, arguments):
    """The Keras object."""
    return keras.saving.deserialize_keras_object(config_of(entry, arguments))


def _value(entry, name, value):
    parameter = entry.parameter(name)
    kinds = {} if parameter is None else dict(_objects(parameter.type, value))
    return _replace(value, (), kinds)


def _objects(value_type, value):
    return [(path, (kind, found)) for path, kind, found in nested_objects(value_type, value)]


def _replace(value, path, kinds):
    if path in kinds:
        return _object(*kinds[path])
    if isinstance(value, list):
        return [_replace(item, (*path, i), kinds) for i, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _replace(item, (*path, key), kinds) for key, item in value.items()}
    return value


def _object(kind: Kind, value):
    if isinstance(value, str):
        entry = find_object(kind, value)
        if entry is None or entry.kind not in (Kind.LAYER, Kind.OPTIMIZER):
            return value  # Keras takes its own string identifiers
        return config_of(entry, {})
    beside = {k: v for k, v in value.items() if k in ("name", "trainable", "dtype")}
    [(name, arguments)] = [(k, v) for k, v in value.items() if k not in beside]
    found = config_of(find_object(kind, name), arguments or {})
    return {**found, "config": found["config"] | beside}

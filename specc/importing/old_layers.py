"""Layers as Keras 1 and 2 called them become what Keras 3 calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc import catalog
from specc.catalog import Entry, Kind
from specc.importing import old_names as old
from specc.importing.old_objects import modern_object
from specc.importing.parts import Plain
from specc.importing.problems import Problems, shown

Config = dict[str, Plain]
BESIDE = ("name", "trainable", "dtype")


def modern_layer(
    class_name: str, config: Mapping[str, Any], problems: Problems, old_keras: bool = False
) -> tuple[str, Config]:
    """A layer's class and config in the words of Keras 3; what has no equal is reported.

    Args:
        class_name: As the config has it.
        config: The arguments.
        problems: Where problems go.
        old_keras: Whether Keras 1 or 2 wrote it, whose `hard_sigmoid` is another function.
    """
    if class_name == "Merge":
        return _merge(config, problems)
    name = old.CLASSES.get(class_name, class_name)
    entry = catalog.find(Kind.LAYER, name)
    if entry is None or entry.refused is not None:
        return name, _input(config) if name == "InputLayer" else dict(config)
    own = {**_of_class(class_name), **config}
    renamed = _renamed(entry, own)
    made = {
        key: _value(entry, key, value, problems, old_keras)
        for key, value in renamed.items()
        if not _says_nothing(entry, key, value)
    }
    for key, default in old.CHANGED_DEFAULTS.get(name, {}).items():
        made.setdefault(key, default)
    if name == "Normalization":
        made = _of_one_shape(made)
    return name, _both_directions(made) if name == "Bidirectional" and old_keras else made


def _of_one_shape(config: Config) -> Config:
    """Keras 2 took one number beside a list; Keras 3 wants mean and variance of one shape."""
    mean, variance = config.get("mean"), config.get("variance")
    if isinstance(mean, list) and isinstance(variance, int | float):
        return {**config, "variance": [variance] * len(mean)}
    if isinstance(variance, list) and isinstance(mean, int | float):
        return {**config, "mean": [mean] * len(variance)}
    return config


def _both_directions(config: Config) -> Config:
    """Keras 2's second layer went the other way than the first; Keras 3's goes backwards."""
    layer = config.get("layer")
    inner = layer.get("config") if isinstance(layer, dict) else None
    if config.get("backward_layer") or not isinstance(layer, dict) or not isinstance(inner, dict):
        return config
    if inner.get("go_backwards") is not True:
        return config
    other = {**inner, "name": f"backward_{inner.get('name')}", "go_backwards": False}
    return {**config, "backward_layer": {**layer, "config": other}}


def _of_class(class_name: str) -> Config:
    """Arguments that the old class fixed."""
    if class_name == "CuDNNGRU":
        return {"reset_after": True, "recurrent_activation": "sigmoid"}
    if class_name == "CuDNNLSTM":
        return {"recurrent_activation": "sigmoid"}
    return {"synchronized": True} if class_name == "SyncBatchNormalization" else {}


def _input(config: Mapping[str, Any]) -> Config:
    made = dict(config)
    for key in ("batch_input_shape", "batch_shape"):
        if key in made:
            made["batch_shape"] = _shape(made.pop(key))
    made["dtype"] = made.pop("input_dtype", None) or made.get("dtype")
    return made


def _shape(value: Any) -> Plain:
    """A shape, which TensorFlow 2.13 to 2.15 wrapped in an object."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return value["items"]
    return value


def _renamed(entry: Entry, config: Mapping[str, Any]) -> Config:
    names = {**old.ARGUMENTS, **old.ARGUMENTS_OF.get(entry.name, {})}
    made: Config = {}
    for key, value in config.items():
        new = names.get(key, key)
        taken = entry.parameter(key) is not None or entry.parameter(new) is None
        made[key if taken else new] = value
    rows = [key for key in ("kernel_dim1", "kernel_dim2", "kernel_dim3") if key in made]
    if "nb_row" in made and "nb_col" in made and entry.parameter("kernel_size"):
        made["kernel_size"] = [made.pop("nb_row"), made.pop("nb_col")]
    elif rows:
        made["kernel_size"] = [made.pop(key) for key in rows]
    return made


def _says_nothing(entry: Entry, key: str, value: Plain) -> bool:
    if entry.parameter(key) is not None or key in BESIDE:
        return False
    if key in old.SAY_NOTHING or key in old.SAY_NOTHING_IN.get(entry.name, ()):
        return True
    return key in old.SAY_NOTHING_AS and value in old.SAY_NOTHING_AS[key]


def _value(entry: Entry, key: str, value: Any, problems: Problems, old_keras: bool) -> Plain:
    if isinstance(value, str) and key in old.VALUES:
        return old.VALUES[key].get(value, value)
    parameter = entry.parameter(key)
    if key == "axis" and entry.name == "BatchNormalization" and isinstance(value, list):
        return value[0] if len(value) == 1 else value
    kinds = parameter.kinds if parameter is not None else ()
    if Kind.LAYER in kinds:
        return modern_nested(value, problems, old_keras)
    if old_keras and Kind.ACTIVATION in kinds and value == HARD_SIGMOID:
        return OLD_HARD_SIGMOID
    return modern_object(kinds[0], value) if kinds else value


HARD_SIGMOID = "hard_sigmoid"
OLD_HARD_SIGMOID = "keras2_hard_sigmoid"
"""The name of a definition, since Keras 3 has another slope: 1/6, where it was 0.2."""


def modern_nested(value: Any, problems: Problems, old_keras: bool) -> Plain:
    """Layers among the arguments of a layer: wrapped ones, cells."""
    if isinstance(value, list):
        return [modern_nested(item, problems, old_keras) for item in value]
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict):
        return value
    class_name = str(value.get("class_name"))
    name, config = modern_layer(class_name, value["config"], problems, old_keras)
    return {**value, "class_name": name, "config": config}


def _merge(config: Mapping[str, Any], problems: Problems) -> tuple[str, Config]:
    mode = config.get("mode")
    name = old.MERGES.get(mode) if isinstance(mode, str) else None
    if name is None:
        what = f"`Merge` with the mode `{shown(mode)}` has no equal"
        problems.error("S523", what, "write what it computes as an `expr:` step")
        return "Add", {}
    made: Config = {"name": config.get("name")}
    if name == "Concatenate":
        made["axis"] = config.get("concat_axis", -1)
    if name == "Dot":
        made["axes"] = config.get("dot_axes", -1)
    return name, made

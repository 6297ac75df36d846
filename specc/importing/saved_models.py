"""A Keras 2 SavedModel: its config, if it is a model of layers; else what is known of its layers.

Of a subclassed model the layers and their arguments are there, what it does with them isn't: that
is a graph of TensorFlow operations, which is never run or read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from specc.catalog import Kind
from specc.importing.names import is_local
from specc.importing.objects import Objects, entry_of, escaped
from specc.importing.old_layers import modern_layer
from specc.importing.old_shapes import sizes_of
from specc.importing.problems import Problems, shown
from specc.importing.reader import is_model
from specc.source.yaml_writer import write_yaml
from specc.weights.tensorflow.saved_layers import SavedLayer, saved_layers

VERSION = "2"
"""Of Keras: who writes SavedModels with layers. Its own number isn't always there."""


def saved_config(folder: Path, problems: Problems) -> dict[str, Any]:
    """The config of the model in a SavedModel's folder.

    Raises:
        SpeccError: S520 if Keras describes no layers in it, S528 if it is a subclassed model;
            others if it is damaged.
    """
    layers = saved_layers(folder)
    if not layers or layers[0].path:
        problems.fail(
            "S520", "it is a SavedModel without Keras's description of layers, only a graph",
            "save the Keras model that it was made of as `.keras` or `.h5`, and import that",
        )  # fmt: skip
    root = layers[0].metadata
    for config in (root, root.get("model_config")):
        if isinstance(config, dict) and is_model(config):
            inner = config["config"]
            given = {**inner, "build_input_shape": root.get("build_input_shape")}
            made = {"class_name": config["class_name"], "config": given, "keras_version": VERSION}
            return made | {k: root[k] for k in ("training_config",) if root.get(k)}
    _subclassed(layers, problems)


def _subclassed(layers: list[SavedLayer], problems: Problems) -> NoReturn:
    """Says what is known and what is to be written by hand."""
    root, known = layers[0].metadata, Problems(problems.source)
    name = shown(root.get("class_name"))
    by_hand = [f"the body: what `{name}` does with its layers"]
    held: dict[str, object] = {}
    for layer in layers[1:]:
        if _is_held(layer.path, layers):
            text = _object(layer, known)
            attribute = layer.path.replace(".", "_").strip("_")
            if text is None or not is_local(attribute):
                what = shown(layer.metadata.get("class_name"))
                by_hand.append(f"the layer `{shown(layer.path)}`, of the class `{what}`")
            else:
                held[attribute] = text
    document = {
        "specc": 1,
        "model": shown(root.get("name") or "model").replace("/", "_"),
        "style": "subclassed",
        "inputs": {"x": {"shape": sizes_of(root.get("build_input_shape"))}},
        **({"layers": held} if held else {}),
        "body": "…",
    }
    what = f"`{name}` is a subclassed model, and its code isn't in the file; by hand: "
    problems.fail("S528", what + "; ".join(by_hand), f"begin with\n{write_yaml(escaped(document))}")


def _is_held(path: str, layers: list[SavedLayer]) -> bool:
    """Whether the model itself holds a layer, not another layer."""
    above = {layer.path for layer in layers[1:] if layer.path and layer.path != path}
    steps = path.split(".")
    return not any(".".join(steps[:count]) in above for count in range(1, len(steps)))


def _object(layer: SavedLayer, problems: Problems) -> object:
    """A layer as a spec has it; None if it is of a class that isn't Keras's, or a model."""
    class_name, config = layer.metadata.get("class_name"), layer.metadata.get("config")
    if not isinstance(class_name, str) or not isinstance(config, Mapping):
        return None
    name, config = modern_layer(class_name, config, problems, old_keras=True)
    entry = entry_of(Kind.LAYER, name)
    if entry is None or entry.refused is not None or is_model(layer.metadata):
        return None
    without_name = {key: value for key, value in config.items() if key != "name"}
    return Objects(problems).object(Kind.LAYER, {"class_name": name, "config": without_name})

"""The shape of a sequential model's input, where its first layer's config told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.importing.parts import ImportedLayer, Plain, Ref

Shape = list[int | None]


def input_shape(
    first: ImportedLayer, written: Mapping[str, Any], model: Mapping[str, Any]
) -> tuple[Shape | None, Plain]:
    """Shape with the batch, and dtype, of what a sequential model reads.

    Args:
        first: Its first layer.
        written: The same as the config has it.
        model: The model's config.
    """
    config = written.get("config")
    own = config if isinstance(config, dict) else {}
    found = _given(own) or _of_model(first)
    if found is None:
        found = _shape(model.get("build_input_shape"))
    dtype = own.get("input_dtype") or own.get("dtype")
    if found is None and first.class_name == "Embedding":
        found = [None, own.get("input_length")]
    return found, dtype if isinstance(dtype, str) and not dtype.startswith("mixed") else "float32"


def _given(config: Mapping[str, Any]) -> Shape | None:
    found = _shape(config.get("batch_input_shape")) or _shape(config.get("batch_shape"))
    if found is not None:
        return found
    if isinstance(config.get("input_shape"), list):
        return _shape([None, *config["input_shape"]])
    inner = config.get("layer")
    if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        return _given(inner["config"])
    return None


def _of_model(first: ImportedLayer) -> Shape | None:
    if first.model is None or not isinstance(first.model.inputs, Ref):
        return None
    for each in first.model.layers:
        if each.name == first.model.inputs.layer:
            return _shape(each.config.get("batch_shape"))
    return None


def _shape(value: Any) -> Shape | None:
    """A list of sizes; TensorFlow 2.13 wraps them in an object."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    if isinstance(value, list) and value and all(isinstance(i, int | None) for i in value):
        return value
    return None


def sizes_of(value: Any) -> Shape | None:
    """The sizes of a shape without its batch; None if it isn't known."""
    found = _shape(value)
    return None if found is None else found[1:]

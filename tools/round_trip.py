"""Whether a model's spec makes the model again: its config, and its outputs bit for bit."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

import specc
from specc.spec import Spec

OPEN = 64
"""The size that is taken where a model takes any: images of less vanish in convolutions."""

LARGEST = 9
"""Inputs are drawn from 0 to this, so that they are tokens, too."""


def same_again(model: Any, fold: bool | None = False) -> Spec:
    """The spec of a model, whose own model is equal in config and in outputs.

    Args:
        model: Its weights are copied into the other.
        fold: As for `specc.from_keras`.

    Raises:
        AssertionError: they aren't equal.
    """
    spec = specc.from_keras(model, fold)
    again = specc.compile(spec)
    assert_equal_configs(model, again)
    again.set_weights(model.get_weights())
    given = inputs_of(model)
    outputs = [keras.tree.flatten(each(given, training=False)) for each in (again, model)]
    for one, other in zip(*outputs, strict=True):
        np.testing.assert_array_equal(one, other)
    return spec


def inputs_of(model: Any, batch: int = 2) -> Any:
    """A random batch for a model."""
    rng = np.random.default_rng(7)
    made = [
        rng.uniform(0, LARGEST, [batch, *(size or OPEN for size in each.shape[1:])]).astype(
            each.dtype
        )
        for each in model.inputs
    ]
    return made if len(made) > 1 else made[0]


def assert_equal_configs(model: Any, again: Any) -> None:
    """Compares layer by layer, so that a failure shows the first layer that differs."""
    found, expected = config_of(again)["config"], config_of(model)["config"]
    for one, other in zip(found.pop("layers"), expected.pop("layers"), strict=True):
        _assert_equal(one, other)
    _assert_equal(found, expected)


def _assert_equal(one: object, other: object) -> None:
    if one != other:
        raise AssertionError(f"{one} is not {other}")


def config_of(model: Any) -> dict[str, Any]:
    """A model's config with calls in one form: the arguments after the first by their names."""
    config = json.loads(model.to_json())
    _normalize(config["config"])
    return {key: config[key] for key in ("class_name", "config")}


def _normalize(config: dict[str, Any]) -> None:
    for layer in config.get("layers", []):
        layer.pop("build_config", None)
        if "layers" in layer["config"]:
            _normalize(layer["config"])
        for node in layer.get("inbound_nodes", []):
            _name_arguments(node, "Attention" in layer["class_name"])


def _name_arguments(node: dict[str, Any], attends: bool) -> None:
    names = ["query", "value", "key"] if attends else []
    named = dict(zip(names, node["args"], strict=False))
    node["kwargs"] = {**dict(list(named.items())[1:]), **node["kwargs"]}
    if node["kwargs"].get("training") is False:  # what a model says anyway
        del node["kwargs"]["training"]
    node["args"] = node["args"][:1] if names else node["args"]

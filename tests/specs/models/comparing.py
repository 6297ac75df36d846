"""Holds a spec's model against a class that somebody wrote by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from specc.keras_backend.slots import slots_of

Renames = Mapping[str, str]
"""Patterns of the attributes of the class, and what stands for them in the spec."""


def values_of(model: Any, renames: Renames | None = None) -> dict[str, Any]:
    """What each of a model's variables holds, by key; states of random generators too."""
    return {key: np.asarray(variable) for key, variable in _variables(model, renames or {}).items()}


def copy_weights(source: Any, target: Any, renames: Renames | None = None) -> None:
    """Copies all variables of a spec's model to the class's, which has no others."""
    values, variables = values_of(source), _variables(target, renames or {})
    assert values.keys() == variables.keys()
    for key, variable in variables.items():
        variable.assign(values[key])


def _variables(model: Any, renames: Renames) -> dict[str, Any]:
    return {_renamed(slot.key, renames): slot.variable for slot in slots_of(model, "")}


def _renamed(key: str, renames: Renames) -> str:
    for pattern, replacement in renames.items():
        key = re.sub(pattern, replacement, key)
    return key


def restart_generators(model: Any) -> None:
    """Gives each random generator of a model the same state, which Keras's files don't hold."""
    for slot in slots_of(model, ""):
        if slot.is_generator:
            slot.variable.assign([7, 0])


def assert_equal(left: Any, right: Any) -> None:
    """Equal structures of equal arrays, bit for bit."""
    keras.tree.assert_same_structure(left, right)
    for a, b in zip(keras.tree.flatten(left), keras.tree.flatten(right), strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def assert_same_variables(
    ours: Any, by_hand: Any, renames: Renames | None = None, atol: float = 0.0
) -> None:
    """All variables hold the same, bit for bit if no tolerance is given."""
    mine, theirs = values_of(ours), values_of(by_hand, renames)
    assert mine.keys() == theirs.keys()
    for key, value in mine.items():
        np.testing.assert_allclose(value, theirs[key], rtol=0, atol=atol, err_msg=key)


def assert_same_model(ours: Any, by_hand: Any, inputs: Any, renames: Renames | None = None) -> None:
    """Both compute the same from the same weights, when they infer and when they train.

    Equal are the outputs, the losses that layers add, and what the variables hold afterwards:
    statistics and the states of random generators.
    """
    by_hand(inputs)
    copy_weights(ours, by_hand, renames)
    for training in (False, True):
        assert_equal(ours(inputs, training=training), by_hand(inputs, training=training))
        assert_equal(list(ours.losses), list(by_hand.losses))
        assert_same_variables(ours, by_hand, renames)


def assert_learns_the_same(
    ours: Any, by_hand: Any, inputs: Any, targets: Any, renames: Renames | None = None,
    atol: float = 0.0, **settings: Any,
) -> None:  # fmt: skip
    """Both get the same losses and weights in two steps of training (without XLA).

    A tolerance is for models in which TensorFlow adds the gradients of a tensor that is read twice
    in another order.
    """
    settings = {"optimizer": "sgd", "loss": "mse", **settings}
    for model in (ours, by_hand):
        model.compile(**settings, jit_compile=False)
    for _ in range(2):
        losses = [model.train_on_batch(inputs, targets) for model in (ours, by_hand)]
        np.testing.assert_allclose(*losses, rtol=0, atol=atol)
    assert_same_variables(ours, by_hand, renames, atol)

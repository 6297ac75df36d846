"""One Keras object from a `keras:` document."""

from __future__ import annotations

import copy
from typing import Any

import keras

from specc.diagnostics import Span
from specc.keras_backend.failures import at_step


def build_object(config: Any, span: Span) -> Any:
    """A fresh object of its config.

    Args:
        config: As `keras_config.object_config` makes it: a dict, or a function's name.
        span: Where the object is written.

    Raises:
        SpeccError: Keras refuses it.
    """
    with at_step("S601", "Keras refuses this object", span):
        if isinstance(config, str):
            return keras.activations.get(config)
        return keras.saving.deserialize_keras_object(copy.deepcopy(config), safe_mode=True)

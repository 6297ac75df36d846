"""One Keras object from a `keras:` document."""

from __future__ import annotations

import copy
from typing import Any

import keras

from specc import catalog
from specc.catalog import Kind
from specc.diagnostics import Span
from specc.keras_backend.failures import at_step

FUNCTIONS = (Kind.ACTIVATION, Kind.LOSS, Kind.METRIC)
"""The kinds of objects that may be functions."""


def build_object(config: Any, span: Span) -> Any:
    """A fresh object of its config.

    Args:
        config: As `keras_config.object_config` makes it: a dict, or a function's name.
        span: Where the object is written.

    Raises:
        SpeccError: Keras refuses it.
    """
    with at_step("S601", "Keras refuses this object", span):
        config = _function_config(config) if isinstance(config, str) else copy.deepcopy(config)
        return keras.saving.deserialize_keras_object(config, safe_mode=True)


def _function_config(name: str) -> Any:
    """What Keras writes for a function where it writes more than the name."""
    entry = next(found for kind in FUNCTIONS if (found := catalog.find(kind, name)))
    return {
        "module": entry.module,
        "class_name": "function",
        "config": entry.name,
        "registered_name": entry.name,
    }

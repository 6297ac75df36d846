"""One Keras object from a `keras:` document, or a layer from a `layer:` document."""

from __future__ import annotations

import copy
from typing import Any

import keras

from specc import catalog
from specc.catalog import Kind
from specc.diagnostics import Span
from specc.ir import DeclaredLayer
from specc.keras_backend.build import make_operation
from specc.keras_backend.failures import at_step
from specc.keras_config import DEFAULT_DTYPE, declared_config

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


def build_layer(declared: DeclaredLayer) -> Any:
    """A fresh layer that a spec declares, which has no weights before it is called."""
    name = catalog.snake_case(declared.name)
    return make_operation(declared_config(declared, name, DEFAULT_DTYPE))


def _function_config(name: str) -> Any:
    """What Keras writes for a function where it writes more than the name."""
    entry = next(found for kind in FUNCTIONS if (found := catalog.find(kind, name)))
    return {
        "module": entry.module,
        "class_name": "function",
        "config": entry.name,
        "registered_name": entry.name,
    }

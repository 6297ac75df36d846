"""Live Keras objects as plain configs."""

from __future__ import annotations

import json
from typing import Any, Final

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.config_scan import BASES
from specc.keras_backend.declared import SpecLayer, SpecModel

MODELS: Final = ("Functional", "Sequential")


def live_config(value: Any) -> tuple[dict[str, Any], bool]:
    """The config of a Keras object, as its file would have it, and whether it is a model.

    Raises:
        SpeccError: S520 if it is a model whose layers are joined in Python code.
        TypeError: it is no Keras object.
    """
    if not isinstance(value, BASES):
        raise TypeError(f"a Keras object is wanted, not a {type(value).__name__}")
    is_model = isinstance(value, keras.Model)
    written_here = isinstance(value, SpecLayer | SpecModel)  # their configs carry their specs
    if is_model and not written_here and type(value).__name__ not in MODELS:
        name = type(value).__name__
        message = f"the model `{value.name}` is a `{name}`: its layers are joined in Python code"
        help_ = "write it as a spec with `style: subclassed`, or import the models that it holds"
        raise SpeccError([Diagnostic("S520", message, help=help_)])
    config = keras.saving.serialize_keras_object(value)
    return json.loads(json.dumps(config)), is_model

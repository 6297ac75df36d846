"""Live Keras objects as plain configs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.importing.problems import SHARED
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
    if is_model and not written_here:
        _refuse_shared(value)
    config = keras.saving.serialize_keras_object(value)
    return json.loads(json.dumps(config)), is_model


def _refuse_shared(model: Any) -> None:
    """Ends the import if a layer with weights is part of two models: configs would make it two."""
    holders: dict[int, Any] = {}
    for holder, layer in _held(model):
        if holders.setdefault(id(layer), holder) is not holder and layer.weights:
            message = (
                f"the layer `{layer.name}` is in two models or wrappers, which share its weights"
            )
            raise SpeccError([Diagnostic("S525", message, help=SHARED)])


def _held(model: Any) -> Iterator[tuple[Any, Any]]:
    """The layers of a model, and those of models and wrappers inside, with what holds them."""
    seen = {id(model)}
    waiting = [model]
    while waiting:
        holder = waiting.pop()
        inner = holder.layers if type(holder).__name__ in MODELS else [holder.layer]
        for layer in inner:
            yield holder, layer
            holds = type(layer).__name__ in MODELS or isinstance(layer, keras.layers.Wrapper)
            if holds and id(layer) not in seen:
                seen.add(id(layer))
                waiting.append(layer)

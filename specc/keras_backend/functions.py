"""Definitions of a spec where Keras wants a function of tensors: activations, losses, metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import keras

from specc.keras_backend.declared_state import DeclaredState
from specc.keras_backend.python import TrustedBefore
from specc.passes.expand import layer_text

POLICY = "float32"
"""A function has no weights, and computes in the dtype of what it is given."""


@keras.saving.register_keras_serializable(package="specc", name="SpecFunction")
class SpecFunction:
    """A function of tensors that a spec defines.

    Args:
        layer: The definition's name.
        spec: The texts that define it.
        params: The values of its parameters.
    """

    def __init__(self, layer: str, spec: Mapping[str, str], params: Mapping[str, Any]) -> None:
        text = layer_text(layer, spec, TrustedBefore())
        self.__name__ = layer
        self.__doc__ = text.doc
        self.name = layer
        self.built = True
        self.dtype_policy = keras.dtype_policies.get(POLICY)
        self._config = {"layer": layer, "spec": dict(spec), "params": dict(params)}
        self._state = DeclaredState(self, text.with_params(params, POLICY))

    def __call__(self, *tensors: Any) -> Any:
        """The function's value."""
        return self._state.program(tensors, False)(self, self._state.parts, *tensors)

    def get_config(self) -> dict[str, Any]:
        """The text, and the values of its parameters."""
        return json.loads(json.dumps(self._config))  # type: ignore[no-any-return]  # a dict again

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> SpecFunction:
        """A function of its config.

        Raises:
            SpeccError: its text is wrong.
        """
        return cls(**config)

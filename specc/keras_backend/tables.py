"""Vocabularies of lookup layers, as variables that hold texts.

Keras keeps them in tables that are no variables, and in a `.keras` as text files beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.failures import first_words
from specc.weights.dtypes import STRING

if TYPE_CHECKING:
    import numpy as np

LOOKUPS: Final = (
    keras.layers.StringLookup,
    keras.layers.IntegerLookup,
    keras.layers.TextVectorization,
)


class Vocabulary:
    """The vocabulary of a layer, with what specc asks of variables.

    As in Keras's files it begins with the words for nothing and for what is unknown, and numbers
    are their decimal digits.
    """

    dtype = STRING
    trainable = False

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self.path = f"{layer.name}/vocabulary"

    @property
    def shape(self) -> tuple[int, ...]:
        """How many words it has."""
        return self.value.shape

    @property
    def value(self) -> np.ndarray:
        """The words, in bytes."""
        import numpy as np

        words = self._layer.get_vocabulary()
        table = np.empty(len(words), object)
        table[:] = [str(word).encode() for word in words]
        return table

    def assign(self, value: np.ndarray) -> None:
        """Takes other words.

        Raises:
            SpeccError: S923 if Keras refuses them.
        """
        if list(value) == list(self.value):
            return
        try:
            words: list[Any] = [bytes(word).decode() for word in value]
            if isinstance(self._layer, keras.layers.IntegerLookup):
                words = [int(word) for word in words]
            self._layer.set_vocabulary(words)
        except ValueError as error:
            message = f"`{self._layer.name}` can't have this vocabulary: {first_words(error)}"
            raise SpeccError([Diagnostic("S923", message)]) from error


def vocabulary_of(layer: Any) -> Vocabulary | None:
    """The vocabulary of a lookup layer; None of other layers, and of one whose config has it."""
    if not isinstance(layer, LOOKUPS) or layer.get_config()["vocabulary"] is not None:
        return None
    return Vocabulary(layer)

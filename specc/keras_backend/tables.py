"""Vocabularies of lookup layers as variables that hold texts, and the weights of their words.

Keras keeps them in tables that are no variables, and in a `.keras` as text files beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import keras

from specc.catalog.tables.lookups import IDF_WEIGHTS, TF_IDF, VOCABULARY
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.failures import first_words
from specc.keras_backend.private import lookup_of
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
        self.path = f"{layer.name}/{VOCABULARY}"

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
        import numpy as np

        if list(value) == list(self.value):
            return
        try:
            words: list[Any] = [bytes(word).decode() for word in value]
            if isinstance(self._layer, keras.layers.IntegerLookup):
                words = [int(word) for word in words]
            options = {"idf_weights": np.ones(len(words))} if _weighs(self._layer) else {}
            self._layer.set_vocabulary(words, **options)
        except ValueError as error:
            message = f"`{self._layer.name}` can't have this vocabulary: {first_words(error)}"
            raise SpeccError([Diagnostic("S923", message)]) from error


class IdfWeights:
    """The inverse document frequencies of a layer's words, with what specc asks of variables.

    They are as many as the layer's outputs: one for each word, zeros up to `max_tokens` if it pads.
    """

    dtype = "float32"
    trainable = False

    def __init__(self, layer: Any) -> None:
        self._layer = lookup_of(layer)
        self.path = f"{layer.name}/{IDF_WEIGHTS}"

    @property
    def shape(self) -> tuple[int, ...]:
        """How many they are; none before the layer has words."""
        return self.value.shape

    @property
    def value(self) -> np.ndarray:
        """The weights."""
        import numpy as np

        found = getattr(self._layer, IDF_WEIGHTS, None)
        return np.zeros(0, "float32") if found is None else np.asarray(found, "float32")

    def assign(self, value: Any) -> None:
        """Takes other weights, for the words that the layer has.

        Raises:
            SpeccError: S923 if they aren't as many as the words.
        """
        import tensorflow as tf

        layer, count = self._layer, len(value)
        if not count:
            for name in {IDF_WEIGHTS, f"{IDF_WEIGHTS}_const"} & vars(layer).keys():
                delattr(layer, name)
            return
        pads = layer.pad_to_max_tokens and layer.max_tokens is not None
        words = layer.max_tokens if pads else layer.vocabulary_size()
        if count != words:
            message = f"`{self.path}` has {count} weights for {words} words"
            raise SpeccError([Diagnostic("S923", message)])
        layer.idf_weights = tf.Variable(value, trainable=False)
        layer.idf_weights_const = layer.idf_weights.value()


Table = Vocabulary | IdfWeights


def tables_of(layer: Any) -> Iterator[tuple[str, Table]]:
    """What a lookup layer has in place of variables, by name; nothing if its config has it.

    The words come first: giving a layer other words takes its weights away.
    """
    if not isinstance(layer, LOOKUPS) or layer.get_config()[VOCABULARY] is not None:
        return
    yield VOCABULARY, Vocabulary(layer)
    if _weighs(layer):
        yield IDF_WEIGHTS, IdfWeights(layer)


def _weighs(layer: Any) -> bool:
    return bool(lookup_of(layer).output_mode == TF_IDF)

"""Attention over the words of a text (Yang et al., 2016), as such layers are written for Keras."""

from __future__ import annotations

import keras
from keras import layers, ops


class AttentionPooling(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.supports_masking = True

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="glorot_uniform"
        )  # fmt: skip
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.u = self.add_weight(shape=(self.units,), initializer="glorot_uniform")

    def call(self, x, mask=None):
        scores = ops.matmul(ops.tanh(ops.matmul(x, self.w) + self.b), self.u)
        if mask is not None:
            scores = ops.where(mask, scores, -1e9)
        weights = ops.softmax(scores, axis=1)
        return ops.sum(ops.expand_dims(weights, -1) * x, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


class AttentionClassifier(keras.Model):
    def __init__(self, vocabulary, width, units, classes=5):
        super().__init__()
        self.embedding = layers.Embedding(vocabulary, width, mask_zero=True)
        self.reader = layers.Bidirectional(layers.GRU(units, return_sequences=True))
        self.pooling = AttentionPooling(2 * units)
        self.head = layers.Dense(classes, activation="softmax")

    def call(self, tokens):
        return self.head(self.pooling(self.reader(self.embedding(tokens))))

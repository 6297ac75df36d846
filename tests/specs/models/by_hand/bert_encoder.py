"""BERT's encoder after KerasHub's BertBackbone, as a subclassed model that guesses tokens too.

https://keras.io/keras_hub/api/models/bert/bert_backbone/
"""

from __future__ import annotations

import keras
from keras import layers, ops


class PositionEmbedding(layers.Layer):
    def __init__(self, sequence_length):
        super().__init__()
        self.sequence_length = sequence_length

    def build(self, inputs_shape):
        self.position_embeddings = self.add_weight(
            shape=(self.sequence_length, inputs_shape[-1]),
            initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        )

    def call(self, inputs):
        shape = ops.shape(inputs)
        return ops.broadcast_to(self.position_embeddings[: shape[1], :], shape)


class TransformerEncoder(layers.Layer):
    def __init__(self, width, hidden, heads, rate):
        super().__init__()
        self.attention = layers.MultiHeadAttention(heads, width // heads, dropout=rate)
        self.attention_dropout = layers.Dropout(rate)
        self.attention_norm = layers.LayerNormalization(epsilon=1e-12)
        self.widen = layers.Dense(hidden)
        self.narrow = layers.Dense(width)
        self.dropout = layers.Dropout(rate)
        self.output_norm = layers.LayerNormalization(epsilon=1e-12)

    def call(self, inputs, padding_mask=None):
        mask = None
        if padding_mask is not None:
            mask = ops.expand_dims(ops.cast(padding_mask, "bool"), axis=1)
        x = self.attention(inputs, inputs, attention_mask=mask)
        x = self.attention_norm(inputs + self.attention_dropout(x))
        residual = x
        x = self.narrow(keras.activations.gelu(self.widen(x), approximate=True))
        return self.output_norm(residual + self.dropout(x))


class BertEncoder(keras.Model):
    def __init__(self, *, vocabulary, width, depth, heads, length, tied=True, rate=0.1):
        super().__init__()
        self.tied = tied
        self.token_embedding = layers.Embedding(vocabulary, width)
        self.position_embedding = PositionEmbedding(length)
        self.segment_embedding = layers.Embedding(2, width)
        self.embeddings_norm = layers.LayerNormalization(epsilon=1e-12)
        self.embeddings_dropout = layers.Dropout(rate)
        self.layer = [TransformerEncoder(width, 4 * width, heads, rate) for _ in range(depth)]
        self.pooled_dense = layers.Dense(width, activation="tanh")
        if tied:
            self.guess_bias = self.add_weight(shape=(vocabulary,), initializer="zeros")
        else:
            self.guess = layers.Dense(vocabulary)

    def call(self, inputs):
        tokens = self.token_embedding(inputs["token_ids"])
        segments = self.segment_embedding(inputs["segment_ids"])
        x = tokens + self.position_embedding(tokens) + segments
        x = self.embeddings_dropout(self.embeddings_norm(x))
        encoder_outputs = []
        for layer in self.layer:
            x = layer(x, padding_mask=inputs["padding_mask"])
            encoder_outputs.append(x)
        if self.tied:
            table = ops.transpose(self.token_embedding.embeddings)
            logits = ops.matmul(x, table) + self.guess_bias
        else:
            logits = self.guess(x)
        return {
            "sequence_output": x,
            "pooled_output": self.pooled_dense(x[:, 0, :]),
            "encoder_outputs": encoder_outputs,
            "logits": logits,
        }

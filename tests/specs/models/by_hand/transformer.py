"""The Transformer of TensorFlow's tutorial, in Keras 3. https://www.tensorflow.org/text/tutorials/transformer."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops


def positional_encoding(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angles = positions * (1 / (10000**depths))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1).astype("float32")


class MaskedLayer(layers.Layer):
    """Keras 3 warns of a layer that a mask reaches, unless it says that it takes masks."""

    def __init__(self):
        super().__init__()
        self.supports_masking = True


class PositionalEmbedding(MaskedLayer):
    def __init__(self, vocabulary, width, length):
        super().__init__()
        self.width = width
        self.embedding = layers.Embedding(vocabulary, width, mask_zero=True)
        self.pos_encoding = positional_encoding(length, width)

    def compute_mask(self, *args, **kwargs):
        return self.embedding.compute_mask(*args, **kwargs)

    def call(self, x):
        length = ops.shape(x)[1]
        x = self.embedding(x)
        x = x * self.width**0.5
        return x + self.pos_encoding[np.newaxis, :length, :]


class BaseAttention(MaskedLayer):
    def __init__(self, **kwargs):
        super().__init__()
        self.mha = layers.MultiHeadAttention(**kwargs)
        self.norm = layers.LayerNormalization()
        self.add = layers.Add()


class CrossAttention(BaseAttention):
    def call(self, x, context):
        return self.norm(self.add([x, self.mha(query=x, key=context, value=context)]))


class GlobalSelfAttention(BaseAttention):
    def call(self, x):
        return self.norm(self.add([x, self.mha(query=x, value=x, key=x)]))


class CausalSelfAttention(BaseAttention):
    def call(self, x):
        output = self.mha(query=x, value=x, key=x, use_causal_mask=True)
        return self.norm(self.add([x, output]))


class FeedForward(MaskedLayer):
    def __init__(self, width, hidden, rate):
        super().__init__()
        self.widen = layers.Dense(hidden, activation="relu")
        self.narrow = layers.Dense(width)
        self.dropout = layers.Dropout(rate)
        self.add = layers.Add()
        self.norm = layers.LayerNormalization()

    def call(self, x):
        return self.norm(self.add([x, self.dropout(self.narrow(self.widen(x)))]))


class EncoderLayer(MaskedLayer):
    def __init__(self, width, heads, hidden, rate):
        super().__init__()
        self.attention = GlobalSelfAttention(num_heads=heads, key_dim=width, dropout=rate)
        self.feed_forward = FeedForward(width, hidden, rate)

    def call(self, x):
        return self.feed_forward(self.attention(x))


class Encoder(MaskedLayer):
    def __init__(self, depth, width, heads, hidden, vocabulary, rate, length):
        super().__init__()
        self.embedding = PositionalEmbedding(vocabulary, width, length)
        self.blocks = [EncoderLayer(width, heads, hidden, rate) for _ in range(depth)]
        self.dropout = layers.Dropout(rate)

    def call(self, x):
        x = self.dropout(self.embedding(x))
        for block in self.blocks:
            x = block(x)
        return x


class DecoderLayer(MaskedLayer):
    def __init__(self, width, heads, hidden, rate):
        super().__init__()
        attention = {"num_heads": heads, "key_dim": width, "dropout": rate}
        self.causal_attention = CausalSelfAttention(**attention)
        self.cross_attention = CrossAttention(**attention)
        self.feed_forward = FeedForward(width, hidden, rate)

    def call(self, x, context):
        x = self.causal_attention(x=x)
        x = self.cross_attention(x=x, context=context)
        return self.feed_forward(x)


class Decoder(MaskedLayer):
    def __init__(self, depth, width, heads, hidden, vocabulary, rate, length):
        super().__init__()
        self.embedding = PositionalEmbedding(vocabulary, width, length)
        self.dropout = layers.Dropout(rate)
        self.blocks = [DecoderLayer(width, heads, hidden, rate) for _ in range(depth)]

    def call(self, x, context):
        x = self.dropout(self.embedding(x))
        for block in self.blocks:
            x = block(x, context)
        return x


class Transformer(keras.Model):
    def __init__(
        self, *, depth, width, heads, hidden, source_vocabulary, target_vocabulary, rate, length
    ):
        super().__init__()
        self.encoder = Encoder(depth, width, heads, hidden, source_vocabulary, rate, length)
        self.decoder = Decoder(depth, width, heads, hidden, target_vocabulary, rate, length)
        self.logits = layers.Dense(target_vocabulary)

    def call(self, inputs, training=None):
        context, x = inputs
        context = self.encoder(context)
        logits = self.logits(self.decoder(x, context))
        logits._keras_mask = None  # so that it doesn't scale losses and metrics
        return logits


def masked_loss(label, pred):
    mask = label != 0
    loss = ops.sparse_categorical_crossentropy(label, pred, from_logits=True)
    mask = ops.cast(mask, loss.dtype)
    return ops.sum(loss * mask) / ops.sum(mask)

"""Image classification with Swin Transformers of keras.io, in Keras 3.

https://keras.io/examples/vision/swin_transformers/
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops


def window_partition(x, window_size):
    _, height, width, channels = x.shape
    x = ops.reshape(
        x,
        (-1, height // window_size, window_size, width // window_size, window_size, channels),
    )
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, window_size, window_size, channels))


def window_reverse(windows, window_size, height, width, channels):
    x = ops.reshape(
        windows,
        (-1, height // window_size, width // window_size, window_size, window_size, channels),
    )
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height, width, channels))


class DropPath(layers.Layer):
    def __init__(self, drop_prob):
        super().__init__()
        self.drop_prob = drop_prob
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x, training=False):
        if not training:
            return x
        shape = (ops.shape(x)[0],) + (1,) * (len(x.shape) - 1)
        random = (1 - self.drop_prob) + keras.random.uniform(shape, seed=self.seed_generator)
        return ops.divide(x, 1 - self.drop_prob) * ops.floor(random)


class Mlp(layers.Layer):
    def __init__(self, filter_num, drop):
        super().__init__()
        self.net = keras.Sequential(
            [
                layers.Dense(filter_num[0], name="widen"),
                layers.Activation(keras.activations.gelu),
                layers.Dropout(drop, name="dropout1"),
                layers.Dense(filter_num[1], name="narrow"),
                layers.Dropout(drop, name="dropout2"),
            ]
        )

    def call(self, x):
        return self.net(x)


class WindowAttention(layers.Layer):
    def __init__(self, dim, window_size, num_heads, drop_rate):
        super().__init__()
        self.window_size = window_size
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5
        self.supports_masking = True  # else Keras warns of the `mask` that call() takes
        self.qkv = layers.Dense(dim * 3)
        self.dropout = layers.Dropout(drop_rate)
        self.proj = layers.Dense(dim)

    def build(self, input_shape):
        self.qkv.build(input_shape)
        self.proj.build(input_shape)
        elements = (2 * self.window_size[0] - 1) * (2 * self.window_size[1] - 1)
        self.relative_position_bias_table = self.add_weight(
            shape=(elements, self.num_heads), initializer="zeros"
        )
        coords = np.meshgrid(
            np.arange(self.window_size[0]), np.arange(self.window_size[1]), indexing="ij"
        )
        flat = np.stack(coords).reshape(2, -1)
        relative = flat[:, :, None] - flat[:, None, :]
        relative = relative.transpose([1, 2, 0])
        relative[:, :, 0] += self.window_size[0] - 1
        relative[:, :, 1] += self.window_size[1] - 1
        relative[:, :, 0] *= 2 * self.window_size[1] - 1
        index = relative.sum(-1)
        self.relative_position_index = self.add_weight(
            shape=index.shape,
            dtype="int32",
            initializer=lambda shape, dtype: ops.convert_to_tensor(index, dtype),
            trainable=False,
        )

    def call(self, x, mask=None):
        _, size, channels = x.shape
        x_qkv = self.qkv(x)
        x_qkv = ops.reshape(x_qkv, (-1, size, 3, self.num_heads, channels // self.num_heads))
        q, k, v = ops.unstack(ops.transpose(x_qkv, (2, 0, 3, 1, 4)))
        attn = (q * self.scale) @ ops.transpose(k, (0, 1, 3, 2))

        elements = self.window_size[0] * self.window_size[1]
        flat = ops.reshape(self.relative_position_index, (-1,))
        bias = ops.take(self.relative_position_bias_table, flat, axis=0)
        bias = ops.transpose(ops.reshape(bias, (elements, elements, -1)), (2, 0, 1))
        attn = attn + ops.expand_dims(bias, axis=0)
        if mask is not None:
            windows = mask.shape[0]
            mask = ops.cast(ops.expand_dims(ops.expand_dims(mask, axis=1), axis=0), "float32")
            attn = ops.reshape(attn, (-1, windows, self.num_heads, size, size)) + mask
            attn = ops.reshape(attn, (-1, self.num_heads, size, size))
        attn = self.dropout(keras.activations.softmax(attn, axis=-1))

        x = ops.reshape(ops.transpose(attn @ v, (0, 2, 1, 3)), (-1, size, channels))
        return self.dropout(self.proj(x))


class SwinTransformer(layers.Layer):
    def __init__(
        self, dim, num_patch, num_heads, window_size, shift_size, num_mlp, drop_rate, **kwargs
    ):
        super().__init__(**kwargs)
        self.num_patch = num_patch
        self.window_size = window_size
        self.shift_size = shift_size
        self.norm1 = layers.LayerNormalization(epsilon=1e-5)
        self.attn = WindowAttention(dim, (window_size, window_size), num_heads, drop_rate)
        self.drop_path = DropPath(drop_rate)
        self.norm2 = layers.LayerNormalization(epsilon=1e-5)
        self.mlp = Mlp([num_mlp, dim], drop_rate)

    def build(self, input_shape):
        self.attn_mask = None
        if self.shift_size > 0:
            height, width = self.num_patch
            slices = (
                slice(0, -self.window_size),
                slice(-self.window_size, -self.shift_size),
                slice(-self.shift_size, None),
            )
            mask_array = np.zeros((1, height, width, 1))
            count = 0
            for h in slices:
                for w in slices:
                    mask_array[:, h, w, :] = count
                    count += 1
            windows = window_partition(ops.convert_to_tensor(mask_array), self.window_size)
            windows = ops.reshape(windows, [-1, self.window_size * self.window_size])
            mask = ops.expand_dims(windows, axis=1) - ops.expand_dims(windows, axis=2)
            mask = np.where(np.asarray(mask) != 0, -100.0, 0.0)
            self.attn_mask = self.add_weight(
                shape=mask.shape,
                initializer=lambda shape, dtype: ops.convert_to_tensor(mask, dtype),
                trainable=False,
            )

    def call(self, x):
        height, width = self.num_patch
        channels = x.shape[-1]
        x_skip = x
        x = ops.reshape(self.norm1(x), (-1, height, width, channels))
        if self.shift_size > 0:
            x = ops.roll(x, shift=[-self.shift_size, -self.shift_size], axis=[1, 2])
        windows = window_partition(x, self.window_size)
        windows = ops.reshape(windows, (-1, self.window_size * self.window_size, channels))
        windows = self.attn(windows, mask=self.attn_mask)
        windows = ops.reshape(windows, (-1, self.window_size, self.window_size, channels))
        x = window_reverse(windows, self.window_size, height, width, channels)
        if self.shift_size > 0:
            x = ops.roll(x, shift=[self.shift_size, self.shift_size], axis=[1, 2])
        x = x_skip + self.drop_path(ops.reshape(x, (-1, height * width, channels)))
        return x + self.drop_path(self.mlp(self.norm2(x)))


class PatchExtract(layers.Layer):
    def __init__(self, patch_size):
        super().__init__()
        self.patch_size = patch_size

    def call(self, images):
        patches = ops.image.extract_patches(images, self.patch_size, padding="valid")
        return ops.reshape(patches, (-1, patches.shape[1] * patches.shape[2], patches.shape[3]))


class PatchEmbedding(layers.Layer):
    def __init__(self, num_patch, embed_dim, **kwargs):
        super().__init__(**kwargs)
        self.num_patch = num_patch
        self.proj = layers.Dense(embed_dim)
        self.pos_embed = layers.Embedding(input_dim=num_patch, output_dim=embed_dim)

    def call(self, patch):
        return self.proj(patch) + self.pos_embed(ops.arange(0, self.num_patch))


class PatchMerging(layers.Layer):
    def __init__(self, num_patch, embed_dim, **kwargs):
        super().__init__(**kwargs)
        self.num_patch = num_patch
        self.linear_trans = layers.Dense(2 * embed_dim, use_bias=False)

    def call(self, x):
        height, width = self.num_patch
        channels = x.shape[-1]
        x = ops.reshape(x, (-1, height, width, channels))
        x0 = x[:, 0::2, 0::2, :]
        x1 = x[:, 1::2, 0::2, :]
        x2 = x[:, 0::2, 1::2, :]
        x3 = x[:, 1::2, 1::2, :]
        x = ops.concatenate((x0, x1, x2, x3), axis=-1)
        x = ops.reshape(x, (-1, (height // 2) * (width // 2), 4 * channels))
        return self.linear_trans(x)


def swin(*, size, patch_size, width, heads, hidden, window_size, shift_size, rate, classes):
    across = size // patch_size
    inputs = layers.Input((size, size, 3))
    x = PatchExtract(patch_size)(inputs)
    x = PatchEmbedding(across * across, width, name="embedding")(x)
    for i, shift in enumerate([0, shift_size]):
        x = SwinTransformer(
            width, (across, across), heads, window_size, shift, hidden, rate,
            name=f"block{i}.swin",
        )(x)  # fmt: skip
    x = PatchMerging((across, across), width, name="merging")(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax", name="head")(x))

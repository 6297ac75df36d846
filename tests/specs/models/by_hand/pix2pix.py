"""Generator and discriminator of TensorFlow's pix2pix tutorial, in Keras 3.

The models say `training`, since Keras tells only those that it trains; their layers find it there.

https://www.tensorflow.org/tutorials/generative/pix2pix
"""

from __future__ import annotations

import keras
from keras import layers


def init():
    return keras.initializers.RandomNormal(0.0, 0.02)


def downsample(filters, norm=True):
    block = keras.Sequential()
    block.add(
        layers.Conv2D(
            filters, 4, strides=2, padding="same", kernel_initializer=init(), use_bias=False,
            name="conv",
        )
    )  # fmt: skip
    if norm:
        block.add(layers.BatchNormalization(name="bn"))
    block.add(layers.LeakyReLU(name="relu"))
    return block


def upsample(filters, dropout=False):
    block = keras.Sequential()
    block.add(
        layers.Conv2DTranspose(
            filters, 4, strides=2, padding="same", kernel_initializer=init(), use_bias=False,
            name="conv",
        )
    )  # fmt: skip
    block.add(layers.BatchNormalization(name="bn"))
    if dropout:
        block.add(layers.Dropout(0.5, name="dropped"))
    block.add(layers.ReLU(name="relu"))
    return block


class Generator(keras.Model):
    def __init__(self, down, up, dropouts=3, channels=3):
        super().__init__()
        self.down_stack = [downsample(filters, i > 0) for i, filters in enumerate(down)]
        self.up_stack = [upsample(filters, i < dropouts) for i, filters in enumerate(up)]
        self.last = layers.Conv2DTranspose(
            channels, 4, strides=2, padding="same", kernel_initializer=init(), activation="tanh"
        )

    def call(self, x, training=None):
        skips = []
        for down in self.down_stack:
            x = down(x)
            skips.append(x)
        for up, skip in zip(self.up_stack, reversed(skips[:-1]), strict=True):
            x = up(x)
            x = layers.Concatenate()([x, skip])
        return self.last(x)


class Discriminator(keras.Model):
    def __init__(self, widths, last):
        super().__init__()
        self.down_stack = [downsample(filters, i > 0) for i, filters in enumerate(widths)]
        self.conv = layers.Conv2D(last, 4, kernel_initializer=init(), use_bias=False)
        self.bn = layers.BatchNormalization()
        self.relu = layers.LeakyReLU()
        self.pad = layers.ZeroPadding2D()
        self.patches = layers.Conv2D(1, 4, kernel_initializer=init())

    def call(self, inputs, training=None):
        image, target = inputs
        x = keras.ops.concatenate([image, target], axis=-1)
        for down in self.down_stack:
            x = down(x)
        x = self.relu(self.bn(self.conv(self.pad(x))))
        return self.patches(self.pad(x))


def discriminator_loss(real, generated):
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return loss(keras.ops.ones_like(real), real) + loss(keras.ops.zeros_like(generated), generated)

"""The network of keras.io's DDIM, in Keras 3. https://keras.io/examples/generative/ddim/."""

from __future__ import annotations

import math

import keras
from keras import layers, ops


def sinusoidal_embedding(x, embedding_dims, embedding_max_frequency=1000.0):
    embedding_min_frequency = 1.0
    frequencies = ops.exp(
        ops.linspace(
            ops.log(embedding_min_frequency),
            ops.log(embedding_max_frequency),
            embedding_dims // 2,
        )
    )
    angular_speeds = ops.cast(2.0 * math.pi * frequencies, "float32")
    return ops.concatenate([ops.sin(angular_speeds * x), ops.cos(angular_speeds * x)], axis=3)


def residual_block(width, name):
    def apply(x):
        input_width = x.shape[3]
        if input_width == width:
            residual = x
        else:
            residual = layers.Conv2D(width, kernel_size=1, name=f"{name}.project")(x)
        x = layers.BatchNormalization(center=False, scale=False, name=f"{name}.norm")(x)
        x = layers.Conv2D(
            width, kernel_size=3, padding="same", activation="swish", name=f"{name}.conv1"
        )(x)
        x = layers.Conv2D(width, kernel_size=3, padding="same", name=f"{name}.conv2")(x)
        return layers.Add()([x, residual])

    return apply


def down_block(width, block_depth, name):
    def apply(x):
        x, skips = x
        for i in range(block_depth):
            x = residual_block(width, f"{name}.block{i}")(x)
            skips.append(x)
        return layers.AveragePooling2D(pool_size=2)(x)

    return apply


def up_block(width, block_depth, name):
    def apply(x):
        x, skips = x
        x = layers.UpSampling2D(size=2, interpolation="bilinear")(x)
        for i in range(block_depth):
            x = layers.Concatenate()([x, skips.pop()])
            x = residual_block(width, f"{name}.block{i}")(x)
        return x

    return apply


def get_network(image_size, widths, block_depth, embedding_dims):
    noisy_images = keras.Input(shape=(image_size, image_size, 3))
    noise_variances = keras.Input(shape=(1, 1, 1))
    e = layers.Lambda(
        lambda x: sinusoidal_embedding(x, embedding_dims), output_shape=(1, 1, embedding_dims)
    )(noise_variances)
    e = layers.UpSampling2D(size=image_size, interpolation="nearest")(e)
    x = layers.Conv2D(widths[0], kernel_size=1, name="first")(noisy_images)
    x = layers.Concatenate()([x, e])
    skips = []
    for i, width in enumerate(widths[:-1]):
        x = down_block(width, block_depth, f"down{i}")([x, skips])
    for i in range(block_depth):
        x = residual_block(widths[-1], f"middle{i}")(x)
    for i, width in reversed(list(enumerate(widths[:-1]))):
        x = up_block(width, block_depth, f"up{i}")([x, skips])
    x = layers.Conv2D(3, kernel_size=1, kernel_initializer="zeros", name="noise_out")(x)
    return keras.Model([noisy_images, noise_variances], x)

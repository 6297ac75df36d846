"""The (2+1)D residual network of TensorFlow's tutorial on video classification, in Keras 3.

Its `einops.rearrange` is two reshapes. https://www.tensorflow.org/tutorials/video/video_classification
"""

from __future__ import annotations

import keras
from keras import layers, ops


class Conv2Plus1D(layers.Layer):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        time, height, width = kernel_size
        self.seq = keras.Sequential(
            [
                layers.Conv3D(filters, (1, height, width), padding="same", name="space"),
                layers.Conv3D(filters, (time, 1, 1), padding="same", name="time"),
            ]
        )

    def call(self, x):
        return self.seq(x)


class ResidualMain(layers.Layer):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = Conv2Plus1D(filters, kernel_size)
        self.norm1 = layers.LayerNormalization()
        self.relu = layers.ReLU()
        self.conv2 = Conv2Plus1D(filters, kernel_size)
        self.norm2 = layers.LayerNormalization()

    def call(self, x):
        return self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))


class Project(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(units)
        self.norm = layers.LayerNormalization()

    def call(self, x):
        return self.norm(self.dense(x))


class ResizeVideo(layers.Layer):
    def __init__(self, height, width, **kwargs):
        super().__init__(**kwargs)
        self.height, self.width = height, width
        self.resizing = layers.Resizing(height, width)

    def call(self, video):
        _, t, h, w, c = video.shape
        images = self.resizing(ops.reshape(video, (-1, h, w, c)))
        return ops.reshape(images, (-1, t, self.height, self.width, c))


def add_residual_block(x, filters, name):
    out = ResidualMain(filters, (3, 3, 3), name=f"{name}.main")(x)
    shortcut = x
    if out.shape[-1] != x.shape[-1]:
        shortcut = Project(out.shape[-1], name=f"{name}.project")(x)
    return layers.add([shortcut, out])


def video_network(frames, height, width, widths, stem, classes=10, channels=3):
    inputs = keras.Input((frames, height, width, channels))
    x = Conv2Plus1D(widths[0], stem, name="stem_conv")(inputs)
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = ResizeVideo(height // 2, width // 2)(layers.ReLU()(x))
    for i, filters in enumerate(widths):
        x = add_residual_block(x, filters, f"stage{i}.block")
        if i + 1 < len(widths):
            x = ResizeVideo(height // 2 ** (i + 2), width // 2 ** (i + 2))(x)
    x = layers.Flatten()(layers.GlobalAveragePooling3D()(x))
    return keras.Model(inputs, layers.Dense(classes, name="head")(x))

"""Image classification with a vision transformer of keras.io.

https://keras.io/examples/vision/image_classification_with_vision_transformer/
"""

from __future__ import annotations

import keras
from keras import layers, ops


def mlp(x, hidden_units, dropout_rate, name):
    for i, units in enumerate(hidden_units):
        x = layers.Dense(
            units, activation=keras.activations.gelu, name=f"{name}.layer{i}.dense"
        )(x)  # fmt: skip
        x = layers.Dropout(dropout_rate, name=f"{name}.layer{i}.dropout")(x)
    return x


class Patches(layers.Layer):
    def __init__(self, patch_size):
        super().__init__()
        self.patch_size = patch_size

    def call(self, images):
        batch_size, height, width, channels = ops.shape(images)
        patches = ops.image.extract_patches(images, size=self.patch_size)
        return ops.reshape(
            patches,
            (
                batch_size,
                (height // self.patch_size) * (width // self.patch_size),
                self.patch_size * self.patch_size * channels,
            ),
        )


class PatchEncoder(layers.Layer):
    def __init__(self, num_patches, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.num_patches = num_patches
        self.projection = layers.Dense(units=projection_dim)
        self.position_embedding = layers.Embedding(input_dim=num_patches, output_dim=projection_dim)

    def call(self, patch):
        positions = ops.expand_dims(ops.arange(start=0, stop=self.num_patches, step=1), axis=0)
        return self.projection(patch) + self.position_embedding(positions)


def create_vit_classifier(
    *, shape, size, patch_size, projection_dim, heads, depth, head_units, classes
):
    hidden_dim = projection_dim * heads
    inputs = keras.Input(shape=shape)
    augmented = layers.Normalization(name="normalization")(inputs)
    augmented = layers.Resizing(size, size)(augmented)
    augmented = layers.RandomFlip("horizontal", name="flip")(augmented)
    augmented = layers.RandomRotation(factor=0.02, name="rotation")(augmented)
    augmented = layers.RandomZoom(height_factor=0.2, width_factor=0.2, name="zoom")(augmented)
    patches = Patches(patch_size)(augmented)
    encoded = PatchEncoder((size // patch_size) ** 2, hidden_dim, name="encoder")(patches)
    for i in range(depth):
        x1 = layers.LayerNormalization(epsilon=1e-6, name=f"block{i}.norm1")(encoded)
        attention_output = layers.MultiHeadAttention(
            num_heads=heads, key_dim=projection_dim, dropout=0.1, name=f"block{i}.attention"
        )(x1, x1)
        x2 = layers.Add()([attention_output, encoded])
        x3 = layers.LayerNormalization(epsilon=1e-6, name=f"block{i}.norm2")(x2)
        x3 = mlp(x3, [hidden_dim * 2, hidden_dim], 0.1, f"block{i}.mlp")
        encoded = layers.Add()([x3, x2])
    representation = layers.LayerNormalization(epsilon=1e-6, name="norm")(encoded)
    representation = layers.Flatten()(representation)
    representation = layers.Dropout(0.5, name="dropout")(representation)
    features = mlp(representation, head_units, 0.5, "features")
    return keras.Model(inputs, layers.Dense(classes, name="logits")(features))

"""The variational autoencoder of keras.io; its call gives what its `train_step` computes with.

https://keras.io/examples/generative/vae/
"""

from __future__ import annotations

import keras
from keras import layers, ops


class Sampling(layers.Layer):
    """Uses (z_mean, z_log_var) to sample z, the vector encoding a digit."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(shape=ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


def make_encoder(size, widths, features, latent_dim):
    inputs = keras.Input(shape=(size, size, 1))
    x = inputs
    for i, width in enumerate(widths):
        x = layers.Conv2D(
            width, 3, activation="relu", strides=2, padding="same", name=f"conv{i}.down"
        )(x)
    x = layers.Flatten()(x)
    x = layers.Dense(features, activation="relu", name="hidden")(x)
    z_mean = layers.Dense(latent_dim, name="z_mean")(x)
    z_log_var = layers.Dense(latent_dim, name="z_log_var")(x)
    z = Sampling(name="z")([z_mean, z_log_var])
    return keras.Model(inputs, [z_mean, z_log_var, z], name="encoder")


def make_decoder(size, widths, latent_dim):
    inputs = keras.Input(shape=(latent_dim,))
    x = layers.Dense((size // 4) ** 2 * widths[-1], activation="relu", name="hidden")(inputs)
    x = layers.Reshape((size // 4, size // 4, widths[-1]))(x)
    for i, width in enumerate(reversed(widths)):
        x = layers.Conv2DTranspose(
            width, 3, activation="relu", strides=2, padding="same", name=f"conv{i}.up"
        )(x)
    outputs = layers.Conv2DTranspose(
        1, 3, activation="sigmoid", padding="same", name="image"
    )(x)  # fmt: skip
    return keras.Model(inputs, outputs, name="decoder")


class VAE(keras.Model):
    def __init__(self, size, widths, features, latent_dim=2):
        super().__init__()
        self.encoder = make_encoder(size, widths, features, latent_dim)
        self.decoder = make_decoder(size, widths, latent_dim)

    def call(self, x):
        z_mean, z_log_var, z = self.encoder(x)
        reconstruction = self.decoder(z)
        kl_loss = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        self.add_loss(ops.mean(ops.sum(kl_loss, axis=1)))
        return {"z_mean": z_mean, "z_log_var": z_log_var, "reconstruction": reconstruction}

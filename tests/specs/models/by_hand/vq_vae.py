"""The VQ-VAE of keras.io, in Keras 3. https://keras.io/examples/generative/vq_vae/."""

from __future__ import annotations

import keras
from keras import layers, ops


class VectorQuantizer(layers.Layer):
    def __init__(self, num_embeddings, embedding_dim, beta=0.25):
        super().__init__()
        self.embedding_dim = embedding_dim
        self.num_embeddings = num_embeddings
        self.beta = beta
        self.embeddings = self.add_weight(
            shape=(embedding_dim, num_embeddings), initializer="random_uniform", trainable=True
        )

    def call(self, x):
        input_shape = ops.shape(x)
        flattened = ops.reshape(x, [-1, self.embedding_dim])
        encoding_indices = self.get_code_indices(flattened)
        encodings = ops.one_hot(encoding_indices, self.num_embeddings)
        quantized = ops.matmul(encodings, ops.transpose(self.embeddings))
        quantized = ops.reshape(quantized, input_shape)
        commitment_loss = ops.mean((ops.stop_gradient(quantized) - x) ** 2)
        codebook_loss = ops.mean((quantized - ops.stop_gradient(x)) ** 2)
        self.add_loss(self.beta * commitment_loss + codebook_loss)
        return x + ops.stop_gradient(quantized - x)

    def get_code_indices(self, flattened_inputs):
        similarity = ops.matmul(flattened_inputs, self.embeddings)
        distances = (
            ops.sum(flattened_inputs**2, axis=1, keepdims=True)
            + ops.sum(self.embeddings**2, axis=0)
            - 2 * similarity
        )
        return ops.argmin(distances, axis=1)


def get_encoder(widths, latent_dim):
    encoder = keras.Sequential(name="encoder")
    for i, filters in enumerate(widths):
        encoder.add(
            layers.Conv2D(
                filters, 3, activation="relu", strides=2, padding="same", name=f"shrink{i}.conv"
            )
        )
    encoder.add(layers.Conv2D(latent_dim, 1, padding="same", name="code"))
    return encoder


def get_decoder(widths, channels):
    decoder = keras.Sequential(name="decoder")
    for i, filters in enumerate(reversed(widths)):
        decoder.add(
            layers.Conv2DTranspose(
                filters, 3, activation="relu", strides=2, padding="same", name=f"grow{i}.conv"
            )
        )
    decoder.add(layers.Conv2DTranspose(channels, 3, padding="same", name="image"))
    return decoder


class VQVAE(keras.Model):
    def __init__(self, latent_dim, num_embeddings, widths, beta=0.25, channels=1):
        super().__init__()
        self.encoder = get_encoder(widths, latent_dim)
        self.quantizer = VectorQuantizer(num_embeddings, latent_dim, beta)
        self.decoder = get_decoder(widths, channels)

    def call(self, image, training=None):
        return self.decoder(self.quantizer(self.encoder(image)))

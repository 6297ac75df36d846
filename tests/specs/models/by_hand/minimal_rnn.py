"""The cell of Keras's documentation, and one of two states.

https://keras.io/api/layers/recurrent_layers/rnn/
"""

from __future__ import annotations

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("by_hand")  # `Bidirectional` makes it of its config
class MinimalRNNCell(keras.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, self.units), initializer="uniform", name="recurrent_kernel"
        )

    def call(self, inputs, states):
        prev_output = states[0]
        h = ops.matmul(inputs, self.kernel)
        output = h + ops.matmul(prev_output, self.recurrent_kernel)
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class PeepholeLSTMCell(keras.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = [units, units]

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, 4 * self.units), initializer="orthogonal"
        )
        self.peepholes = self.add_weight(shape=(3, self.units), initializer="uniform")
        self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros")

    def call(self, inputs, states):
        h, c = states
        z = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        z_i, z_f, z_g, z_o = ops.split(z, 4, axis=-1)
        i = ops.sigmoid(z_i + c * self.peepholes[0])
        f = ops.sigmoid(z_f + c * self.peepholes[1])
        c = f * c + i * ops.tanh(z_g)
        h = ops.sigmoid(z_o + c * self.peepholes[2]) * ops.tanh(c)
        return h, [h, c]


class Recurrent(keras.Model):
    def __init__(self, units, classes=4):
        super().__init__()
        self.peephole = layers.RNN(PeepholeLSTMCell(units), return_sequences=True)
        self.stacked = layers.RNN(
            [MinimalRNNCell(units), PeepholeLSTMCell(units // 2)], return_sequences=True
        )
        self.both_ways = layers.Bidirectional(layers.RNN(MinimalRNNCell(units)))
        self.head = layers.Dense(classes)

    def call(self, x):
        return self.head(self.both_ways(self.stacked(self.peephole(x))))

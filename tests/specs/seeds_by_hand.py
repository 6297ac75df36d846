"""The programs of the seed documents in Python, as they were meant, as far as Keras 3 lets them.

They stand here to be compared with the specs in `specs/seeds/`. What was mended: Keras 3 saves to
`.keras` files; an activation is deserialised once; no caller's dict is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tests.specs.seeds import (
    CUSTOM_MODELS,
    NON_SERIALIZABLE,
    SAVING_LAYERS,
    SUBCLASSED,
    TRAINABLE_ONLY,
)


class CustomLayer(keras.layers.Layer):
    """Of 000; with no activation of 003."""

    def __init__(self, units: int, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: Any) -> None:
        shape = (input_shape[-1], self.units)
        self.w = self.add_weight(shape=shape, initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs: Any) -> Any:
        return self.activation(tf.matmul(inputs, self.w) + self.b)


class MyCustomLayer(keras.layers.Layer):
    """Of 001."""

    def __init__(self, units: int = 32, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.w = self.add_weight(shape=(10, units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(units,), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        return tf.matmul(inputs, self.w) + self.b


class CustomDense(keras.layers.Layer):
    """Of 002."""

    def __init__(self, units: int, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: Any) -> None:
        shape = (input_shape[-1], self.units)
        self.w = self.add_weight(shape=shape, initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs: Any) -> Any:
        output = tf.matmul(inputs, self.w) + self.b
        if self.activation is not None:
            output = self.activation(output)
        return output


class MySubclassedModel(keras.Model):
    """Of 002."""

    def __init__(self, num_units: int, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense_1 = CustomDense(units=num_units, activation=activation)
        self.dense_2 = CustomDense(units=1)

    def call(self, inputs: Any) -> Any:
        x = self.dense_1(inputs)
        return self.dense_2(x)


class CustomBatchNormModel(keras.Model):
    """Of 002."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units=units)
        self.bn = keras.layers.BatchNormalization()

    def call(self, inputs: Any, training: bool = False) -> Any:
        x = self.dense(inputs)
        return self.bn(x, training=training)


class CustomVariableLayer(keras.layers.Layer):
    """Of 002."""

    def __init__(self, num_features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_features = num_features

    def build(self, input_shape: Any) -> None:
        shape = (self.num_features,)
        self.custom_var = self.add_weight(shape=shape, initializer="ones", trainable=True)

    def call(self, inputs: Any) -> Any:
        return inputs * self.custom_var


class CustomModelWithVariableLayer(keras.Model):
    """Of 002."""

    def __init__(self, num_features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.custom_layer = CustomVariableLayer(num_features=num_features)
        self.dense = keras.layers.Dense(units=1)

    def call(self, inputs: Any) -> Any:
        x = self.custom_layer(inputs)
        return self.dense(x)


class MyComplexModel:
    """Of 003: no Keras in it at all."""

    def __init__(self, input_shape: int, hidden_units: int, output_shape: int) -> None:
        self.w1 = tf.Variable(tf.random.normal(shape=(input_shape, hidden_units)), name="w1")
        self.b1 = tf.Variable(tf.zeros(shape=(hidden_units,)), name="b1")
        self.w2 = tf.Variable(tf.random.normal(shape=(hidden_units, output_shape)), name="w2")
        self.b2 = tf.Variable(tf.zeros(shape=(output_shape,)), name="b2")

    def forward(self, x: Any) -> Any:
        hidden = tf.matmul(x, self.w1) + self.b1
        return tf.matmul(hidden, self.w2) + self.b2

    def __call__(self, x: Any, training: bool = False) -> Any:
        return self.forward(x)


class MyModel(keras.Model):
    """Of 004."""

    def __init__(self) -> None:
        super().__init__()
        self.dense1 = keras.layers.Dense(64, activation="relu")
        self.dense2 = keras.layers.Dense(10)

    def call(self, inputs: Any) -> Any:
        x = self.dense1(inputs)
        return self.dense2(x)


class MyCustomLayerAdding(keras.layers.Layer):
    """`MyCustomLayer` of 004."""

    def __init__(self, some_parameter: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.some_parameter = some_parameter

    def call(self, inputs: Any) -> Any:
        return inputs + self.some_parameter


BY_HAND: dict[str, Callable[[], Any]] = {
    f"{SAVING_LAYERS}/dense": lambda: keras.layers.Dense(
        units=64, activation="relu", kernel_initializer="glorot_uniform"
    ),
    f"{SAVING_LAYERS}/conv2d": lambda: keras.layers.Conv2D(
        filters=32, kernel_size=(3, 3), activation="relu", padding="same"
    ),
    f"{SAVING_LAYERS}/custom_layer": lambda: CustomLayer(units=128, activation="relu"),
    f"{TRAINABLE_ONLY}/my_custom_layer": MyCustomLayer,
    f"{TRAINABLE_ONLY}/model": lambda: keras.Sequential([MyCustomLayer(name="my_custom_layer")]),
    f"{SUBCLASSED}/custom_dense": lambda: CustomDense(units=32, activation="relu"),
    f"{SUBCLASSED}/my_subclassed_model": lambda: MySubclassedModel(32, activation="relu"),
    f"{SUBCLASSED}/custom_batch_norm_model": lambda: CustomBatchNormModel(units=32),
    f"{SUBCLASSED}/custom_variable_layer": lambda: CustomVariableLayer(num_features=5),
    f"{SUBCLASSED}/custom_model_with_variable_layer": lambda: CustomModelWithVariableLayer(5),
    f"{NON_SERIALIZABLE}/custom_layer": lambda: CustomLayer(units=32),
    f"{NON_SERIALIZABLE}/model": lambda: keras.Sequential(
        [CustomLayer(units=64, name="custom_layer"), keras.layers.Dense(10, name="dense")]
    ),
    f"{NON_SERIALIZABLE}/my_complex_model": lambda: MyComplexModel(10, 64, 10),
    f"{CUSTOM_MODELS}/my_model": MyModel,
    f"{CUSTOM_MODELS}/my_custom_layer": lambda: MyCustomLayerAdding(some_parameter=5),
    f"{CUSTOM_MODELS}/custom_layer_model": lambda: keras.Sequential(
        [MyCustomLayerAdding(some_parameter=5, name="my_custom_layer")]
    ),
    f"{CUSTOM_MODELS}/adam": keras.optimizers.Adam,
}
"""What each spec is by hand."""

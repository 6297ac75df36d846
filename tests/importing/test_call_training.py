"""What a call says of `training` comes back, and what Keras writes by itself is left out."""

from __future__ import annotations

from collections.abc import Callable

import keras
import pytest
from keras.layers import BatchNormalization, Dense, Dropout, RandomFlip

import specc

Apply = Callable[[keras.KerasTensor], keras.KerasTensor]


def base() -> keras.Sequential:
    return keras.Sequential([keras.Input((4,)), Dense(4), BatchNormalization()], name="base")


def twice(make: Callable[[], keras.layers.Layer]) -> Apply:
    def apply(x: keras.KerasTensor) -> keras.KerasTensor:
        layer = make()
        return layer(layer(x, training=False), training=True)

    return apply


CALLS: dict[str, tuple[Apply, list[str]]] = {
    "a model": (lambda x: base()(x, training=False), ["args: {training: false}"]),
    "a model that trains": (lambda x: base()(x, training=True), ["args: {training: true}"]),
    "a model, twice": (twice(base), ["{training: false}", "training=True"]),
    "a layer": (lambda x: BatchNormalization()(x, training=False), ["args: {training: false}"]),
    "a layer, twice": (twice(lambda: Dropout(0.5)), ["training=True"]),
    "by default": (lambda x: Dropout(0.5)(BatchNormalization()(x)), []),
    "true by default": (lambda x: RandomFlip()(RandomFlip()(x), training=False), ["false}"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_training_of_a_call(name: str) -> None:
    apply, said = CALLS[name]
    inputs = keras.Input((8, 8, 3) if "default" in name and "true" in name else (4,))
    model = keras.Model(inputs, apply(inputs))
    spec = specc.from_keras(model)
    lines = [line for line in spec.to_yaml().splitlines() if "training" in line]
    assert len(lines) == len(said)
    assert all(text in line for text, line in zip(said, lines, strict=True))
    assert specc.compile(spec).get_config() == model.get_config()

"""Keras's settings of the process, kept away from what is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

FLOAT_TYPE = "float32"
IMAGE_FORMAT = "channels_last"
EPSILON = 1e-7


@contextmanager
def language_settings() -> Iterator[None]:
    """Within, Keras's settings are the language's, whatever a user's `keras.json` says.

    Configs say dtypes and image formats themselves; a few layers (StringLookup) ask the process all
    the same.
    """
    policy = keras.config.dtype_policy()
    saved = (keras.config.floatx(), keras.config.image_data_format(), keras.config.epsilon())
    try:
        _set(FLOAT_TYPE, IMAGE_FORMAT, EPSILON)
        keras.config.set_dtype_policy(FLOAT_TYPE)
        yield
    finally:
        _set(*saved)
        keras.config.set_dtype_policy(policy)


def _set(float_type: str, image_format: str, epsilon: float) -> None:
    keras.config.set_floatx(float_type)
    keras.config.set_image_data_format(image_format)
    keras.config.set_epsilon(epsilon)

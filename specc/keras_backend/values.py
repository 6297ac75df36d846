"""Arrays of weight files as values of Keras's variables, without a copy where that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

from specc.keras_backend.tables import IdfWeights, Vocabulary
from specc.weights.arrays import aligned_copy, is_aligned
from specc.weights.dtypes import NUMPY

if TYPE_CHECKING:
    import numpy as np


def as_value(array: np.ndarray) -> Any:
    """A tensor of the array's values, which may share its memory; nobody else may write to it.

    TensorFlow takes memory by DLPack if it starts on a 64-byte boundary, and ends the process
    at the first use if it doesn't. bfloat16 goes as integers of its width, float8 as a copy.
    """
    if array.dtype == object:  # texts, which Keras takes as they are
        return array
    if keras.backend.backend() != "tensorflow":
        return keras.ops.convert_to_tensor(array)
    import tensorflow as tf

    if not array.size:
        return tf.zeros(array.shape, array.dtype)
    safe = array if is_aligned(array) and array.flags.c_contiguous else aligned_copy(array)
    if array.dtype.name in NUMPY:
        return _shared(safe)
    if array.dtype.name == "bfloat16":
        return tf.bitcast(_shared(safe.view("uint16")), tf.bfloat16)
    return tf.convert_to_tensor(array)


def _shared(array: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


def as_array(variable: Any) -> np.ndarray:
    """A variable's value as it is now, in its own dtype; of a table, what it holds.

    It isn't to be written to: it may be the memory of the variable itself, which TensorFlow copies
    before it changes it, as long as somebody looks at it.
    """
    if isinstance(variable, Vocabulary | IdfWeights):
        return variable.value
    value = keras.ops.convert_to_tensor(variable.value)
    if keras.backend.backend() != "tensorflow":
        return keras.ops.convert_to_numpy(value)  # type: ignore[no-any-return]  # an array
    import numpy as np

    return np.asarray(value)

"""Calls of TensorFlow among layers, as tf-keras writes them: a program, as `tf_keras_outputs` is.

`python tf_functions.py FOLDER` writes `NAME.json` of a model for each of CALLS, and all inputs and
outputs in `arrays.npz`.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402 - warnings first
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402

NAMED_OF_ONE = [
    *("acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "erf", "exp"),
    *("expm1", "floor", "is_finite", "is_inf", "is_nan", "log", "log1p", "log_sigmoid"),
    *("reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh", "softplus", "softsign"),
    *("sqrt", "square", "tan", "tanh", "conj", "real", "imag", "abs", "negative"),
]
DOMAIN = {"acosh": tf.exp}  # elsewhere it is 0 to 1

CALLS = {
    **{
        f"math {name}": lambda x, y, name=name: getattr(tf.math, name)(
            DOMAIN.get(name, lambda each: each)(x)
        )
        for name in NAMED_OF_ONE
    },
    "add": lambda x, y: x + y,
    "subtract from a number": lambda x, y: 2.0 - x,
    "a negative number": lambda x, y: x * -2.0,
    "divide": lambda x, y: x / y,
    "math.divide": tf.math.divide,
    "floordiv": lambda x, y: x // 0.3,
    "floormod": lambda x, y: x % 0.3,
    "math.floordiv": lambda x, y: tf.math.floordiv(x, 0.3),
    "pow": lambda x, y: x**2,
    "scalar_mul": lambda x, y: tf.math.scalar_mul(2.0, x),
    "bias_add": lambda x, y: tf.nn.bias_add(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
    "greater": lambda x, y: x > 0.5,
    "greater_equal": lambda x, y: x >= y,
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= 0.5,
    "math.equal": tf.math.equal,
    "math.not_equal": tf.math.not_equal,
    "atan2": tf.math.atan2,
    "divide_no_nan": tf.math.divide_no_nan,
    "maximum": tf.maximum,
    "minimum": lambda x, y: tf.minimum(x, 0.5),
    "logical": lambda x, y: tf.logical_or(
        tf.logical_and(x > 0.2, y > 0.2), tf.math.logical_xor(x > 0.7, tf.logical_not(y > 0.7))
    ),
    "all and any": lambda x, y: tf.reduce_any(tf.reduce_all(x > 0.2, axis=1), axis=-1),
    "logsumexp": lambda x, y: tf.reduce_logsumexp(x, axis=1),
    "reduce_max": lambda x, y: tf.reduce_max(x, axis=-1, keepdims=True),
    "reduce_mean": lambda x, y: tf.reduce_mean(x, axis=[1, 2]),
    "reduce_min": lambda x, y: tf.reduce_min(x, 1),
    "reduce_prod": lambda x, y: tf.reduce_prod(x, axis=0),
    "reduce_std": lambda x, y: tf.math.reduce_std(x, axis=2),
    "reduce_sum": lambda x, y: tf.reduce_sum(x),
    "reduce_variance": lambda x, y: tf.math.reduce_variance(x, axis=2),
    "backend mean": lambda x, y: tf_keras.backend.mean(x, axis=1),
    "argmax": lambda x, y: tf.argmax(x, axis=-1),
    "argmax of the first axis": lambda x, y: tf.argmax(x),
    "argmin": lambda x, y: tf.argmin(x, axis=1),
    "cumsum": lambda x, y: tf.cumsum(x, axis=1),
    "cumprod": lambda x, y: tf.math.cumprod(x, axis=-1),
    "l2_normalize": lambda x, y: tf.math.l2_normalize(x, axis=-1),
    "squared_difference": tf.math.squared_difference,
    "top_k": lambda x, y: tf.math.top_k(x, 2)[0],
    "add_n": lambda x, y: tf.add_n([x, y, x]),
    "broadcast_to": lambda x, y: tf.broadcast_to(x, [2, 4, 6]),
    "cast": lambda x, y: tf.cast(x * 10.0, "int32"),
    "clip_by_value": lambda x, y: tf.clip_by_value(x, 0.2, 0.8),
    "gather": lambda x, y: tf.gather(x, [0, 2], axis=1),
    "norm": lambda x, y: tf.norm(x, axis=1),
    "pad": lambda x, y: tf.pad(x, [[0, 0], [1, 1], [0, 2]]),
    "pad with a number": lambda x, y: tf.pad(x, [[0, 0], [1, 1], [0, 2]], constant_values=3.0),
    "pad by reflection": lambda x, y: tf.pad(x, [[0, 0], [1, 1], [0, 2]], mode="REFLECT"),
    "squeeze": lambda x, y: tf.squeeze(tf.expand_dims(x, 1), 1),
    "transpose": lambda x, y: tf.transpose(x, [0, 2, 1]),
    "transpose all": lambda x, y: tf.transpose(x),
    "concat": lambda x, y: tf.concat([x, y], axis=-1),
    "expand_dims": lambda x, y: tf.expand_dims(x, axis=-1),
    "eye": lambda x, y: x @ tf.eye(tf.shape(x)[2]),
    "fill": lambda x, y: tf.fill([tf.shape(x)[0], 3], 2.0),
    "identity": lambda x, y: tf.identity(x),
    "diag_part": lambda x, y: tf.linalg.diag_part(x),
    "trace": lambda x, y: tf.linalg.trace(x),
    "depth_to_space": lambda x, y: tf.nn.depth_to_space(tf.reshape(x, [-1, 2, 3, 4]), 2),
    "space_to_depth": lambda x, y: tf.nn.space_to_depth(tf.reshape(x, [-1, 4, 6, 1]), 2),
    "elu": lambda x, y: tf.nn.elu(x - 0.5),
    "gelu": lambda x, y: tf.nn.gelu(x - 0.5),
    "gelu, approximate": lambda x, y: tf.nn.gelu(x - 0.5, approximate=True),
    "leaky_relu": lambda x, y: tf.nn.leaky_relu(x - 0.5),
    "leaky_relu with a slope": lambda x, y: tf.nn.leaky_relu(x - 0.5, alpha=0.3),
    "log_softmax": lambda x, y: tf.nn.log_softmax(x),
    "moments": lambda x, y: tf.nn.moments(x, axes=[1])[1],
    "relu": lambda x, y: tf.nn.relu(x - 0.5),
    "relu6": lambda x, y: tf.nn.relu6(x * 10.0),
    "selu": lambda x, y: tf.nn.selu(x - 0.5),
    "silu": lambda x, y: tf.nn.silu(x - 0.5),
    "softmax": lambda x, y: tf.nn.softmax(x, axis=1),
    "one_hot": lambda x, y: tf.one_hot(tf.cast(x * 3.0, tf.int32), 3),
    "ones_like": lambda x, y: x + tf.ones_like(x),
    "zeros_like": lambda x, y: x + tf.zeros_like(x),
    "repeat": lambda x, y: tf.repeat(x, 2, axis=1),
    "reshape": lambda x, y: tf.reshape(x, [-1, 24]),
    "reshape by a shape": lambda x, y: tf.reshape(x, (tf.shape(x)[0], 24)),
    "reverse": lambda x, y: tf.reverse(x, [1]),
    "roll": lambda x, y: tf.roll(x, 1, axis=1),
    "sort": lambda x, y: tf.sort(x, axis=-1),
    "stack": lambda x, y: tf.stack([x, y], axis=1),
    "stop_gradient": lambda x, y: tf.stop_gradient(x),
    "tensordot": lambda x, y: tf.tensordot(x, tf.ones((6, 2)), axes=[[2], [0]]),
    "tile": lambda x, y: tf.tile(x, [1, 2, 1]),
    "unstack": lambda x, y: tf.unstack(x, axis=1)[2],
    "where": lambda x, y: tf.where(x > 0.5, x, y),
    "matmul": lambda x, y: x @ tf.transpose(y, [0, 2, 1]),
    "matmul transposed": lambda x, y: tf.matmul(x, y, transpose_b=True),
    "split": lambda x, y: tf.split(x, 2, axis=-1)[1],
    "split by sizes": lambda x, y: tf.split(x, [1, 2, 3], axis=-1)[1],
    "slice": lambda x, y: tf.slice(x, [0, 1, 2], [-1, 2, 3]),
    "strided_slice": lambda x, y: tf.strided_slice(x, [0, 0, 1], [2, 4, 6], [1, 2, 1]),
    "getitem": lambda x, y: x[:, 1:3],
    "getitem with new axes": lambda x, y: x[:, None, ::2, ...],
    "getitem at the end": lambda x, y: x[..., 0],
    "an array": lambda x, y: x[:, :, :2] * tf.constant([1.0, 2.0]),
    "image.resize": lambda x, y: tf.image.resize(tf.expand_dims(x, -1), (8, 3)),
    "image.resize to the nearest": lambda x, y: tf.image.resize(
        tf.expand_dims(x, -1), (8, 3), method="nearest"
    ),
    "a chain": lambda x, y: tf.nn.relu(x - y) * tf.expand_dims(tf.reduce_mean(x, axis=2), -1),
}


def main(folder: Path) -> None:
    x, y = np.random.default_rng(1).uniform(0.01, 0.99, (2, 2, 4, 6)).astype("float32")
    arrays = {"x": x, "y": y}
    for name, call in CALLS.items():
        tf_keras.backend.clear_session()
        inputs = [tf_keras.Input((4, 6), name="x"), tf_keras.Input((4, 6), name="y")]
        model = tf_keras.Model(inputs, call(*inputs))
        (folder / f"{name}.json").write_text(model.to_json())
        arrays[f"out {name}"] = np.asarray(model([x, y]))
    np.savez(folder / "arrays.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

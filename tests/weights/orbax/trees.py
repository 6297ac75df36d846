"""What the checkpoints of this folder hold."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

TREE: dict[str, Any] = {
    "params": {
        "dense": {"kernel": np.arange(6, dtype="float32").reshape(2, 3)},
        "list": [np.ones(2, ml_dtypes.bfloat16), np.array(3, "int64")],
        "with.dot": np.ones((2, 2), "int8"),
        "a/b": np.full((1, 3), np.nan, "float16"),
    },
    "step": 7,
    "name": "hello",
    "nothing": None,
    "float8": np.ones(3, ml_dtypes.float8_e4m3fn),
    "bool": np.array([True, False]),
    "int4": np.arange(3).astype(ml_dtypes.int4),
    "complex": np.ones(2, "complex64"),
    "seed": np.array([2**32 - 1], "uint32"),
    "zeros": np.zeros((3, 4), "float32"),
}
"""Every kind of leaf."""

SIMPLE: dict[str, Any] = {
    "params": {
        "kernel": np.arange(24, dtype="float32").reshape(4, 6),
        "half": np.arange(24).reshape(4, 6).astype(ml_dtypes.bfloat16),
        "bias": np.arange(6, dtype="float32"),
    },
    "opt": [np.array(3, "int32"), {"mu": np.ones((4, 6), "float32")}],
    "step": 7,
}
"""What every version can write; the matrices may be in pieces."""

_SHAPES = {
    "hidden.kernel": (4, 3),
    "hidden.bias": (3,),
    "norm.gamma": (3,),
    "norm.beta": (3,),
    "norm.moving_mean": (3,),
    "norm.moving_variance": (3,),
    "head.kernel": (3, 2),
    "head.bias": (2,),
}
KERAS = {
    key: (np.arange(np.prod(shape), dtype="float32") + place).reshape(shape)
    for place, (key, shape) in enumerate(_SHAPES.items())
}
"""The variables of Keras's model, by slot."""

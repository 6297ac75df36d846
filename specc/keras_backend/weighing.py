"""How much variables hold, and the shapes of what a layer gives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import keras

from specc.ir.summary import Shape, Weights
from specc.passes.summary import bits


def shapes_of(result: Any) -> tuple[Shape, ...]:
    """The shapes of a call's outputs."""
    return tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(result))


def count_weights(variables: Iterable[Any]) -> Weights:
    """How many numbers variables hold, and what they take."""
    numbers = {True: 0, False: 0}
    size: Counter[str] = Counter()
    for variable in variables:
        count = math.prod(variable.shape)
        dtype = keras.backend.standardize_dtype(variable.dtype)
        numbers[bool(variable.trainable)] += count
        size[dtype] += math.ceil(count * bits(dtype) / 8)
    return Weights(numbers[True], numbers[False], dict(size))

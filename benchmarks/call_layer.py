"""An eager call of a declared layer, against the same class by hand."""

from __future__ import annotations

from typing import Any

from benchmarks.clock import interleaved
from benchmarks.result import Result

SPEC = """specc: 1
model: m
style: subclassed
inputs: {x: {shape: [64]}}
define:
  Affine:
    params: {units: int}
    inputs: [x]
    weights: {w: {shape: "=[x.shape[-1], units]"}, b: {shape: [=units], initializer: zeros}}
    body: relu(x @ w + b)
layers: {affine: {Affine: {units: 64}}}
body: affine(x)
"""
PROMISE = 1.25
CALLS = 200
"""Calls that are timed at once: one takes less than a millisecond."""


def run(rounds: int) -> list[Result]:
    """Both on the same tensor, in one process, by turns."""
    import keras

    import specc

    class Affine(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
        def __init__(self, units: int) -> None:
            super().__init__()
            self.units = units

        def build(self, shape: Any) -> None:
            self.w = self.add_weight(shape=(shape[-1], self.units))
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x: Any) -> Any:
            return keras.ops.relu(keras.ops.matmul(x, self.w) + self.b)

    declared = specc.compile(specc.loads(SPEC), seed=1).affine
    by_hand, x = Affine(64), keras.ops.ones((8, 64))

    def repeated(layer: Any) -> Any:
        layer(x)
        return lambda: [layer(x) for _ in range(CALLS)]

    pair = interleaved(repeated(declared), repeated(by_hand), rounds)
    parts = pair.parts(f"{CALLS} calls, specc", "by hand")
    return [Result("eager call of a declared layer / by hand", pair.ratio, PROMISE, parts=parts)]

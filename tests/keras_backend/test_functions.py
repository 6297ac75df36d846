"""Lowercase definitions where Keras wants a function of tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc

SPEC = """specc: 1
model: m
inputs: {x: {shape: [10]}}
define:
  swish: {params: {beta: 1.0}, inputs: [x], body: x * sigmoid(beta * x)}
  distance: {inputs: [y, p], body: "mean(abs(y - p), axis=-1)"}
  Block: {params: {act: {type: activation, default: relu}}, inputs: [x], body: act(x) + 1}
body:
  - {Dense: {units: 3, activation: swish}, name: a}
  - {Dense: {units: 3, activation: {swish: {beta: 2.0}}}, name: b}
  - {Block: {act: swish}, name: c}
training: {optimizer: sgd, loss: distance, metrics: [distance]}
"""
X = np.random.default_rng(0).random((4, 10), np.float32)
Y = np.ones((4, 3), np.float32)


def swish(x: Any, beta: float) -> Any:
    return x / (1 + np.exp(-beta * x))


def test_activations_losses_and_metrics(keras: Any, tmp_path: Path) -> None:
    model = specc.compile(specc.loads(SPEC), seed=1)
    w, b, v, c = model.get_weights()
    expected = swish(swish(swish(X @ w + b, 1) @ v + c, 2), 1) + 1
    found = model.predict(X, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    loss, metric = model.evaluate(X, Y, verbose=0)
    assert loss == pytest.approx(np.abs(Y - expected).mean(), abs=1e-6)
    assert metric == pytest.approx(loss)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict(X, verbose=0), found)
    assert again.evaluate(X, Y, verbose=0) == [loss, metric]


@pytest.mark.parametrize(
    "definition",
    [
        "{inputs: [x, y], body: x + y}",
        "{inputs: [x], layers: {d: {Dense: {units: 3}}}, body: d(x)}",
        "{inputs: [x], weights: {w: {shape: []}}, body: x * w}",
    ],
    ids=["two inputs", "a layer", "a weight"],
)
def test_what_can_be_no_activation(definition: str) -> None:
    text = SPEC.replace(
        "{params: {beta: 1.0}, inputs: [x], body: x * sigmoid(beta * x)}", definition
    )
    text = text.replace("{swish: {beta: 2.0}}", "relu").replace("act: swish", "act: relu")
    with pytest.raises(specc.SpeccError, match="S415"):
        specc.loads(text)

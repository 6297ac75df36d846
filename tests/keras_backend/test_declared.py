"""Declared layers and subclassed models, against what they would be by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

import specc

CUSTOM_DENSE = """
define:
  CustomDense:
    params: {units: int, activation: {type: activation, default: linear}}
    inputs: [x]
    weights:
      w: {shape: "=[x.shape[-1], units]", initializer: random_normal}
      b: {shape: [=units], initializer: zeros}
    body: activation(matmul(x, w) + b)
"""
FUNCTIONAL = f"""specc: 1
model: m
inputs: {{x: {{shape: [10]}}}}
{CUSTOM_DENSE}
body:
  - {{CustomDense: {{units: 32, activation: relu}}, name: a}}
  - {{CustomDense: {{units: 1}}, name: b}}
"""
SUBCLASSED = f"""specc: 1
model: Sub
style: subclassed
params: {{units: 32}}
inputs: {{x: {{shape: [10]}}}}
{CUSTOM_DENSE}
layers:
  a: {{CustomDense: {{units: =units, activation: relu}}}}
  b: {{CustomDense: {{units: 1}}}}
  drop: {{Dropout: {{rate: 0.5}}}}
methods: {{encode: {{inputs: [x], body: a(x)}}}}
body: "b(drop(a(x)) if training else a(x))"
training: {{optimizer: adam, loss: mse}}
"""
X = np.random.default_rng(0).random((3, 10), np.float32)


def by_hand(weights: list[Any]) -> Any:
    w, b, v, c = weights
    return np.maximum(X @ w + b, 0) @ v + c


@pytest.mark.parametrize("text", [FUNCTIONAL, SUBCLASSED], ids=["functional", "subclassed"])
def test_a_process_of_its_own_loads_the_same_model(keras: Any, text: str, tmp_path: Path) -> None:
    model = specc.compile(specc.loads(text), seed=1)
    found = model.predict(X, verbose=0)
    np.testing.assert_allclose(found, by_hand(model.get_weights()), atol=1e-6)
    model.save(tmp_path / "m.keras")
    np.save(tmp_path / "x.npy", X)
    code = (
        "import numpy as np, keras, specc.keras_backend\n"
        "model = keras.models.load_model('m.keras')\n"
        "np.save('y.npy', model.predict(np.load('x.npy'), verbose=0))\n"
        "print(type(model).__name__, [type(each).__name__ for each in model.layers])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(Path(specc.__file__).parents[1]), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert "CustomDense" in run.stdout
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), found)


def test_the_config_makes_the_same_with_fresh_weights(keras: Any) -> None:
    model = specc.compile(specc.loads(SUBCLASSED), seed=1)
    config = model.get_config()
    again = type(model).from_config(config)
    assert config == model.get_config() == again.get_config()
    assert type(again) is type(model)
    again.build((None, 10))
    assert [v.shape for v in again.weights] == [v.shape for v in model.weights]


def test_methods_are_further_entry_points(keras: Any) -> None:
    model = specc.compile(specc.loads(SUBCLASSED), seed=1)
    w, b, *_ = model.get_weights()
    np.testing.assert_allclose(model.encode(X), np.maximum(X @ w + b, 0), atol=1e-6)
    model.fit(X, np.ones((3, 1)), verbose=0)
    fresh = type(model).from_config(model.get_config())
    with pytest.raises(specc.SpeccError, match="S466"):
        fresh.encode(X)


def test_the_slots_are_those_of_the_model(keras: Any) -> None:
    from specc.keras_backend.slots import slots_of

    spec = specc.loads(SUBCLASSED)
    model = specc.compile(spec)
    built = {slot.key: tuple(slot.variable.shape) for slot in slots_of(model, "")}
    assert {slot.key: slot.shape for slot in spec.slots or ()}.items() <= built.items()
    assert built.keys() - {slot.key for slot in spec.slots or ()} == {"drop.seed_generator"}


OPTIONAL = """specc: 1
model: m
inputs: {x: {shape: [4]}}
define:
  Mix:
    inputs: {x: {}, context: {optional: true}}
    body:
      - if: context is None
        then: x
        else: [{Dense: {units: 4}, in: context, name: extra}]
body: [{Mix: , name: mix}]
"""


def test_what_an_absent_input_needs_cannot_be_added_later(keras: Any) -> None:
    layer = specc.compile(specc.loads(OPTIONAL)).get_layer("mix")
    with pytest.raises(specc.SpeccError, match="S467"):
        layer(X, X)


def test_an_unbuilt_layer_comes_back_unbuilt(keras: Any) -> None:
    text = dedent(CUSTOM_DENSE.partition("CustomDense:\n")[2])
    spec = specc.loads(f"specc: 1\nlayer: CustomDense\n{text}", params={"units": 4})
    layer = specc.compile(spec)
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert (again.built, again.weights) == (False, [])
    assert again(X).shape == (3, 4)
    assert keras.layers.deserialize(keras.layers.serialize(again)).built


MASKED = """specc: 1
model: m
inputs: {{ids: {{shape: [null], dtype: int32}}}}
define:
  Embed:
    inputs: [ids]
    {mask}
    body: [{{Embedding: {{input_dim: 5, output_dim: 3, mask_zero: true}}, name: table}}]
body: [{{Embed: , name: embed}}]
"""


@pytest.mark.parametrize(
    ("mask", "expected"),
    [("", None), ("mask: ids == 1", [True, False, False])],
    ids=["absent: a sublayer's mask goes no further", "an expression: not the sublayer's"],
)
def test_the_mask_is_what_the_spec_says(keras: Any, mask: str, expected: Any) -> None:
    from specc.keras_backend.private import mask_of

    layer = specc.compile(specc.loads(MASKED.format(mask=mask))).get_layer("embed")
    found = mask_of(layer(np.array([[1, 2, 0]])))
    assert (None if found is None else np.asarray(found)[0].tolist()) == expected


CHOOSING = """specc: 1
model: m
inputs: {x: {shape: [4, 6]}, z: {shape: [6]}}
define:
  Pool:
    inputs: [x]
    body: [{if: "x.shape[1] == 4", then: "mean(x, axis=1)", else: x}]
layers: {pool: Pool}
body: [{expr: {a: pool(x), b: pool(z)}}]
outputs: [a, b]
"""


def test_a_condition_over_sizes_is_asked_anew_for_other_inputs(keras: Any) -> None:
    model = specc.compile(specc.loads(CHOOSING))
    outputs = model({"x": np.ones((2, 4, 6), "float32"), "z": np.ones((2, 6), "float32")})
    assert [tuple(each.shape) for each in outputs] == [(2, 6), (2, 6)]

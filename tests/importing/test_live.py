"""Live models whose layers a spec declares: the text that they carry comes back."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

import specc
from specc.api.imports import _spec

DECLARING = """\
specc: 1
model: declaring
inputs: {tokens: {shape: [null], dtype: int32}}
params: {start: 0.5}
freeze: [hidden.bias]
lora: {targets: hidden, rank: 2, alpha: 4}
define:
  Scale:
    params: {factor: 2.0}
    inputs: [x]
    weights: {w: {shape: "=[x.shape[-1]]", initializer: {Constant: {value: =start}}}}
    body: x * w * factor
  Mix:
    inputs: [x, y]
    layers: {scale: Scale}
    body: scale(x) + y
body:
  - {Embedding: {input_dim: 10, output_dim: 4}, name: embedding}
  - {Dense: {units: 4, activation: gelu}, name: hidden}
  - {Scale: {factor: 3.0}, name: scale, trainable: false}
  - {TimeDistributed: {layer: {Scale: {factor: 1.5}}}, name: each}
  - {Mix: , in: scale, args: {y: each}, name: mix}
  - expr:
      noisy: where(training, _ + 0.01 * random.normal(shape(_)), _)
      logits: noisy @ transpose(embedding.embeddings)
    name: logits
  - {expr: "logits * 2 + noisy[..., 0:1]", name: out}
"""

SUBCLASSED = """\
specc: 1
model: Vae
style: subclassed
params: {units: int, hidden: =units * 2}
inputs: {x: {shape: [8]}}
define:
  Affine:
    params: {units: int}
    inputs: [x]
    weights:
      w: {shape: "=[x.shape[-1], units]", initializer: he_normal}
    body: x @ w
layers: {encoder: {Affine: {units: =units}}, decoder: {Affine: {units: 8}}}
methods:
  encode: {inputs: [x], body: encoder(x)}
body: decoder(encoder(x))
freeze: [encoder.w]
training: {optimizer: {Adam: {learning_rate: 0.01}}, loss: mse}
"""


def come_back(model):
    """The spec of a model, which makes the same model of it."""
    spec = specc.from_keras(model)
    again = specc.compile(spec)
    again.set_weights(model.get_weights())
    given = np.ones([2, *(size or 3 for size in model.input_shape[1:])], "int32")
    np.testing.assert_array_equal(again(given), model(given))
    trained = [variable.path for variable in model.trainable_variables]
    assert [variable.path for variable in again.trainable_variables] == trained
    return spec


def test_a_functional_model_that_holds_declared_layers() -> None:
    model = specc.compile(specc.loads(DECLARING))
    text = come_back(model).text
    assert "- {Scale: {factor: 3.0}, trainable: false, name: scale}" in text
    assert "{TimeDistributed: {layer: {Scale: {factor: 1.5}}}, name: each}" in text
    assert "- {Mix: null, in: scale, args: {y: each}, name: mix}" in text
    assert "noisy @ transpose(embedding.embeddings)" in text
    assert "freeze: [hidden.bias, scale.w]" in text
    assert "{targets: hidden, rank: 2, alpha: 4}" in text


def test_a_subclassed_model() -> None:
    spec = specc.loads(SUBCLASSED, params={"units": 3})
    model = specc.compile(spec)
    again = specc.from_keras(model)
    assert again.digest == spec.digest
    assert "units: {type: int, default: 3}" in again.text
    assert "freeze: [encoder]" in again.text
    assert "optimizer: {Adam: {learning_rate: 0.01" in again.text
    assert specc.compile(again).encode(np.ones([1, 8], "float32")).shape == (1, 3)


def test_a_subclassed_model_inside_of_a_functional_one() -> None:
    inner = specc.compile(specc.loads(SUBCLASSED, params={"units": 3}))
    x = keras.Input((8,), name="x")
    text = come_back(keras.Model(x, inner(x) * 2, name="around")).text
    assert "- {Vae: {units: 3, hidden: 6}, name: Vae}" in text


def test_a_declared_layer_alone() -> None:
    text = "specc: 1\nlayer: Twice\nparams: {by: 2}\ninputs: [x]\nbody: x * by\n"
    layer = specc.compile(specc.loads(text, params={"by": 3}))
    again = specc.from_keras(layer)
    assert again.text.startswith("specc: 1\nlayer: Twice\n")
    assert specc.compile(again).get_config()["params"] == {"by": 3}


def carried(**changes):
    """The config of a subclassed model, with other entries."""
    model = specc.compile(specc.loads(SUBCLASSED, params={"units": 3}))
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    config["config"] = {**config["config"], **changes}
    return config


@pytest.mark.parametrize(
    "changes",
    [
        {"layer": "Other"},
        {"layer": 3},
        {"params": None},
        {"spec": None},
        {"spec": {"other.yaml": "specc: 1"}},
        {"spec": {"spec.yaml": "specc: ["}},
        {"spec": {"spec.yaml": "- 1"}},
        {"spec": {"spec.yaml": " " * 2_000_000}},
    ],
    ids=str,
)
def test_texts_that_define_nothing(changes) -> None:
    with pytest.raises(specc.SpeccError, match="S521"):
        _spec(carried(**changes), "config.json", None)


def test_two_layers_that_carry_different_things_of_one_name() -> None:
    x = keras.Input((8,), name="x")
    y = x
    for by in (2, 3):
        text = f"specc: 1\nlayer: Times\ninputs: [x]\nbody: x * {by}\n"
        layer = specc.compile(specc.loads(text))
        layer.name = f"times_{by}"
        y = layer(y)
    with pytest.raises(specc.SpeccError, match=r"S525.*Times"):
        specc.from_keras(keras.Model(x, y))


def test_folding_keeps_what_is_frozen_and_adapted() -> None:
    block = (
        "{{Dense: {{units: 8, activation: relu}}, name: a{0}}}, {{Dense: {{units: 8}}, name: b{0}}}"
    )
    steps = ", ".join(block.format(index) for index in range(8))
    text = (
        "specc: 1\nmodel: m\ninputs: {x: {shape: [8]}}\nfreeze: [b3.bias]\n"
        f"lora: {{targets: a5, rank: 2}}\nbody: [{steps}]\n"
    )
    model = specc.compile(specc.loads(text), seed=1)
    again = specc.compile(specc.from_keras(model, fold=True), seed=1)
    frozen = [[(w.path, w.shape, w.trainable) for w in each.weights] for each in (model, again)]
    assert frozen[0] == frozen[1]

"""What Keras promises of its own layers and models holds for those that a spec declares."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc

VAE = """specc: 1
model: Vae
style: subclassed
params: {width: 3, rate: 0.5}
inputs: {image: {shape: [6]}, label: {shape: [], dtype: int32}}
define:
  Affine:
    params: {units: int, activation: {type: activation, default: linear}}
    inputs: [x]
    weights:
      w:
        shape: "=[x.shape[-1], units]"
        initializer: glorot_uniform
        regularizer: {L2: {l2: 0.01}}
        constraint: {MaxNorm: {max_value: 2.0}}
      b: {shape: [=units], initializer: zeros}
    body: activation(x @ w + b)
  Norm:
    inputs: [x]
    weights:
      mean_: {shape: "=[x.shape[-1]]", initializer: zeros, trainable: false}
      scale: {value: "ones([3]) * 0.5"}
      offset: {value: "zeros([1])", save: false}
    body:
      - if: training
        then:
          - update: {mean_: "0.9 * mean_ + 0.1 * mean(x, axis=0)"}
      - expr: (x - mean_) * scale + offset
layers:
  encoder: {Affine: {units: =width, activation: tanh}}
  norm: Norm
  table: {Embedding: {input_dim: 5, output_dim: =width}}
  drop: {Dropout: {rate: =rate}}
  decoder: {Affine: {units: 6}}
methods:
  encode: {inputs: [image], body: encoder(image)}
  decode: {inputs: {z: {shape: [3]}}, body: decoder(z) * 2}
  secret: {inputs: [image], body: image * 2, export: false}
outputs: {z: z, sum: total}
body:
  - {expr: norm(encoder(image)), as: z}
  - {expr: z + drop(table(label)), as: total}
  - {add_loss: 0.1 * mean(z ** 2)}
training: {optimizer: sgd, loss: {z: mse, sum: mse}}
""".replace('value: "ones([x.shape[-1]]) * 0.5"', 'value: "ones([3]) * 0.5"')
RNG = np.random.default_rng(0)
X = {"image": RNG.random((4, 6), np.float32), "label": np.array([0, 1, 4, 2], np.int32)}
Y = {"z": np.ones((4, 3), np.float32), "sum": np.zeros((4, 3), np.float32)}


NO_GRADIENTS = pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
"""Of what only a method calls."""


def made(**params: Any) -> Any:
    return specc.compile(specc.loads(VAE, params=params), seed=1)


@pytest.fixture(scope="module")
def vae(keras: Any) -> Any:
    return made()


def same(one: Any, other: Any) -> None:
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def by_hand(keras: Any, training: bool = False) -> Any:
    """The same written as Keras's guides do."""

    class Affine(keras.layers.Layer):  # type: ignore[misc,name-defined]  # Keras has no types
        def __init__(self, units: int, activation: str = "linear") -> None:
            super().__init__()
            self.units, self.activation = units, keras.activations.get(activation)

        def build(self, shape: Any) -> None:
            self.w = self.add_weight(
                shape=(shape[-1], self.units),
                regularizer=keras.regularizers.L2(0.01),
                constraint=keras.constraints.MaxNorm(2.0),
            )
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x: Any) -> Any:
            return self.activation(keras.ops.matmul(x, self.w) + self.b)

    class Norm(keras.layers.Layer):  # type: ignore[misc,name-defined]  # Keras has no types
        def build(self, shape: Any) -> None:
            self.mean_ = self.add_weight(
                shape=(shape[-1],), initializer="zeros", trainable=False, name="mean_"
            )
            self.scale = self.add_weight(
                shape=(shape[-1],), initializer=lambda s, dtype: 0.5 * keras.ops.ones(s, dtype),
                trainable=False,
            )  # fmt: skip
            self.offset = np.zeros(1, np.float32)

        def call(self, x: Any, training: bool = False) -> Any:
            if training:
                self.mean_.assign(0.9 * self.mean_ + 0.1 * keras.ops.mean(x, axis=0))
            return (x - self.mean_) * self.scale + self.offset

    class Vae(keras.Model):  # type: ignore[misc,name-defined]  # Keras has no types
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.norm = Affine(3, "tanh"), Norm()
            self.table, self.drop = keras.layers.Embedding(5, 3), keras.layers.Dropout(0.0)
            self.decoder = Affine(6)
            self.decoder.build((None, 3))

        def call(self, inputs: Any, training: bool = False) -> Any:
            z = self.norm(self.encoder(inputs["image"]), training=training)
            total = z + self.drop(self.table(inputs["label"]))
            self.add_loss(0.1 * keras.ops.mean(z**2))
            return {"z": z, "sum": total}

    model = Vae()
    model(X)
    model.compile(optimizer="sgd", loss={"z": "mse", "sum": "mse"})
    return model


@NO_GRADIENTS
def test_it_computes_and_trains_as_the_handwritten_class(keras: Any) -> None:
    """The regularizer, the constraint, the statistic and the loss of its own among that."""
    model, hand = made(rate=0.0), by_hand(keras)
    for mine, other in (
        (model.encoder.w, hand.encoder.w),
        (model.table.embeddings, hand.table.embeddings),
        (model.decoder.w, hand.decoder.w),
    ):
        other.assign(mine)
    same(model(X), hand(X))
    for _ in range(2):
        mine = model.fit(X, Y, batch_size=2, shuffle=False, verbose=0).history
        other = hand.fit(X, Y, batch_size=2, shuffle=False, verbose=0).history
        np.testing.assert_allclose(mine["loss"], other["loss"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.norm.mean_, hand.norm.mean_, rtol=1e-5, atol=1e-6)
    assert np.abs(model.norm.mean_).max() > 0
    np.testing.assert_allclose(model.encoder.w, hand.encoder.w, rtol=1e-5)
    mine = model.evaluate(X, Y, verbose=0, return_dict=True)
    other = hand.evaluate(X, Y, verbose=0, return_dict=True)
    np.testing.assert_allclose(mine["loss"], other["loss"], rtol=1e-5, atol=1e-6)
    assert len(model.losses) == len(hand.losses) == 3  # two regularizers, and its own: once a call


def test_its_config_is_plain_and_stays_as_it_is(vae: Any) -> None:
    config = vae.get_config()
    before = json.dumps(config)
    again = type(vae).from_config(config)
    assert json.dumps(config) == before == json.dumps(again.get_config())
    config["params"]["width"] = 99
    config["spec"].clear()
    assert json.dumps(vae.get_config()) == before


def test_its_clone_has_weights_of_its_own(keras: Any, vae: Any) -> None:
    clone = keras.models.clone_model(vae)
    assert type(clone) is type(vae)
    assert clone.get_config() == vae.get_config()
    clone(X)
    assert [v.path for v in clone.weights] == [v.path for v in vae.weights]
    assert not np.array_equal(clone.encoder.w, vae.encoder.w)


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_its_copy_has_the_same_weights(vae: Any, how: str) -> None:
    again = copy.deepcopy(vae) if how == "deepcopy" else pickle.loads(pickle.dumps(vae))  # noqa: S301 - our own
    same(again(X), vae(X))
    assert again.encoder.w is not vae.encoder.w


def test_a_layer_is_copied_with_its_weights(vae: Any) -> None:
    again = copy.deepcopy(vae.encoder)
    np.testing.assert_array_equal(again(X["image"]), vae.encoder(X["image"]))


@pytest.mark.parametrize("jit", [False, True])
def test_as_a_graph(keras: Any, vae: Any, jit: bool) -> None:
    import tensorflow as tf

    call = tf.function(vae, jit_compile=jit)
    for name, value in call(X).items():
        np.testing.assert_allclose(value, vae(X)[name], rtol=1e-5, atol=1e-6)


@NO_GRADIENTS
def test_it_trains_compiled(vae: Any) -> None:
    model = copy.deepcopy(vae)
    model.compile(optimizer="sgd", loss={"z": "mse", "sum": "mse"}, jit_compile=True)
    first = model.fit(X, Y, verbose=0, epochs=3).history["loss"]
    assert np.isfinite(first).all()
    assert np.abs(model.norm.mean_).max() > 0


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(keras: Any, policy: str) -> None:
    """Weights are cast as they are read; what is computed once, too, and integers never."""
    text = VAE.replace("style: subclassed", f"style: subclassed\ndtype: {policy}")
    model = specc.compile(specc.loads(text), seed=1)
    compute = policy.removeprefix("mixed_")
    assert {v.dtype for v in model.weights if v.name != "seed_generator_state"} == {"float32"}
    outputs = model(X)
    assert {keras.backend.standardize_dtype(value.dtype) for value in outputs.values()} == {compute}
    np.testing.assert_allclose(keras.ops.cast(outputs["z"], "float32"), made()(X)["z"], atol=0.02)


LOADED = """
import sys, numpy as np
sys.modules['keras'] = sys.modules['specc'] = None
import tensorflow as tf
model, x = tf.saved_model.load('saved'), dict(np.load('x.npz'))
found = model.serve({name: tf.constant(value) for name, value in x.items()})
z = model.encode(tf.constant(x['image']))
np.savez('y.npz', z=found['z'], sum=found['sum'], encoded=z, decoded=model.decode(z))
print(sorted(model.signatures))
"""


def test_tensorflow_alone_loads_its_export(keras: Any, tmp_path: Path) -> None:
    model = made()
    model.export(tmp_path / "saved", verbose=False)
    np.savez(tmp_path / "x.npz", **X)
    run = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert run.stdout.splitlines() == ["['decode', 'encode', 'serve', 'serving_default']"]
    with np.load(tmp_path / "y.npz") as found:
        for name, value in model(X).items():
            np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found["encoded"], model.encode(X["image"]), rtol=1e-5, atol=1e-6)
        expected = model.decode(model.encode(X["image"]))
        np.testing.assert_allclose(found["decoded"], expected, rtol=1e-5, atol=1e-6)


def test_a_loaded_model_can_be_exported_too(keras: Any, vae: Any, tmp_path: Path) -> None:
    vae.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    same(again(X), vae(X))
    again.export(tmp_path / "saved", verbose=False)
    import tensorflow as tf

    loaded = tf.saved_model.load(tmp_path / "saved")
    for name, value in loaded.serve(X).items():
        np.testing.assert_allclose(value, vae(X)[name], rtol=1e-5, atol=1e-6)


def test_a_method_of_unknown_inputs_cannot_be_exported(keras: Any, tmp_path: Path) -> None:
    text = """specc: 1
model: m
style: subclassed
inputs: {x: {shape: [4]}}
methods: {double: {inputs: [y], body: y * 2}}
body: x * 3
"""
    model = specc.compile(specc.loads(text))
    with pytest.raises(specc.SpeccError, match="S469"):
        model.export(tmp_path / "saved", verbose=False)


def test_its_names_are_the_specs_own(vae: Any) -> None:
    lines: list[str] = []
    vae.summary(print_fn=lambda line, **_: lines.append(line))
    text = "\n".join(lines)
    for name in ("Vae", "Affine", "Norm", "Embedding"):
        assert name in text
    assert "Spec" not in text
    assert repr(vae.encoder).startswith("<Affine ")


RANDOM = """specc: 1
model: m
style: subclassed
inputs: {x: {shape: [4]}}
define:
  Noise: {inputs: [x], body: "x + random.normal(shape(x)) if training else x"}
layers: {noise: Noise}
body: noise(x)
"""


def test_random_numbers_follow_from_the_seed(keras: Any, tmp_path: Path) -> None:
    """One generator that the layer owns and saves, in any process the same."""
    (tmp_path / "m.yaml").write_text(RANDOM)
    code = (
        "import sys, numpy as np, specc\n"
        "model = specc.compile(specc.load('m.yaml'), seed=3)\n"
        "x = np.ones((2, 4), 'float32')\n"
        "np.savez(sys.argv[1], a=model(x, training=True), b=model(x, training=True), c=model(x))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(specc.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code, "y.npz"], cwd=tmp_path, env=env, check=True)
    model = specc.compile(specc.loads(RANDOM), seed=3)
    x = np.ones((2, 4), np.float32)
    with np.load(tmp_path / "y.npz") as other:
        np.testing.assert_array_equal(other["a"], model(x, training=True))
        np.testing.assert_array_equal(other["b"], model(x, training=True))
        np.testing.assert_array_equal(other["c"], x)
        assert not np.array_equal(other["a"], other["b"])


def test_its_graph_has_as_many_operations_as_the_handwritten(keras: Any, vae: Any) -> None:
    """Nothing is interpreted when it runs: a body is code."""
    import tensorflow as tf

    hand = by_hand(keras).encoder
    x = tf.constant(X["image"])

    def count(layer: Any) -> int:
        traced = tf.function(layer).get_concrete_function(x)
        return len(traced.graph.get_operations())

    assert count(vae.encoder) == count(hand)

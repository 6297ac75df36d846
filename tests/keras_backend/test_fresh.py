"""Each variable's first value depends on the seed and its own key, shape and initializer alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from specc import catalog
from specc.catalog import Kind
from tests.keras_backend.deferred_models import MODELS
from tests.keras_backend.specs import assert_same, compile_body

INITIALIZERS = sorted(set(catalog.names(Kind.INITIALIZER)) - {"STFT"})  # which draws nothing


def weights(body, inputs="x: {shape: [6, 4]}", head="", seed=7):
    """The values of the model's variables by their paths, generators' states among them."""
    model = compile_body(body, inputs, head, seed)
    return {variable.path: np.asarray(variable) for variable in model.variables}


def same(one, other):
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def changed(before, after):
    """The variables that both have, with different values."""
    return {path for path in before.keys() & after.keys() if not same(before[path], after[path])}


def digest(model):
    parts = [np.asarray(variable).tobytes() for variable in model.variables]
    return hashlib.sha256(b"".join(parts)).hexdigest()


MANY = ("images", "sequences", "attention", "stateful", "expressions")
PROCESS = """
import sys, hashlib
from tests.keras_backend.deferred_models import MODELS
from tests.keras_backend.specs import assert_same, compile_body
from tests.keras_backend.test_fresh import MANY, digest
import tensorflow
tensorflow.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
for name in MANY:
    inputs, body, *head = MODELS[name]
    print(digest(compile_body(body, inputs, *head)))
"""


@pytest.mark.parametrize("threads", [1, pytest.param(2, marks=pytest.mark.long)])
def test_another_process_gives_the_same_bits(keras, threads):
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, str(threads)],
        env={**os.environ, "PYTHONHASHSEED": str(threads), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    here = []
    for name in MANY:
        inputs, body, *head = MODELS[name]
        here.append(digest(compile_body(body, inputs, *head)))
    assert done.stdout.split() == here


def test_another_seed_gives_other_values(keras):
    assert changed(weights("- Dense: {units: 3}"), weights("- Dense: {units: 3}", seed=8))


def test_without_a_seed_values_are_never_the_same(keras):
    assert changed(
        weights("- Dense: {units: 3}", seed=None), weights("- Dense: {units: 3}", seed=None)
    )


def test_the_seed_of_the_process_doesn_t_matter_and_isn_t_moved(keras):
    keras.utils.set_random_seed(1)
    first = weights("- Dense: {units: 3}")
    drawn = keras.random.normal([3])
    keras.utils.set_random_seed(1)
    assert same(np.asarray(keras.random.normal([3])), np.asarray(drawn))
    keras.utils.set_random_seed(2)
    assert not changed(first, weights("- Dense: {units: 3}"))


TWO = "- {Dense: {units: 4}, name: a}\n- {Dense: {units: 4}, name: b}"


def test_layers_of_equal_shapes_differ(keras):
    found = weights(TWO)
    assert not same(found["a/kernel"], found["b/kernel"])


def test_an_inserted_layer_leaves_the_others_as_they_were(keras):
    inserted = TWO.replace("\n", "\n- {LSTM: {units: 4, return_sequences: true}, name: new}\n")
    assert not changed(weights(TWO), weights(inserted))


def test_a_removed_layer_leaves_the_others_as_they_were(keras):
    assert not changed(weights(TWO), weights(TWO.partition("\n")[2]))


def test_a_new_name_gives_new_values(keras):
    renamed = weights(TWO.replace("b}", "c}"))
    assert not same(weights(TWO)["b/kernel"], renamed["c/kernel"])


LSTM = "- {LSTM: {units: 3ARGUMENTS}, name: r}"
ATTENTION = (
    "- {MultiHeadAttention: {num_heads: 2, key_dim: 3ARGUMENTS}, in: x, args: {value: x}, name: m}"
)
CHANGES = {
    "a seed of one initializer": (
        LSTM, ", kernel_initializer: {GlorotUniform: {seed: 3}}", {"r/lstm_cell/kernel"},
    ),
    "another initializer": (
        LSTM, ", kernel_initializer: zeros", {"r/lstm_cell/kernel"},
    ),
    "no bias": (LSTM, ", use_bias: false", set()),
    "a random bias": (LSTM, ", bias_initializer: random_normal", {"r/lstm_cell/bias"}),
    "dropout": (LSTM, ", dropout: 0.5", set()),
    "a seed for dropout": (
        LSTM, ", seed: 3", {"r/lstm_cell/seed_generator/seed_generator_state"},
    ),
    "no bias in attention": (ATTENTION, ", use_bias: false", set()),
    "a seed for dropout in attention": (ATTENTION, ", seed: 3", set()),
    "a random bias in attention": (
        ATTENTION,
        ", bias_initializer: random_normal",
        {f"m/{part}/bias" for part in ("query", "key", "value", "attention_output")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_an_argument_changes_what_it_is_about(keras, name):
    layer, arguments, expected = CHANGES[name]
    before = weights(layer.replace("ARGUMENTS", ""))
    after = weights(layer.replace("ARGUMENTS", arguments))
    found = {path for path in changed(before, after) if "seed_generator" not in path}
    assert found == {path for path in expected if "seed_generator" not in path}


def test_a_given_seed_is_kept(keras):
    found = weights("- {Dense: {units: 4, kernel_initializer: {HeNormal: {seed: 3}}}, name: a}")
    expected = keras.initializers.HeNormal(seed=3)((4, 4))
    assert same(found["a/kernel"], np.asarray(expected))


def test_a_given_seed_in_attention_is_kept(keras):
    body = ATTENTION.replace("ARGUMENTS", ", kernel_initializer: {GlorotUniform: {seed: 3}}")
    assert not changed(weights(body, seed=1), weights(body, seed=2))


def test_an_automatic_seed_in_a_wrapped_attention_is_ours(keras):
    body = '- SpectralNormalization: {layer: {EinsumDense: {equation: "abc,cd->abd", '
    body += "output_shape: [null, 5]}}}"
    assert not changed(weights(body), weights(body))
    assert changed(weights(body), weights(body, seed=8))


def test_a_given_seed_of_dropout_is_kept(keras):
    found = weights("- {Dropout: {rate: 0.5, seed: 5}, name: d}")
    assert [value.tolist() for value in found.values()] == [[5, 0]]


def test_the_state_of_a_generator_comes_from_the_seed(keras):
    body = "- {Dropout: {rate: 0.5}, name: d}\n- {GaussianNoise: {stddev: 1}, name: n}"
    states, again, other = (list(weights(body, seed=seed).values()) for seed in (7, 7, 8))
    assert_same(again, states)
    assert not same(*states)
    assert not any(map(same, states, other))


def test_a_seed_that_a_layer_keeps_in_its_config_comes_from_ours(keras):
    def config(seed):
        body = "- {RandomCrop: {height: 4, width: 4}, name: crop}"
        return compile_body(body, "x: {shape: [8, 8, 3]}", seed=seed).get_layer("crop").get_config()

    assert config(7) == config(7)
    assert config(7)["seed"] != config(8)["seed"]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_is_repeatable(keras, name):
    inputs = "x: {shape: [16]}"
    body = f"- {{Dense: {{units: 16, kernel_initializer: {{{name}: {{}}}}}}, name: d}}\n"
    body += body.replace("d}", "e}")
    found = weights(body, inputs)
    assert not changed(found, weights(body, inputs))
    drawn = "seed" in catalog.find(Kind.INITIALIZER, name).by_name
    assert same(found["d/kernel"], found["e/kernel"]) != drawn
    assert bool(changed(found, weights(body, inputs, seed=8))) == drawn


def test_json_of_two_builds_is_the_same(keras):
    for name in MODELS:
        inputs, body, *head = MODELS[name]
        one, other = (compile_body(body, inputs, *head).to_json() for _ in range(2))
        assert one == other, name


def test_the_derived_seed_is_pinned():
    """Changing it changes everyone's fresh weights: a break of a promise."""
    from specc.keras_backend.fresh import derived_seed

    assert derived_seed(7, "head.kernel") == 1846275806
    assert derived_seed(7, "r.cell.bias", ".self.bias_initializer") != derived_seed(
        7, "r.cell.bias"
    )

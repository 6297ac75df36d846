"""An expression's layer computes what its text says, and reads the weights of other layers."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import specc
from tests.keras_backend.specs import assert_same, compile_body, values

IDS = np.array([[1, 2, 3], [4, 5, 6]], "int32")
GPT = (
    """
    - {Embedding: {input_dim: 11, output_dim: 4}, name: tokens}
    - {expr: "arange(shape(ids)[1])", name: places}
    - {Embedding: {input_dim: 16, output_dim: 4}, in: places, name: positions}
    - {expr: tokens + positions, name: sum}
    - {Dense: {units: 4, activation: gelu}, name: mix}
    - {expr: "matmul(_, transpose(tokens.embeddings))", name: logits}
    """,
    "ids: {shape: [null], dtype: int32}",
)


@pytest.fixture(scope="module")
def gpt(keras):
    return compile_body(*GPT)


def assert_bound_to_itself(model):
    """Its projection follows its own embedding."""
    before = np.asarray(model(IDS))
    tokens = model.get_layer("tokens").embeddings
    value = tokens.numpy()
    tokens.assign(np.zeros(tokens.shape))
    assert not np.asarray(model(IDS)).any()
    tokens.assign(value)
    assert_same(model(IDS), before)


def test_what_it_computes(keras, gpt):
    ops, layer = keras.ops, gpt.get_layer
    hidden = layer("tokens")(IDS) + layer("positions")(ops.arange(3))
    expected = ops.matmul(layer("mix")(hidden), ops.transpose(layer("tokens").embeddings))
    np.testing.assert_allclose(gpt(IDS), expected, rtol=1e-6)


def test_sizes_are_known_at_run_time(gpt):
    assert gpt(IDS[:, :2]).shape == (2, 2, 11)


def test_a_referenced_weight_exists_once(gpt):
    assert [v.path for v in gpt.variables] == [
        "tokens/embeddings",
        "positions/embeddings",
        "mix/kernel",
        "mix/bias",
    ]


def test_gradients_reach_a_weight_through_both_uses(keras, gpt):
    import tensorflow

    tokens = gpt.get_layer("tokens").embeddings
    with tensorflow.GradientTape() as tape:
        loss = tensorflow.reduce_sum(gpt(IDS))
    gradient = tensorflow.convert_to_tensor(tape.gradient(loss, tokens.value))
    unread = [0, 7, 8, 9, 10]  # ids that the input lacks: only the projection uses their rows
    assert np.asarray(gradient)[unread].any()


@pytest.mark.parametrize("jit", [False, True])
def test_it_trains(keras, jit):
    model = compile_body(*GPT)
    before = values(model.trainable_variables)
    model.compile("sgd", "mse", jit_compile=jit)
    model.fit(IDS, np.ones((2, 3, 11)), verbose=0)
    assert all(
        (a != b).any() for a, b in zip(before, values(model.trainable_variables), strict=True)
    )


COPIES = {
    "from_config": lambda keras, model: type(model).from_config(model.get_config()),
    "clone_model": lambda keras, model: keras.models.clone_model(model),
    "json": lambda keras, model: keras.models.model_from_json(model.to_json()),
    "deepcopy": lambda keras, model: copy.deepcopy(model),
    "pickle": lambda keras, model: pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_refers_to_its_own_layers(keras, gpt, way):
    made = COPIES[way](keras, gpt)
    made.set_weights(gpt.get_weights())
    assert_same(made(IDS), gpt(IDS))
    assert_bound_to_itself(made)
    assert_bound_to_itself(gpt)


def test_its_config_is_json(gpt):
    config = gpt.get_layer("logits").get_config()
    assert json.loads(json.dumps(config))["program"] == [
        ["result", "matmul(x, transpose(tokens.embeddings))"]
    ]


def test_a_model_inside_another_keeps_its_references(keras, gpt):
    outer = keras.Input([3], dtype="int32")
    model = keras.Model(outer, keras.layers.Activation("linear")(gpt(outer)))
    assert_same(model(IDS), gpt(IDS))
    reloaded = keras.Model.from_config(model.get_config())
    reloaded.set_weights(model.get_weights())
    assert_same(reloaded(IDS), gpt(IDS))
    assert_bound_to_itself(gpt)


def test_a_model_over_time_keeps_its_references(keras, gpt):
    model = keras.Sequential(
        [keras.Input([5, 3], dtype="int32"), keras.layers.TimeDistributed(gpt)]
    )
    data = np.stack([IDS] * 5, axis=1)
    np.testing.assert_allclose(model(data)[:, 0], gpt(IDS), rtol=1e-6)


def test_a_part_of_a_model_keeps_its_references(keras, gpt):
    part = keras.Model(gpt.input, gpt.get_layer("logits").output)
    assert_same(part(IDS), gpt(IDS))


def test_it_reloads_where_only_the_backend_is_imported(keras, gpt, tmp_path):
    gpt.save(tmp_path / "gpt.keras")
    np.save(tmp_path / "expected.npy", gpt(IDS))
    run_python(
        f"""
        import specc.keras_backend, keras, numpy
        model = keras.models.load_model({str(tmp_path / "gpt.keras")!r})
        found = numpy.asarray(model(numpy.array({IDS.tolist()}, "int32")))
        assert (found == numpy.load({str(tmp_path / "expected.npy")!r})).all()
        """
    )


def test_an_export_runs_without_specc(keras, gpt, tmp_path):
    gpt.export(tmp_path / "gpt", verbose=False)
    np.save(tmp_path / "expected.npy", gpt(IDS))
    run_python(
        f"""
        import sys, numpy, tensorflow
        served = tensorflow.saved_model.load({str(tmp_path / "gpt")!r})
        found = served.serve(numpy.array({IDS.tolist()}, "int32"))
        numpy.testing.assert_allclose(found, numpy.load({str(tmp_path / "expected.npy")!r}), 1e-5)
        assert "specc" not in sys.modules
        """
    )


def run_python(code):
    """Runs code in a fresh process."""
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=120)


def test_training_is_the_flag(keras):
    model = compile_body("- expr: _ * (2 if training else 3)")
    ones = np.ones((1, 6, 4), "float32")
    assert_same(model(ones, training=True), 2 * ones)
    assert_same(model(ones), 3 * ones)


RANDOM = "- expr: _ + random.normal(shape(_), stddev=2.0)"


def test_random_values_are_fresh_and_repeatable(keras):
    zeros = np.zeros((2, 6, 4), "float32")
    model, again, other = (compile_body(RANDOM, seed=seed) for seed in (1, 1, 2))
    first, second = np.asarray(model(zeros)), np.asarray(model(zeros))
    assert (first != second).any()
    assert_same([again(zeros), again(zeros)], [first, second])
    assert (np.asarray(other(zeros)) != first).any()


def test_random_calls_of_one_expression_differ(keras):
    model = compile_body("- expr: random.uniform(shape(_)) - random.uniform(shape(_))")
    assert np.asarray(model(np.zeros((2, 6, 4), "float32"))).all()


MASKED = "- {Embedding: {input_dim: 7, output_dim: 4, mask_zero: true}, name: words}\n"
PADDED = np.array([[3, 2, 0]], "int32")


def test_masks_end_at_it_without_a_warning(keras):
    model = compile_body(MASKED + "- expr: _ * words.embeddings[0]\n- LSTM: {units: 2}", GPT[1])
    unmasked = keras.Model(model.layers[-1].input, model.layers[-1](model.layers[-1].input))
    inner = keras.Model(model.input, model.layers[-1].input)
    assert_same(model(PADDED), unmasked(inner(PADDED)))


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_a_mask_can_be_read(keras, tmp_path, dtype):
    body = f"{MASKED}- {{expr: \"sum(cast(mask_of(words), 'int32')) * words\", name: counted}}"
    model = compile_body(body, GPT[1], f"dtype: {dtype}")
    words = model.get_layer("words")
    assert_same(model(PADDED), 2 * words(PADDED))
    model.save(tmp_path / "model.keras")
    reloaded = keras.models.load_model(tmp_path / "model.keras")
    assert_same(reloaded(PADDED), model(PADDED))
    assert_same(model.predict(PADDED, verbose=0), model(PADDED))


def test_a_mask_that_is_not_there_is_missed(keras):
    with pytest.raises(specc.SpeccError) as caught:
        compile_body("- {Dense: {units: 4}, name: d}\n- expr: \"cast(mask_of(d), 'int32')\"")
    assert caught.value.diagnostics[0].help == "Keras says: there is no mask to read"


def test_what_keras_adds_for_masks_has_names_of_the_spec(keras):
    def names():
        body = f"{MASKED}- {{Masking: {{mask_value: 2}}}}\n- LSTM: {{units: 2}}"
        return [operation.name for operation in compile_body(body, GPT[1]).operations]

    assert names() == names()
    assert {name for name in names() if "-" in name} == {"lstm_0-any", "lstm_0-any-not_equal"}


def test_mixed_precision_casts_weights_too(keras):
    model = compile_body(*GPT, head="dtype: mixed_bfloat16")
    assert model(IDS).dtype == "bfloat16"
    assert {v.dtype for v in model.variables} == {"float32"}


def test_several_outputs(keras):
    model = compile_body(
        """
        - {Dense: {units: 4}, name: d}
        - expr:
            scaled: _ * d.kernel[0]
            total: sum(scaled)
        - expr: scaled / total
        """
    )
    data = np.ones((2, 6, 4), "float32")
    dense = model.get_layer("d")
    scaled = np.asarray(dense(data)) * dense.kernel.numpy()[0]
    np.testing.assert_allclose(model(data), scaled / scaled.sum(), rtol=1e-4)

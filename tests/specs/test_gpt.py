"""The tied projection of `gpt.yaml`: one variable, two uses, through training and files."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.specs.goldens import GOLDENS
from tests.specs.running import equal, fresh_model, run_golden

STEPS = 3
TOKENS = np.array([[1, 2, 3, 1, 2], [3, 3, 2, 1, 1]], dtype="int32")
TARGETS = np.array([[2, 3, 1, 2, 4], [3, 2, 1, 1, 5]], dtype="int32")
USED = [1, 2, 3]
"""The tokens that are read; the embedding's other rows learn as the last layer only."""


@pytest.fixture
def model(keras: ModuleType) -> Any:
    """A small GPT that draws nothing at random when it trains."""
    assert keras.backend.backend() == "tensorflow"
    return fresh_model("gpt", rate=0.0)


def _by_hand(keras: ModuleType, width: int = 8, depth: int = 2) -> Any:
    """The same model as a person would write it in Python."""
    layers, ops = keras.layers, keras.ops

    class GPT(keras.Model):  # type: ignore[misc, name-defined]  # Keras has no types
        def __init__(self) -> None:
            super().__init__(name="by_hand")
            self.embedding = layers.Embedding(11, width, name="embedding")
            self.position = layers.Embedding(9, width, name="position")
            self.parts = [self._block(f"layer{i}") for i in range(depth)]
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")

        def _block(self, name: str) -> dict[str, Any]:
            def normalization(part: str) -> Any:
                return layers.LayerNormalization(epsilon=1e-5, name=f"{name}.{part}")

            return {
                "attention_norm": normalization("attention_norm"),
                "attention": layers.MultiHeadAttention(2, width // 2, name=f"{name}.attention"),
                "dense_norm": normalization("dense_norm"),
                "widen": layers.Dense(4 * width, activation="gelu", name=f"{name}.widen"),
                "narrow": layers.Dense(width, name=f"{name}.narrow"),
            }

        def call(self, tokens: Any) -> Any:
            places = ops.arange(ops.shape(tokens)[1])
            x = self.embedding(tokens) + self.position(places)
            for part in self.parts:
                y = part["attention_norm"](x)
                x = x + part["attention"](y, y, use_causal_mask=True)
                x = x + part["narrow"](part["widen"](part["dense_norm"](x)))
            # `@` of Keras's tensors is `ops.matmul`; of TensorFlow's it rounds gradients otherwise.
            return ops.matmul(self.norm(x), ops.transpose(self.embedding.embeddings))

    return GPT()


def _copy_weights(source: Any, target: Any) -> None:
    values = {_place(v): v.numpy() for v in source.trainable_variables}
    variables = {_place(v): v for v in target.trainable_variables}
    assert values.keys() == variables.keys()
    for place, variable in variables.items():
        variable.assign(values[place])


def _place(variable: Any) -> str:
    return str(variable.path).removeprefix("by_hand/")


def _compile_as(source: Any, target: Any) -> None:
    """The source's optimizer and loss, fresh, without XLA, whose fusions may differ."""
    config = {**source.get_compile_config(), "jit_compile": False}
    source.compile_from_config(config)
    target.compile_from_config(config)


def test_there_is_one_variable_for_both_uses(model: Any) -> None:
    assert model.count_params() == GOLDENS["gpt"].small
    assert [v.path for v in model.variables if v.shape == (11, 8)] == ["embedding/embeddings"]
    assert model.get_layer("logits").variables == []


def test_both_uses_teach_the_embedding(model: Any, keras: ModuleType) -> None:
    import tensorflow as tf

    kernel = model.get_layer("embedding").embeddings
    with tf.GradientTape() as tape:
        logits = model(TOKENS, training=True)
        losses = keras.ops.sparse_categorical_crossentropy(TARGETS, logits, from_logits=True)
        loss = keras.ops.mean(losses)
    gradient = tf.convert_to_tensor(tape.gradient(loss, kernel.value)).numpy()

    hidden = keras.Model(model.input, model.get_layer("norm").output)(TOKENS)
    error = keras.ops.softmax(logits) - keras.ops.one_hot(TARGETS, 11)
    as_projection = np.einsum("bti,btj->ij", error, hidden) / TARGETS.size
    unused = [row for row in range(11) if row not in USED]
    assert np.allclose(gradient[unused], as_projection[unused], atol=1e-6)
    assert np.abs(gradient[unused]).min() > 0
    assert np.abs(gradient[USED] - as_projection[USED]).max(axis=1).min() > 1e-3


def test_trains_like_one_written_by_hand(model: Any, keras: ModuleType) -> None:
    by_hand = _by_hand(keras)
    by_hand(TOKENS)
    _copy_weights(model, by_hand)
    _compile_as(model, by_hand)
    assert np.array_equal(model(TOKENS), by_hand(TOKENS))
    before = model.get_layer("embedding").embeddings.numpy()
    for _ in range(STEPS):
        ours = model.train_on_batch(TOKENS, TARGETS)
        assert ours == by_hand.train_on_batch(TOKENS, TARGETS)
    trained = {_place(v): v.numpy() for v in by_hand.trainable_variables}
    for variable in model.trainable_variables:
        assert np.array_equal(variable.numpy(), trained[_place(variable)]), variable.path
    assert (model.get_layer("embedding").embeddings.numpy() != before).all()


def test_what_it_learned_is_saved(model: Any, keras: ModuleType, tmp_path: Any) -> None:
    model.train_on_batch(TOKENS, TARGETS)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert equal(run_golden("gpt", again), run_golden("gpt", model))
    _refers_to_its_own(again, keras)
    assert again.train_on_batch(TOKENS, TARGETS) == model.train_on_batch(TOKENS, TARGETS)


def test_a_clone_refers_to_its_own_embedding(model: Any, keras: ModuleType) -> None:
    before = run_golden("gpt", model)
    clone = keras.models.clone_model(model)
    assert clone.count_params() == model.count_params()
    clone.set_weights(model.get_weights())
    assert equal(run_golden("gpt", clone), before)
    _refers_to_its_own(clone, keras)
    assert equal(run_golden("gpt", model), before)


def _refers_to_its_own(model: Any, keras: ModuleType) -> None:
    """Without its embedding, a model that projects by it says nothing."""
    embedding = model.get_layer("embedding").embeddings
    value = embedding.numpy()
    embedding.assign(keras.ops.zeros_like(embedding))
    assert not np.any(model(TOKENS))
    embedding.assign(value)


def test_counts_places_at_run_time(model: Any) -> None:
    """The same words at other places mean something else; texts of any length have places."""
    logits = np.asarray(model(np.array([[4, 4, 4]], dtype="int32")))[0]
    assert not np.allclose(logits[0], logits[1])
    assert model(np.zeros((1, 9), dtype="int32")).shape == (1, 9, 11)

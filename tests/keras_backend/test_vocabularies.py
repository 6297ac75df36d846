"""Vocabularies of lookup layers, which files have and specs needn't."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.api import weights as api
from specc.errors import SpeccError
from specc.weights import open_source

TEXT = """\
specc: 1
model: words
inputs:
  word: {shape: [1], dtype: string}
  number: {shape: [1], dtype: int64}
  text: {shape: [1], dtype: string}
body:
  - {StringLookup: {max_tokens: 9}, in: word, name: word_index}
  - {IntegerLookup: {num_oov_indices: 2}, in: number, name: number_index}
  - {TextVectorization: {output_sequence_length: 3}, in: text, name: tokens}
  - {StringLookup: {vocabulary: [a, b]}, in: word, name: fixed}
  - {Concatenate: , in: [word_index, number_index, tokens, fixed]}
"""
TABLES = ["number_index.vocabulary", "tokens.vocabulary", "word_index.vocabulary"]


@pytest.fixture
def adapted(keras: ModuleType) -> Any:
    model = specc.compile(specc.loads(TEXT))
    model.get_layer("word_index").adapt(np.array([["é"], ["b c"], ["é"]]))
    model.get_layer("number_index").adapt(np.array([[-7], [2**40], [2**40]]))
    model.get_layer("tokens").adapt(np.array(["the cat the hat", "a cat"]))
    return model


def outputs(model: Any) -> Any:
    import tensorflow as tf

    texts = tf.constant([["é"], ["b c"], ["?"]]), tf.constant([["the hat"], ["a cat"], ["?"]])
    numbers = tf.constant([[-7], [2**40], [3]], tf.int64)
    return model({"word": texts[0], "number": numbers, "text": texts[1]})


@pytest.mark.parametrize("name", ["m.safetensors", "m.npz", "m.keras"])
def test_they_are_bound_by_name(adapted: Any, tmp_path: Path, name: str) -> None:
    specc.save_weights(adapted, tmp_path / name)
    plan = specc.plan(specc.loads(TEXT), tmp_path / name)
    assert plan.ok, str(plan)
    assert [each.slot for each in plan.bound] == TABLES
    for model in (specc.loads(TEXT), specc.compile(specc.loads(TEXT))):
        bound = specc.bind(model, tmp_path / name)
        np.testing.assert_array_equal(outputs(bound), outputs(adapted))
    live = specc.plan(specc.compile(specc.loads(TEXT)), tmp_path / name)
    assert live.bound == plan.bound


def test_they_come_through_exactly(adapted: Any, tmp_path: Path) -> None:
    specc.save_weights(adapted, tmp_path / "m.safetensors")
    with open_source(tmp_path / "m.safetensors") as source:
        infos = source.tensors()
        assert {(info.dtype, info.role) for info in infos.values()} == {("string", "table")}
        words = list(source.read("word_index.vocabulary"))
        numbers = list(source.read("number_index.vocabulary"))
    assert words == [b"[UNK]", "é".encode(), b"b c"]
    assert numbers == [b"-1", b"-1", b"1099511627776", b"-7"]


def test_a_model_without_them_is_not_complete(adapted: Any, tmp_path: Path) -> None:
    specc.save_weights(adapted, tmp_path / "t.npz", only="trainable")
    plan = specc.plan(specc.loads(TEXT), tmp_path / "t.npz")
    assert [each.key for each in plan.missing] == TABLES
    assert "table, string [?]" in str(plan)
    fresh = specc.bind(specc.loads(TEXT), tmp_path / "t.npz", non_trainable="fresh")
    assert fresh.get_layer("word_index").vocabulary_size() == 1


def test_they_are_state_of_trainable_only_files(adapted: Any, tmp_path: Path) -> None:
    base = tmp_path / "base.npz"
    specc.save_weights(adapted, base)
    model = specc.bind(specc.loads(TEXT), base)
    specc.save_weights(model, tmp_path / "t.npz", only="trainable")
    model.get_layer("word_index").set_vocabulary(["x"])
    with pytest.raises(SpeccError, match="left out, though changed"):
        specc.save_weights(model, tmp_path / "u.npz", only="trainable")
    found = specc.provenance(model, check=True)
    assert {key: each.unchanged for key, each in found.items()} == {
        TABLES[0]: True, TABLES[1]: True, TABLES[2]: False,
    }  # fmt: skip


def test_a_vocabulary_that_the_spec_says_is_for_no_file(adapted: Any, tmp_path: Path) -> None:
    specc.save_weights(adapted, tmp_path / "m.keras")
    given = specc.loads(TEXT.replace("{max_tokens: 9}", "{vocabulary: [x]}"))
    plan = specc.plan(given, tmp_path / "m.keras")
    assert [each.key for each in plan.unexpected] == ["assets/layers/string_lookup/vocabulary.txt"]


def test_words_that_keras_refuses(adapted: Any, tmp_path: Path) -> None:
    specc.save_weights(adapted, tmp_path / "m.npz")
    live = specc.compile(specc.loads(TEXT))
    before = live.get_layer("number_index").get_vocabulary()
    rename = {"^word_index": "number_index"}
    with pytest.raises(SpeccError) as caught:
        specc.bind(
            live, {"from": tmp_path / "m.npz", "rename": rename, "ignore": "number_index.*"},
            non_trainable="fresh",
        )  # fmt: skip
    assert [each.code for each in caught.value.diagnostics] == ["S923"]
    assert live.get_layer("number_index").get_vocabulary() == before
    assert live.get_layer("tokens").vocabulary_size() == 2


def test_formats_without_a_place_for_them(adapted: Any, tmp_path: Path) -> None:
    for name in ("m.weights.h5", "m.ckpt"):
        with pytest.raises(SpeccError) as caught:
            specc.save_weights(adapted, tmp_path / name)
        assert [each.code for each in caught.value.diagnostics] == ["S908"]
    assert not list(tmp_path.iterdir())


# --- weights of words, and lookups inside of other layers ---

WEIGHED = """\
specc: 1
model: words
inputs:
  text: {shape: [1], dtype: string}
  word: {shape: [2], dtype: string}
body:
  - TextVectorization: {output_mode: tf_idf, max_tokens: 9, pad_to_max_tokens: true}
    in: text
    name: tokens
  - {StringLookup: {output_mode: tf_idf, num_oov_indices: 2}, in: word, name: index}
outputs: [tokens, index]
"""
HELD = """\
specc: 1
model: held
define:
  Index:
    inputs: [t]
    layers: {words: {StringLookup: {}}}
    body:
      - expr: words(t)
      - {Embedding: {input_dim: 5, output_dim: 2}, name: table}
inputs: {word: {shape: [2], dtype: string}}
body:
  - {Index: , name: a}
"""
SUBCLASSED = """\
specc: 1
model: held
style: subclassed
inputs: {word: {shape: [2], dtype: string}}
layers: {words: {StringLookup: {}}}
body: words(word)
"""
WORDS = np.array([["a", "b"], ["a", "c"]])


def weighed(keras: ModuleType) -> tuple[str, Any, Any]:
    import tensorflow as tf

    model = specc.compile(specc.loads(WEIGHED))
    model.get_layer("tokens").adapt(np.array(["the cat the hat", "a cat"]))
    model.get_layer("index").adapt(WORDS)
    inputs = {"text": tf.constant([["the cat ?"]]), "word": tf.constant([["a", "?"]])}
    return WEIGHED, model, inputs


def held(text: str, way: Callable[[Any], Any]) -> tuple[str, Any, Any]:
    import tensorflow as tf

    model = specc.compile(specc.loads(text), seed=1)
    way(model).adapt(WORDS)
    return text, model, tf.constant([["a", "?"]])


MADE: dict[str, Callable[[ModuleType], tuple[str, Any, Any]]] = {
    "weights of words": weighed,
    "in a declared layer": lambda keras: held(HELD, lambda model: model.get_layer("a").words),
    "in a subclassed model": lambda keras: held(SUBCLASSED, lambda model: model.words),
}


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".keras"])
@pytest.mark.parametrize("title", MADE)
def test_all_that_lookups_hold_comes_through(
    keras: ModuleType, tmp_path: Path, title: str, suffix: str
) -> None:
    text, model, inputs = MADE[title](keras)
    path = tmp_path / f"m{suffix}"
    specc.save_weights(model, path)
    spec = specc.loads(text)
    plan = specc.plan(spec, path)
    assert plan.ok, str(plan)
    live = specc.compile(spec)
    assert specc.plan(live, path).bound == plan.bound
    wanted = model(inputs)
    for bound in (specc.bind(spec, path), specc.bind(live, path)):
        for one, other in zip(*map(keras.tree.flatten, (bound(inputs), wanted)), strict=True):
            np.testing.assert_array_equal(one, other)


def test_what_lookups_hold_is_no_variable_of_the_spec() -> None:
    assert [slot.key for slot in specc.loads(HELD).slots or ()] == ["a.table.embeddings"]
    assert not api.needs_keras(specc.loads(HELD))


def test_weights_of_words_that_the_layer_has_not(keras: ModuleType, tmp_path: Path) -> None:
    _, model, inputs = weighed(keras)
    before = model(inputs)[1]
    specc.save_weights(model, tmp_path / "m.npz")
    live = specc.compile(specc.loads(WEIGHED))
    other = {"from": tmp_path / "m.npz", "select": "*.idf_weights"}
    with pytest.raises(SpeccError) as caught:
        specc.bind(live, other, non_trainable="fresh")
    assert [each.code for each in caught.value.diagnostics] == ["S923"]
    assert "5 weights for 2 words" in str(caught.value)
    assert live.get_layer("index").get_vocabulary() == ["[UNK]", "[UNK]"]
    wrong = {"from": tmp_path / "m.npz", "rename": {"^index.idf": "tokens.idf"}}
    with pytest.raises(SpeccError):
        specc.bind(model, {**wrong, "ignore": "tokens.idf_weights"}, fresh=["index.idf_weights"])
    np.testing.assert_array_equal(model(inputs)[1], before)


def test_words_bound_alone_weigh_the_same(keras: ModuleType, tmp_path: Path) -> None:
    _, model, inputs = weighed(keras)
    specc.save_weights(model, tmp_path / "m.npz")
    words = {"from": tmp_path / "m.npz", "select": "*.vocabulary"}
    bound = specc.bind(specc.loads(WEIGHED), words, fresh=["*.idf_weights"])
    np.testing.assert_array_equal(bound(inputs)[1], [[0, 1, 1, 0, 0]])

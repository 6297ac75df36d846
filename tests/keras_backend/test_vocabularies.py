"""Vocabularies of lookup layers, which files have and specs needn't."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
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

"""Adapters folded into kernels, with Keras's numbers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

TEXT = """\
specc: 1
model: small
inputs: {ids: {shape: [5], dtype: int32}}
body:
  - {Embedding: {input_dim: 9, output_dim: 4}, name: words}
  - {MultiHeadAttention: {num_heads: 2, key_dim: 3}, args: {query: _, value: _}, name: attention}
  - {BatchNormalization: , name: norm}
  - {Dense: {units: 2}, name: head}
freeze: ["**", "!norm"]
"""
LORA = """\
lora:
  - {rank: 2, alpha: 3, targets: [words, head]}
  - {rank: 1, targets: "attention.*"}
"""
IDS = np.arange(10, dtype=np.int32).reshape(2, 5) % 9


@pytest.fixture
def files(keras: ModuleType, tmp_path: Path) -> list[Path]:
    """A base, and an adapter for it."""
    base, adapter = tmp_path / "base.safetensors", tmp_path / "adapter.safetensors"
    specc.save_weights(specc.compile(specc.loads(TEXT), seed=1), base)
    model = specc.bind(specc.loads(TEXT + LORA), base, fresh=["**.lora_*"], seed=2)
    for variable in model.trainable_variables:
        variable.assign_add(keras.random.uniform(variable.shape, 0.1, 0.5, seed=3))
    specc.save_weights(model, adapter, only="trainable")
    return [base, adapter]


def merged(files: list[Path], text: str = TEXT + LORA) -> Any:
    return specc.bind(specc.loads(text), files, merge_lora=True)


def test_the_kernels_are_those_that_keras_saves(keras: ModuleType, files: list[Path]) -> None:
    adapted, plain = specc.bind(specc.loads(TEXT + LORA), files), merged(files)
    assert [each.path for each in plain.weights] == [
        each.path for each in specc.compile(specc.loads(TEXT)).weights
    ]
    for layers in (
        [model.get_layer("head") for model in (adapted, plain)],
        [model.get_layer("attention").query_dense for model in (adapted, plain)],
    ):
        np.testing.assert_array_equal(layers[0].kernel, layers[1].kernel)
        np.testing.assert_array_equal(layers[0].bias, layers[1].bias)
        assert not np.array_equal(layers[0]._kernel, layers[1]._kernel)
    np.testing.assert_array_equal(
        adapted.get_layer("words").embeddings, plain.get_layer("words").embeddings
    )
    np.testing.assert_allclose(adapted(IDS), plain(IDS), rtol=1e-5)


def test_what_is_saved_of_it_is_a_plain_file(files: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "merged.safetensors"
    plain = merged(files)
    specc.save_weights(plain, path)
    again = specc.bind(specc.loads(TEXT), path)
    np.testing.assert_array_equal(plain(IDS), again(IDS))


def test_where_merged_weights_are_from(files: list[Path]) -> None:
    found = specc.provenance(merged(files))
    assert (found["head.kernel"].file, found["head.kernel"].how) == (str(files[0]), "LoRA merged")
    assert (found["norm.beta"].file, found["norm.beta"].how) == (str(files[1]), "")
    assert not any("lora" in key for key in found)


def test_adapters_of_what_a_spec_extends(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "adapted.yaml").write_text(TEXT + LORA, encoding="utf-8")
    text = "specc: 1\nmodel: small\nextends: ./adapted.yaml\n"
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    plain = specc.bind(tmp_path / "m.yaml", files, merge_lora=True)
    np.testing.assert_array_equal(plain(IDS), merged(files)(IDS))


def test_the_text_in_an_archive_has_no_adapters(
    files: list[Path], tmp_path: Path, capsys: Any
) -> None:
    import zipfile

    from specc.cli.main import main

    (tmp_path / "m.yaml").write_text(TEXT + LORA + "doc: small\n", encoding="utf-8")
    weights = [argument for path in files for argument in ("-w", str(path))]
    out = tmp_path / "m.keras"
    argv = ["bind", str(tmp_path / "m.yaml"), *weights, "--merge-lora", "-o", str(out)]
    assert main(argv) == 0, capsys.readouterr().err
    with zipfile.ZipFile(out) as archive:
        text = archive.read("specc.yaml").decode()
    assert specc.loads(text).digest == specc.loads(TEXT).digest
    np.testing.assert_array_equal(specc.load_model(out)(IDS), merged(files)(IDS))


def test_what_cannot_be_merged(files: list[Path]) -> None:
    for model, others, words in (
        (specc.loads(TEXT), {}, "has no `lora`"),
        (specc.compile(specc.loads(TEXT)), {}, "give the spec"),
        (specc.loads(TEXT + LORA), {"with_training": True}, "optimizer"),
    ):
        with pytest.raises(SpeccError, match=words) as caught:
            specc.bind(model, files, merge_lora=True, **others)
        assert [each.code for each in caught.value.diagnostics] == ["S920"]

"""`specc check --keras`: what Keras refuses, and the masks that get lost."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import pytest

import specc as api
from tests.cli.conftest import MISFIT, Specc


def test_good_specs(specc_with_keras: Specc) -> None:
    done = specc_with_keras("check", "--keras", "digits.yaml", "more")
    assert done == (0, "3 specs, no problems\n", "")


def test_what_keras_refuses_is_reported_at_its_step(specc_with_keras: Specc) -> None:
    assert specc_with_keras("check", "misfit.yaml").code == 0
    done = specc_with_keras("check", "--keras", "misfit.yaml")
    assert done.code == 1
    assert done.err == ""
    assert "misfit.yaml:12:" in done.out
    assert "error[S602]" in done.out
    assert "Keras says: " in done.out


def test_every_variant_is_built(specc_with_keras: Specc, folder: Path) -> None:
    text = MISFIT.replace('"bij,bjk->bik"', "how").replace(
        "width: 4,", "width: 4, how: 'bijk->bk',"
    )
    text = text.replace("norm, norm)", "norm)").replace("{width: 8}", "{how: 'bij->bi'}")
    (folder / "digits.yaml").write_text(text)
    assert specc_with_keras("check", "digits.yaml").code == 0
    assert specc_with_keras("check", "--keras", "digits.yaml").code == 1
    assert specc_with_keras("check", "--keras", "digits.yaml", "--variant", "small").code == 0
    assert specc_with_keras("check", "--keras", "digits.yaml", "--set", "how=bijk->bi").code == 0


@pytest.mark.usefixtures("keras")
def test_training_is_tried(folder: Path) -> None:
    """The catalog knows all that Keras refuses, as far as we know; so it is gone round here."""
    graph = api.load(folder / "digits.yaml").graph
    assert graph is not None
    backend = importlib.import_module("specc.keras_backend")
    assert backend.check_graph(graph) == []
    wrong = {"optimizer": {"Adam": {"clipnorm": 1.0, "clipvalue": 1.0}}, "loss": "mse"}
    (found,) = backend.check_graph(replace(graph, training=wrong))
    assert found.code == "S604"
    assert "clipnorm" in found.help
    assert found.span.text == "{optimizer: adam, loss: mse}"


HEAD = """\
specc: 1
model: words
inputs:
  ids: {shape: [12], dtype: int32}
body:
  - {Embedding: {input_dim: 100, output_dim: 8, mask_zero: true}, name: words}
"""
LOST = {
    "operation": "  - expr: words * 2.0\n  - {LSTM: {units: 4}, name: out}\n",
    "through layers": "  - expr: words * 2.0\n  - {Dense: {units: 8}, name: dense}\n"
    "  - {Dropout: {rate: 0.5}, name: drop}\n  - {LSTM: {units: 4}, name: out}\n",
    "through operations": "  - {expr: words * 2.0, as: a}\n  - {expr: a + 1.0, as: b}\n"
    "  - {LSTM: {units: 4}, name: out, in: b}\n",
    "pooling": "  - expr: words + 1.0\n  - {GlobalAveragePooling1D: , name: out}\n",
    "inside a wrapper": "  - expr: words + 1.0\n"
    "  - {Bidirectional: {layer: {LSTM: {units: 4}}}, name: out}\n",
}
KEPT = {
    "no operation": "  - {LSTM: {units: 4}, name: out}\n",
    "a layer instead": "  - {Rescaling: {scale: 2.0}, name: twice}\n"
    "  - {Add: , in: [words, twice], name: sum}\n  - {LSTM: {units: 4}, name: out}\n",
    "nothing uses it": "  - expr: words * 2.0\n  - {Dense: {units: 4}, name: out}\n",
    "after the layer that used it": "  - {LSTM: {units: 4}, name: lstm}\n"
    "  - expr: lstm * 2.0\n  - {Dense: {units: 4}, name: out}\n",
    "handed over": "  - {expr: words * 2.0, as: twice}\n"
    "  - {LSTM: {units: 4}, name: out, in: twice, args: {mask: mask_of(words)}}\n",
}


@pytest.mark.parametrize("body", LOST.values(), ids=LOST.keys())
def test_lost_masks(specc_with_keras: Specc, folder: Path, body: str) -> None:
    (folder / "words.yaml").write_text(HEAD + body)
    done = specc_with_keras("check", "--keras", "words.yaml")
    assert done.code == 0, done.out
    assert done.out.count("warning[S606]") == 1
    assert "words.yaml:7:" in done.out
    assert "`out` would use it" in done.out


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_kept_masks(specc_with_keras: Specc, folder: Path, body: str) -> None:
    (folder / "words.yaml").write_text(HEAD + body)
    done = specc_with_keras("check", "--keras", "words.yaml")
    assert done == (0, "1 spec, no problems\n", "")

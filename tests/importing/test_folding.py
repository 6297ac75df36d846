"""Equal blocks become definitions, and the model stays what it was."""

from __future__ import annotations

import keras
import pytest
from keras import layers

import specc
from tests.importing.test_round_trip import same_again


def chain(x, widths, dropout=0.5):
    for i, width in enumerate(widths):
        y = layers.Dense(width, activation="relu", name=f"stage{i}_up")(x)
        y = layers.Dropout(dropout, name=f"stage{i}_drop")(y)
        y = layers.Dense(8, name=f"stage{i}_down")(y)
        x = layers.Add(name=f"stage{i}_add")([x, y])
    return layers.Dense(2, name="head")(x)


def test_equal_blocks_become_one_definition() -> None:
    x = keras.Input((8,), name="x")
    spec = same_again(keras.Model(x, chain(x, [16] * 6), name="residual"), fold=True)
    assert (
        spec.text
        == """\
specc: 1
model: residual
separator: _
inputs:
  x: {shape: [8]}
define:
  stage:
    inputs: [x]
    body:
      - {Dense: {units: 16, activation: relu}, name: up}
      - {Dropout: {rate: 0.5}, name: drop}
      - {Dense: {units: 8}, name: down}
      - {Add: null, in: [x, down], name: add}
body:
  - for: i in range(0, 6)
    name: =f"stage{i}"
    body:
      - stage: null
  - {Dense: {units: 2}, name: head}
"""
    )


def test_values_that_differ_become_params() -> None:
    x = keras.Input((8,), name="x")
    spec = same_again(keras.Model(x, chain(x, [16, 32, 64]), name="residual"), fold=True)
    assert "params: {units: int}" in spec.text
    assert "- {stage: {units: 64}, name: stage2}" in spec.text


def test_a_block_that_is_read_inside_stays() -> None:
    x = keras.Input((8,), name="x")
    model = keras.Model(x, chain(x, [16] * 6), name="residual")
    tapped = keras.Model(x, [model.output, model.get_layer("stage3_drop").output], name="tapped")
    spec = same_again(tapped, fold=True)
    assert "name: stage3_drop" in spec.text


def test_a_short_text_isnt_folded_unless_asked() -> None:
    x = keras.Input((8,), name="x")
    model = keras.Model(x, chain(x, [16, 32]), name="residual")
    assert "define" not in specc.from_keras(model).text
    assert "define" not in specc.from_keras(model, fold=False).text


def test_resnet_50_is_short() -> None:
    model = keras.applications.ResNet50(weights=None)
    assert same_again(model, fold=True).text.count("\n") < 120
    assert specc.from_keras(model, fold=False).text.count("\n") < 2 * len(model.layers)


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, each in vars(keras.applications).items()
        if callable(each) and name[:1].isupper()
    ),
)
def test_every_application_is_equal(name: str) -> None:
    model = getattr(keras.applications, name)(weights=None)
    for fold in (False, True):
        same_again(model, fold=fold)

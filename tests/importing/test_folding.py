"""Equal blocks become definitions, and the model stays what it was."""

from __future__ import annotations

import json

import generate_applications
import keras
import pytest
from keras import layers
from round_trip import same_again

import specc
from specc.importing import spec_texts
from specc.importing.folding import folded
from specc.importing.sameness import layers_of, layers_said
from specc.source.yaml_writer import write_yaml


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


def test_values_in_lists_become_params() -> None:
    x = keras.Input((4,), name="x")
    y = x
    for i, width in enumerate([4, 8, 12, 16]):
        y = layers.Dense(width, name=f"part{i}_dense")(y)
        y = layers.Reshape((1, width), name=f"part{i}_reshape")(y)
        y = layers.Flatten(name=f"part{i}_flat")(y)
    text = same_again(keras.Model(x, y, name="lists"), fold=True).text
    assert "{Reshape: {target_shape: [1, =units]}, name: reshape}" in text


def counted(x, widths):
    """Blocks as Keras counts the names of their layers, some of them operations."""
    for i, width in enumerate(widths, 3):
        y = layers.Dense(width, use_bias=False, name=f"dense_{i}")(x)
        y = layers.BatchNormalization(name=f"norm_{i}")(y)
        y = layers.Activation("relu", name=f"activation_{2 * i}")(y)
        x = layers.Dense(8, name=f"dense_{i}_of_block")(y) + 0.5 * x
    return layers.Dense(2, name="head")(x)


def test_counted_names_become_a_param() -> None:
    x = keras.Input((8,), name="x")
    y = x
    for i in range(1, 9):
        y = layers.Dense(4 * i, use_bias=False, name=f"dense_{i}")(y)
        y = layers.BatchNormalization(name=f"norm_{i + 2}")(y)
        y = layers.Activation("relu", name=f"activation_{2 * i}")(y)
    spec = same_again(keras.Model(x, y, name="counted"), fold=True)
    assert spec.text.count("\n") < 25
    assert 'name: =f"norm_{n + 2}"' in spec.text
    flat = specc.from_keras(specc.compile(spec), fold=False)
    assert flat.digest == spec.digest
    assert [slot.key for slot in flat.slots] == [slot.key for slot in spec.slots]


def test_blocks_hold_operations() -> None:
    x = keras.Input((8,), name="x")
    spec = same_again(keras.Model(x, counted(x, [8, 16] * 4), name="operations"), fold=True)
    assert "define:" in spec.text
    assert spec.text.count("- Dense: ") + spec.text.count("- {Dense: ") < 7


def test_attention_blocks() -> None:
    x = y = keras.Input((4, 8), name="x")
    for i in range(3):
        attend = layers.MultiHeadAttention(2, 4, name=f"layer_{i}_attention")
        z = layers.Add(name=f"layer_{i}_add")([y, attend(y, y)])
        y = layers.LayerNormalization(name=f"layer_{i}_norm")(z)
    spec = same_again(keras.Model(x, y, name="transformer"), fold=True)
    assert spec.text.count("MultiHeadAttention") == 1


def branches(x, units, n):
    """Four branches, each twice a dense layer, as Keras counts their names."""
    sides = []
    for side in range(4):
        y = x
        for step in range(2):
            y = layers.Dense(units, name=f"dense_{8 * n + 2 * side + step}")(y)
            y = layers.BatchNormalization(name=f"norm_{8 * n + 2 * side + step}")(y)
            y = layers.Activation("relu", name=f"activation_{8 * n + 2 * side + step}")(y)
        sides.append(y)
    return layers.Concatenate(name=f"joined_{n}")(sides)


def test_definitions_hold_uses_of_others() -> None:
    x = y = keras.Input((8,), name="x")
    for n in range(1, 6):
        y = branches(y, 8 * n, n)
    spec = same_again(keras.Model(x, y, name="branches"), fold=True)
    [small, large] = spec.document.define
    assert large == "joined"
    assert spec.text.count(f"{small}: ") == 4
    assert "- joined: {units: 24, n: 24, n_1: 3}" in spec.text


def unet(x):
    """A U-Net: each level down gives what is pooled, and what goes across."""
    skips = []
    for n in range(1, 5):
        x = layers.Conv2D(8 * n, 3, padding="same", use_bias=False, name=f"down{n}_conv")(x)
        x = layers.BatchNormalization(name=f"down{n}_norm")(x)
        x = layers.SpatialDropout2D(0.1, name=f"down{n}_drop")(x)
        x = layers.Activation("relu", name=f"down{n}_relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D(name=f"down{n}_pool")(x)
    for n, skip in enumerate(reversed(skips), 1):
        x = layers.UpSampling2D(name=f"up_{n}")(x)
        x = layers.Concatenate(name=f"across_{n}")([x, skip])
    return layers.Conv2D(2, 1, name="masks")(x)


def test_a_block_may_have_two_outputs() -> None:
    x = keras.Input((16, 16, 3), name="x")
    spec = same_again(keras.Model(x, unet(x), name="unet"), fold=True)
    assert "outputs: [_, relu]" in spec.text
    assert "{down: {filters: 24}, name: down3, as: [_, down3_relu]}" in spec.text
    assert spec.text.count("MaxPooling2D: null") == 1


@pytest.mark.parametrize("sequential", [False, True])
def test_models_inside_fold_too(sequential: bool) -> None:
    shape = x = keras.Input((8,), name="x")
    stack = []
    for i in range(12):
        stack += [
            layers.Dense(16, name=f"layer{i}_up"),
            layers.LayerNormalization(name=f"layer{i}_norm"),
            layers.Dense(8, name=f"layer{i}_down"),
        ]
    if sequential:
        inner = keras.Sequential([shape, *stack], name="backbone")
    else:
        for layer in stack:
            x = layer(x)
        inner = keras.Model(shape, x, name="backbone")
    image = keras.Input((8,), name="image")
    outer = keras.Model(image, layers.Dense(2, name="head")(inner(image)), name="outer")
    spec = same_again(outer, fold=True)
    assert spec.text.count("LayerNormalization") == 1
    assert "{n: 11}" in spec.text


def test_equal_models_inside_are_one_definition() -> None:
    def encoder(name):
        x = keras.Input((8,), name="x")
        return keras.Model(x, layers.Dense(4, name="dense")(layers.ReLU(name="relu")(x)), name=name)

    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    joined = layers.Add(name="add")([encoder("one")(left), encoder("other")(right)])
    spec = same_again(keras.Model([left, right], joined, name="towers"), fold=False)
    assert list(spec.document.define) == ["One"]


def bottlenecks(x, widths):
    """Blocks as of MobileNet: some are strided, some wide, and some have a shortcut."""
    for i, (width, strides) in enumerate(widths):
        y = x
        if i:
            y = layers.Conv2D(2 * width, 1, use_bias=False, name=f"block{i}_expand")(y)
            y = layers.BatchNormalization(name=f"block{i}_expand_norm")(y)
        if strides > 1:
            y = layers.ZeroPadding2D(1, name=f"block{i}_pad")(y)
        padding = "same" if strides == 1 else "valid"
        y = layers.DepthwiseConv2D(3, strides, padding, name=f"block{i}_depthwise")(y)
        y = layers.Conv2D(width, 1, name=f"block{i}_project")(y)
        x = layers.Add(name=f"block{i}_add")([x, y]) if x.shape == y.shape else y
    return x


def test_what_some_blocks_lack_is_in_ifs() -> None:
    x = keras.Input((16, 16, 3), name="x")
    widths = [(4, 1), (8, 2), (8, 1), (8, 1), (12, 2), (12, 1), (12, 1), (12, 1), (16, 1)]
    spec = same_again(keras.Model(x, bottlenecks(x, widths), name="mobile"), fold=True)
    assert "      - if: strides > 1\n" in spec.text
    assert "padding: ='valid' if strides > 1 else 'same'" in spec.text
    assert "project_filters: 12, residual: false}, name: block4}" in spec.text
    assert spec.text.count("DepthwiseConv2D") < 3


def test_what_blocks_have_instead_is_in_else() -> None:
    x = y = keras.Input((16, 16, 3), name="x")
    for i, strided in enumerate([True, False] * 3):
        for n in range(3):
            y = layers.Conv2D(4, 3, padding="same", name=f"stage{i}_conv{n}")(y)
            y = layers.BatchNormalization(name=f"stage{i}_norm{n}")(y)
        name = f"stage{i}_pool" if strided else f"stage{i}_drop"
        last = layers.MaxPooling2D(name=name) if strided else layers.Dropout(0.5, name=name)
        y = last(y)
    spec = same_again(keras.Model(x, y, name="stages"), fold=True)
    assert "        else:\n" in spec.text


def test_long_steps_share_a_param() -> None:
    he = {"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_out"}}
    x = y = keras.Input((8, 8, 3), name="x")
    for i in range(5):
        y = layers.Conv2D(
            2 + i, 3, padding="same", kernel_initializer=he, bias_initializer="ones", name=f"c{i}"
        )(y)
    spec = same_again(keras.Model(x, y, name="presets"), fold=False)
    assert "- {Conv: {filters: 4}, name: c2}" in spec.text
    assert spec.params["Conv"]["Conv2D"]["padding"] == "same"


def test_a_chain_of_equal_layers_isnt_folded_by_twos() -> None:
    chained = [{"Dense": {"units": 3 + i % 5}, "name": f"dense_{i}"} for i in range(1, 2_000)]
    inputs = {"x": {"shape": [8]}}
    assert folded({"specc": 1, "model": "chain", "inputs": inputs, "body": chained}) is None


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
@pytest.mark.parametrize("name", generate_applications.names())
def test_every_application_is_equal(name: str) -> None:
    row = generate_applications.row(name)
    assert row.endswith("| yes |")
    flat, folded = map(int, row.split("|")[3:5])
    assert folded < 0.75 * flat or name.startswith("VGG")


def test_what_a_flat_document_says_is_what_its_graph_has() -> None:
    x = y = keras.Input((8, 8, 3), batch_size=2, name="x")
    for i in range(3):
        z = layers.Conv2D(3, 3, padding="same", activation="relu", name=f"block{i}_conv")(y)
        y = layers.Concatenate(name=f"block{i}_join")([y, layers.MaxPooling2D(1)(z)])
    document = document_of(keras.Model(x, [y, x], name="plain"))
    graph = specc.loads(write_yaml(document)).graph
    assert graph is not None
    assert layers_said(document) == layers_of(graph)
    document["body"][-1]["in"] = ["x", "block0_join"]
    assert layers_said(document) != layers_of(graph)


def scaled(x):
    return x * 2.0 + 1.0


def frozen(x):
    return layers.Dense(2, trainable=False)(x)


@pytest.mark.parametrize("made", [scaled, frozen])
def test_what_takes_more_than_names_is_read(made) -> None:
    x = keras.Input((8,), name="x")
    assert layers_said(document_of(keras.Model(x, made(x), name="more"))) is None


def document_of(model: keras.Model):
    """The flat document of a model."""
    return spec_texts(json.loads(model.to_json()), "a model", fold=False).document

"""What Keras 2 writes, by tf-keras: full models and weights alone, layer by layer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from specc.weights.opening import open_source
from tests.weights.arrays import same
from tests.weights.hostile import refused

# In a process of its own: it registers what Keras 3 registers too.
WRITE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, tf_keras as keras
layers = keras.layers
inner = keras.Sequential([keras.Input((4,)), layers.Dense(4, name="b")], name="inner")
x = keras.Input((5, 4))
y = layers.Bidirectional(layers.LSTM(3), name="both")(layers.TimeDistributed(inner, name="td")(x))
y = layers.BatchNormalization(name="norm")(y)
model = keras.Model(x, layers.Dense(2, name="scope/head")(y))
model.compile("adam", "mse")
model.fit(np.ones((2, 5, 4)), np.ones((2, 2)), verbose=0)
model.save("full.h5")
model.save_weights("weights.h5")
model.save_weights("new.weights.h5")
long = keras.Sequential([layers.Dense(1, name="d" * 200 + str(i)) for i in range(400)])
long.build((None, 1))
long.save_weights("long.h5")
arrays = {}
for layer in model.layers:
    # The order of these files: what is trained first.
    for i, weight in enumerate(layer.trainable_weights + layer.non_trainable_weights):
        arrays[f"{layer.name}|{weight.name}|{i}"] = weight.numpy()
np.savez("expected.npz", **arrays)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tf_keras", reason="the extra `dev` has it")
    folder = tmp_path_factory.mktemp("keras2")
    subprocess.run([sys.executable, "-c", WRITE], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", ["full.h5", "weights.h5"])
def test_every_weight_by_layer_name_and_number(folder: Path, name: str) -> None:
    with np.load(folder / "expected.npz") as expected, open_source(folder / name) as source:
        assert source.format == "keras2-h5"
        names = ("layer_name", "weight_name", "index")
        read = {
            "|".join(info.names[name] for name in names): source.read(info.key)
            for info in source.tensors().values()
            if info.role == "variable"
        }
        assert read.keys() == set(expected)
        assert all(same(read[key], expected[key]) for key in expected)


def test_the_rest_of_a_full_model(folder: Path) -> None:
    with open_source(folder / "full.h5") as source:
        optimizer = [info for info in source.tensors().values() if info.role == "optimizer"]
        assert {info.role for info in source.tensors().values()} == {"variable", "optimizer"}
        metadata = source.metadata()
    assert len(optimizer) > 10
    assert '"class_name": "Functional"' in metadata["model_config"]
    assert metadata["backend"] == "tensorflow"
    assert metadata.keys() >= {"keras_version", "training_config"}


def test_names_that_were_cut_into_several_attributes(folder: Path) -> None:
    with h5py.File(folder / "long.h5") as file:
        assert "layer_names1" in file.attrs
    with open_source(folder / "long.h5") as source:
        layers = [info.names["layer_name"] for info in source.tensors().values()]
    assert set(layers) == {"d" * 200 + str(i) for i in range(400)}


def test_the_newer_form_has_no_names_of_layers(folder: Path) -> None:
    """What tf-keras writes as `.weights.h5` is Keras 3's form, as it was before it had them."""
    with open_source(folder / "new.weights.h5") as source:
        assert source.format == "keras3-h5"
        infos = source.tensors().values()
        assert {info.role for info in infos} == {"variable", "optimizer", "metric"}
        assert not any("layer_name" in info.names for info in infos)
        dense = {info.key for info in infos if info.names["object_path"] == "layers/dense"}
    assert dense == {"layers/dense/vars/0", "layers/dense/vars/1"}


def made(path: Path, layers: object, weights: object) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = layers
        for layer in ("a", "b"):
            group = file.create_group(layer)
            group.attrs["weight_names"] = weights
            group["w:0"] = np.ones(2, "float32")
    return path


def test_a_weight_that_is_only_named(tmp_path: Path) -> None:
    path = made(tmp_path / "evil.h5", [b"a", b"b"], [b"w:0", b"v:0"])
    refused(path, "S903", "`a/v:0`")


def test_a_weight_of_two_layers(tmp_path: Path) -> None:
    refused(made(tmp_path / "evil.h5", [b"a", b"b", b"a"], [b"w:0"]), "S903", "two layers")


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    refused(made(tmp_path / "evil.h5", [b"a\xff", b"b"], [b"w:0"]), "S903", "UTF-8")


def test_what_no_layer_names_is_something_else(tmp_path: Path) -> None:
    with open_source(made(tmp_path / "a.h5", [b"a"], [b"w:0"])) as source:
        roles = {info.key: info.role for info in source.tensors().values()}
    assert roles == {"a/w:0": "variable", "b/w:0": "other"}

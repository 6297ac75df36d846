"""Keras 2's SavedModels: what describes their layers is read, their graph never run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.cli.main import main
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from tests.importing.corpus import CORPUS, MISSING
from tests.weights.tensorflow_bytes import message


def dense(name: str, **others: object) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": 3, **others}}


CHAIN = {
    "name": "chain",
    "class_name": "Sequential",
    "config": {"name": "chain", "layers": [dense("d", batch_input_shape=[None, 4])]},
}
MINE = {
    "name": "mine",
    "class_name": "Mine",
    "config": {},
    "build_input_shape": {"class_name": "TensorShape", "items": [2, 5]},
}
BLOCK = {"class_name": "Block", "config": {"n": 3}}
HELD = {
    "first": dense("dense"),
    "block": BLOCK,
    "block.dense": dense("dense_1"),
    "many.0": dense("dense_2", activation="relu"),
}


def described(folder: Path, root: object, **held: object) -> Path:
    """A SavedModel with `keras_metadata.pb`."""
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(b"")
    nodes = [(0, "root", "_tf_keras_model", root)]
    nodes += [(i + 1, f"root.{k}", "_tf_keras_layer", v) for i, (k, v) in enumerate(held.items())]
    fields = (
        message((2, i), (3, path), (4, kind), (5, json.dumps(meta)))
        for i, path, kind, meta in nodes
    )
    data = message(*((1, each) for each in fields))
    (folder / "keras_metadata.pb").write_bytes(data)
    return folder


def in_the_graph(folder: Path, *objects: tuple[object, dict[str, int]]) -> Path:
    """A SavedModel as TensorFlow 2.0 to 2.4 wrote it: what describes a layer is with the object."""
    folder.mkdir()
    nodes = []
    for meta, children in objects:
        edges = [(1, message((1, number), (2, name))) for name, number in children.items()]
        user = message((1, "_tf_keras_layer"), (3, json.dumps(meta))) if meta else b""
        nodes.append((1, message(*edges, (4, user))))
    data = message((2, message((7, message(*nodes)))))
    (folder / "saved_model.pb").write_bytes(data)
    return folder


def problem(path: Path) -> Diagnostic:
    with pytest.raises(SpeccError) as raised:
        specc.import_model(path)
    [found] = raised.value.diagnostics
    return found


def test_a_described_model(tmp_path: Path) -> None:
    spec = specc.import_model(described(tmp_path / "m", CHAIN))
    assert "- {Dense: {units: 3}, name: d}" in spec.text
    assert specc.import_model(tmp_path / "m" / "saved_model.pb").text == spec.text


def test_a_model_described_in_the_graph(tmp_path: Path) -> None:
    folder = in_the_graph(tmp_path / "m", (CHAIN, {"d": 1, "keras_api": 0}), (dense("d"), {}))
    assert "- {Dense: {units: 3}, name: d}" in specc.import_model(folder).text


def test_a_subclassed_model_says_what_is_known_and_what_is_not(tmp_path: Path) -> None:
    found = problem(described(tmp_path / "m", MINE, **HELD))
    assert found.code == "S528"
    assert "what `Mine` does" in found.message
    assert "`block`, of the class `Block`" in found.message
    assert "block.dense" not in found.message
    for line in ("x: {shape: [5]}", "first: {Dense: {units: 3}}", "many_0: {Dense: {units: 3, act"):
        assert line in found.help


def test_the_same_of_older_ones(tmp_path: Path) -> None:
    objects = ((MINE, {"first": 1, "block": 2}), (dense("d"), {}), (BLOCK, {"dense": 3}))
    found = problem(in_the_graph(tmp_path / "m", *objects, (dense("e"), {"up": 0})))
    assert "first: {Dense" in found.help
    assert "block.dense" not in found.message


def test_without_a_description_there_is_only_a_graph(tmp_path: Path) -> None:
    found = problem(in_the_graph(tmp_path / "m", (None, {"x": 1}), (None, {"y": 7})))
    assert found.code == "S520"
    assert "only a graph" in found.message


@pytest.mark.parametrize(
    "data", [b"\xff", message((1, message((2, 0), (4, "_tf_keras_x"), (5, "{"))))]
)
def test_a_damaged_description_is_refused(tmp_path: Path, data: bytes) -> None:
    folder = described(tmp_path / "m", CHAIN)
    (folder / "keras_metadata.pb").write_bytes(data)
    assert problem(folder).code == "S903"


def test_a_description_elsewhere_is_not_followed(tmp_path: Path) -> None:
    folder = described(tmp_path / "m", CHAIN)
    (folder / "keras_metadata.pb").rename(tmp_path / "elsewhere")
    (folder / "keras_metadata.pb").symlink_to(tmp_path / "elsewhere")
    assert problem(folder).code == "S904"


EXPECTED = {
    "bad_half_plus_two/00000123": "S520",
    "saved_model_half_plus_three/00000123": "S520",
    "saved_model_half_plus_two_cpu/00000123": "S520",
    "saved_model_half_plus_two_tf2_cpu/00000123": "S520",
    "tf_text_regression/01": "S528",
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason=MISSING)
@pytest.mark.parametrize("end", EXPECTED)
def test_the_corpus_holds_none_of_layers(end: str) -> None:
    """Graphs of TensorFlow, and a subclassed model."""
    [folder] = CORPUS.glob(f"savedmodel/**/testdata/{end}")
    assert problem(folder).code == EXPECTED[end]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tf_keras", reason="the extra `dev` has it")
    folder = tmp_path_factory.mktemp("saved")
    program = str(Path(__file__).with_name("saved_models.py"))
    subprocess.run([sys.executable, program, str(folder)], check=True, capture_output=True)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("name", ["functional", "sequential", "old_functional", "old_sequential"])
def test_what_keras_2_saved_computes_the_same(keras: ModuleType, saved: Path, name: str) -> None:
    spec, weights = saved / f"{name}.yaml", saved / f"{name}.safetensors"
    assert main(["import", str(saved / name), "-o", str(spec), "--weights", str(weights)]) == 0
    model = specc.bind(str(spec), [str(weights)])
    with np.load(saved / "arrays.npz") as arrays:
        found = np.asarray(model(arrays["x"], training=False))
        np.testing.assert_allclose(found, arrays[name.removeprefix("old_")], rtol=1e-5, atol=1e-6)


@pytest.mark.long
def test_what_keras_2_saved_of_a_subclassed_model(saved: Path) -> None:
    found = problem(saved / "subclassed")
    assert "`block`, of the class `Block`" in found.message
    assert "many_1: {BatchNormalization" in found.help

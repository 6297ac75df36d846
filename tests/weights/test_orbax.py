"""Orbax's checkpoints, as several versions of it wrote them; see orbax/README.md."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc import SpeccError
from specc.weights import open_source
from specc.weights.arrays import is_aligned
from tests.weights.arrays import same
from tests.weights.orbax.trees import KERAS, SIMPLE, TREE

FOLDER = Path(__file__).with_name("orbax")
PARAMS = TREE["params"]
WANTED = {
    "params.dense.kernel": PARAMS["dense"]["kernel"],
    "params.list.0": PARAMS["list"][0],
    "params.list.1": PARAMS["list"][1],
    "params.with.dot": PARAMS["with.dot"],
    "params.a/b": PARAMS["a/b"],
    "step": np.array(7),
    "name": np.array(b"hello", object),
    **{key: TREE[key] for key in ("float8", "bool", "int4", "complex", "seed", "zeros")},
}
OLD = {
    **{f"params.{name}": array for name, array in SIMPLE["params"].items()},
    "opt.0": SIMPLE["opt"][0],
    "opt.1.mu": SIMPLE["opt"][1]["mu"],
    "step": np.array(7),
}
FORMS = [
    *((f"{version}/{form}", WANTED) for version in ("0.6.4", "0.12.8")
      for form in ("database", "folders", "zarr3", "zarr3-folders")),
    *((f"{version}/{form}-sharded", OLD) for version in ("0.4.8", "0.6.4", "0.12.8")
      for form in ("database", "folders")),
    *((f"0.4.8/{form}", OLD) for form in ("database", "folders")),
]  # fmt: skip
SPEC = """\
specc: 1
model: net
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
  - {BatchNormalization: , name: norm}
  - {Dropout: {rate: 0.5}, name: drop}
  - {Dense: {units: 2}, name: head}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each version, with what it wrote."""
    folder = tmp_path_factory.mktemp("orbax")
    for archive in FOLDER.glob("orbax-*.zip"):
        shutil.unpack_archive(archive, folder / archive.stem.removeprefix("orbax-"))
    return folder


@pytest.fixture
def damaged(written: Path, tmp_path: Path) -> Path:
    for form in ("database", "folders"):
        shutil.copytree(written / "0.12.8" / form, tmp_path / form)
    return tmp_path


def refusal(path: Path, key: str = "") -> str:
    with pytest.raises(SpeccError) as caught, open_source(path) as source:
        source.read(key)
    return "\n".join(f"{each} {each.help}" for each in caught.value.diagnostics)


@pytest.mark.parametrize(("form", "wanted"), FORMS, ids=[form for form, _ in FORMS])
def test_every_form(written: Path, form: str, wanted: dict[str, np.ndarray]) -> None:
    with open_source(written / form) as source:
        assert source.format == "orbax"
        assert source.tensors().keys() == wanted.keys()
        for key, array in wanted.items():
            info = source.tensors()[key]
            assert info.shape == array.shape
            read = source.read(key)
            assert same(read, array), key
            assert read.dtype == object or is_aligned(read)
        with pytest.raises(KeyError):
            source.read("none")


def test_what_has_no_list_of_its_arrays_is_refused(written: Path) -> None:
    text = refusal(written / "0.2.7" / "item")
    assert "S950" in text
    assert "save it with a newer version" in text


@pytest.mark.parametrize("version", ["0.6.4", "0.12.8"])
def test_steps_of_a_manager(written: Path, tmp_path: Path, version: str) -> None:
    shutil.copytree(written / version / "runs", tmp_path / "runs")
    paths = {"runs": 10, "runs/10": 10, "runs/9": 9, "runs/9/state": 9}
    for path, step in paths.items():
        with open_source(tmp_path / path) as source:
            assert source.read("w").tolist() == [step] * 3
    shutil.copytree(tmp_path / "runs/9/state", tmp_path / "runs/9/other")
    assert "there are 2 items in it: `other`, `state`" in refusal(tmp_path / "runs/9")
    shutil.rmtree(tmp_path / "runs/10/state")
    assert "there are no arrays in it" in refusal(tmp_path / "runs")


def test_what_keras_saves_binds(keras: ModuleType, written: Path) -> None:
    runs = written / "0.12.8-keras-3.15.1" / "runs"
    plan = specc.plan(specc.loads(SPEC), runs)
    assert plan.ok, str(plan)
    assert (plan.files[0].format, plan.files[0].strategy) == ("orbax", "Keras paths")
    bound = specc.bind(specc.loads(SPEC), runs)
    for key, array in KERAS.items():
        layer, _, attribute = key.partition(".")
        assert same(getattr(bound.get_layer(layer), attribute).numpy(), array), key


def test_paths_may_begin_with_the_name_of_the_model(tmp_path: Path) -> None:
    """Where Keras built it late, as a `Sequential` without an input."""
    tree = {}
    for name, array in KERAS.items():
        part = "non_trainable_variables" if "moving" in name else "trainable_variables"
        steps = (part, "sequential_7", *name.split("."))
        tree[str(steps)] = leaf(*steps)
        folder = tmp_path / "item" / ".".join(steps)
        folder.mkdir(parents=True)
        shape = list(array.shape)
        about = {"zarr_format": 2, "shape": shape, "chunks": shape, "dtype": "<f4", "order": "C"}
        nothing = {"compressor": None, "filters": None, "fill_value": None}
        (folder / ".zarray").write_text(json.dumps({**about, **nothing}))
        (folder / ".".join("0" * array.ndim)).write_bytes(array.tobytes())
    (tmp_path / "item" / "_METADATA").write_text(json.dumps({"tree_metadata": tree}))
    plan = specc.plan(specc.loads(SPEC), tmp_path / "item")
    assert plan.ok, str(plan)
    assert plan.files[0].strategy == "Keras paths"


# --- what is damaged, or made to harm ---


def test_damaged_files_are_refused(damaged: Path) -> None:
    manifest = damaged / "database" / "manifest.ocdbt"
    manifest.write_bytes(manifest.read_bytes()[:-9])
    assert "S903" in refusal(damaged / "database")
    (damaged / "folders" / "zeros" / ".zarray").write_text("{}")
    assert "tensor `zeros`" in refusal(damaged / "folders")


def test_a_missing_chunk_is_no_zeros(damaged: Path) -> None:
    (damaged / "folders" / "params.dense.kernel" / "0.0").unlink()
    assert "S903" in refusal(damaged / "folders", "params.dense.kernel")


def test_a_tree_of_another_form_is_refused(damaged: Path) -> None:
    place = damaged / "folders" / "_METADATA"
    for tree in (None, {"x": 3}, {"x": {"key_metadata": [], "value_metadata": {}}}):
        place.write_text(json.dumps({"tree_metadata": tree}))
        assert "S903" in refusal(damaged / "folders")


def leaf(*steps: str) -> dict[str, Any]:
    value = {"value_type": "np.ndarray", "skip_deserialize": False}
    return {"key_metadata": [{"key": step} for step in steps], "value_metadata": value}


def test_names_lead_nowhere_else(damaged: Path) -> None:
    outside = damaged / "secret"
    shutil.copytree(damaged / "folders" / "zeros", outside)
    place = damaged / "folders" / "_METADATA"
    for name in ("../secret", str(outside)):
        place.write_text(json.dumps({"tree_metadata": {"x": leaf(name)}}))
        assert "S904" in refusal(damaged / "folders")
    (damaged / "folders" / "link").symlink_to(outside)
    place.write_text(json.dumps({"tree_metadata": {"x": leaf("link")}}))
    assert "S904" in refusal(damaged / "folders")


def test_a_shape_is_no_reason_to_allocate(damaged: Path) -> None:
    place = damaged / "folders" / "zeros" / ".zarray"
    about = json.loads(place.read_text())
    for size, chunk in ((2**40, 4), (4, 2**40)):
        place.write_text(json.dumps({**about, "shape": [size, 4], "chunks": [chunk, 4]}))
        text = refusal(damaged / "folders", "zeros")
        assert "S906" in text or "S903" in text


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.ocdbt").touch()
    (tmp_path / "_METADATA").write_text(json.dumps({"tree_metadata": {"x": leaf("w")}}))
    monkeypatch.setitem(sys.modules, "tensorstore", None)
    text = refusal(tmp_path)
    assert "error[S953]" in text
    assert "pip install 'specc[orbax]'" in text


def test_what_a_stopped_save_left_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "5.orbax-checkpoint-tmp"
    folder.mkdir()
    (folder / "_METADATA").write_text("{}")
    assert "S950" in refusal(folder)

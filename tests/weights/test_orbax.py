"""Orbax's checkpoints, as Orbax and Keras write them; skipped where Orbax isn't installed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import specc
from specc import SpeccError
from specc.weights import open_source
from specc.weights.arrays import is_aligned
from tests.weights.arrays import same

TREE: dict[str, Any] = {
    "params": {
        "dense": {"kernel": np.arange(6, dtype="float32").reshape(2, 3)},
        "list": [np.ones(2, ml_dtypes.bfloat16), np.array(3, "int64")],
        "with.dot": np.ones((2, 2), "int8"),
        "a/b": np.full((1, 3), np.nan, "float16"),
    },
    "step": 7,
    "name": "hello",
    "nothing": None,
    "float8": np.ones(3, ml_dtypes.float8_e4m3fn),
    "bool": np.array([True, False]),
    "int4": np.arange(3).astype(ml_dtypes.int4),
    "complex": np.ones(2, "complex64"),
    "seed": np.array([2**32 - 1], "uint32"),
    "zeros": np.zeros((3, 4), "float32"),
}
WANTED = {
    "params.dense.kernel": TREE["params"]["dense"]["kernel"],
    "params.list.0": TREE["params"]["list"][0],
    "params.list.1": TREE["params"]["list"][1],
    "params.with.dot": TREE["params"]["with.dot"],
    "params.a/b": TREE["params"]["a/b"],
    "step": np.array(7),
    "name": np.array(b"hello", object),
    **{key: TREE[key] for key in ("float8", "bool", "int4", "complex", "seed", "zeros")},
}
FORMS = {
    "database": {},
    "folders": {"use_ocdbt": False},
    "zarr 3": {"use_zarr3": True},
    "zarr 3 in folders": {"use_ocdbt": False, "use_zarr3": True},
}
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
def orbax() -> Any:
    pytest.importorskip("tensorstore", reason="tensorstore isn't installed: specc[orbax]")
    return pytest.importorskip("orbax.checkpoint", reason="Orbax, which writes them, isn't here")


@pytest.fixture(scope="module")
def written(orbax: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each form of an item."""
    folder = tmp_path_factory.mktemp("orbax")
    for name, options in FORMS.items():
        handler = orbax.PyTreeCheckpointHandler(**options)
        orbax.Checkpointer(handler).save(folder / name, TREE)
    return folder


@pytest.fixture
def damaged(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written / "database", tmp_path / "database")
    shutil.copytree(written / "folders", tmp_path / "folders")
    return tmp_path


def refusal(path: Path, key: str = "") -> str:
    with pytest.raises(SpeccError) as caught, open_source(path) as source:
        source.read(key)
    return "\n".join(f"{each} {each.help}" for each in caught.value.diagnostics)


@pytest.mark.parametrize("form", FORMS)
def test_every_form(written: Path, form: str) -> None:
    with open_source(written / form) as source:
        assert source.format == "orbax"
        assert source.tensors().keys() == WANTED.keys()
        for key, array in WANTED.items():
            info = source.tensors()[key]
            assert info.shape == array.shape
            read = source.read(key)
            assert same(read, array), key
            assert read.dtype == object or is_aligned(read)
        with pytest.raises(KeyError):
            source.read("none")


def test_steps_of_a_manager(orbax: Any, tmp_path: Path) -> None:
    with orbax.CheckpointManager(tmp_path / "runs") as manager:
        for step in (9, 10):
            items = {
                "state": orbax.args.StandardSave({"w": np.full(3, step)}),
                "about": orbax.args.JsonSave({"a": 1}),
            }
            manager.save(step, args=orbax.args.Composite(**items))
        manager.wait_until_finished()
    paths = {"runs": 10, "runs/10": 10, "runs/9": 9, "runs/9/state": 9}
    for path, step in paths.items():
        with open_source(tmp_path / path) as source:
            assert source.read("w").tolist() == [step] * 3
    shutil.copytree(tmp_path / "runs/9/state", tmp_path / "runs/9/other")
    assert "there are 2 items in it: `other`, `state`" in refusal(tmp_path / "runs/9")
    shutil.rmtree(tmp_path / "runs/10/state")
    assert "there are no arrays in it" in refusal(tmp_path / "runs")


@pytest.mark.filterwarnings("ignore")  # of the other libraries
def test_what_keras_saves_binds(orbax: Any, keras: ModuleType, tmp_path: Path) -> None:
    model = specc.compile(specc.loads(SPEC), seed=1)
    model.compile("adam", "mse")
    saver = keras.callbacks.OrbaxCheckpoint(str(tmp_path / "runs"), save_on_background=False)
    inputs = np.random.default_rng(1).random((8, 4), np.float32)
    model.fit(inputs, np.ones((8, 2)), epochs=2, verbose=0, callbacks=[saver])
    plan = specc.plan(specc.loads(SPEC), tmp_path / "runs")
    assert plan.ok, str(plan)
    assert (plan.files[0].format, plan.files[0].strategy) == ("orbax", "Keras paths")
    bound = specc.bind(specc.loads(SPEC), tmp_path / "runs")
    np.testing.assert_array_equal(bound(inputs), model(inputs))


def test_paths_may_begin_with_the_name_of_the_model(orbax: Any, tmp_path: Path) -> None:
    """Where Keras built it late, as a `Sequential` without an input."""
    shapes = {
        "hidden/kernel": (4, 3),
        "hidden/bias": (3,),
        "head/kernel": (3, 2),
        "head/bias": (2,),
    }
    norm = dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), np.ones(3, "float32"))
    tree: dict[str, Any] = {"norm": norm}
    for path, shape in shapes.items():
        layer, _, name = path.partition("/")
        tree.setdefault(layer, {})[name] = np.ones(shape, "float32")
    orbax.PyTreeCheckpointer().save(tmp_path / "w", {"trainable_variables": {"sequential_7": tree}})
    assert specc.plan(specc.loads(SPEC), tmp_path / "w").ok


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

"""Trainable-only files written during `fit`."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from specc.keras_backend import saved

TEXT = """\
specc: 1
model: small
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
  - {Dense: {units: 2}, name: head}
freeze: [hidden]
training: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
"""
NORM = TEXT.replace(
    "  - {Dense: {units: 2}", "  - {BatchNormalization: , name: norm}\n  - {Dense: {units: 2}"
)


@pytest.fixture
def model(keras: ModuleType) -> Any:
    return specc.compile(specc.loads(TEXT), seed=1)


def fit(model: Any, *callbacks: Any, epochs: int = 1) -> None:
    """Epochs of three batches."""
    x, y = np.ones((6, 4)), np.zeros((6, 2))
    model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=list(callbacks))


def ends(checkpoint: Any, model: Any, *values: float, name: str = "val_loss") -> None:
    """Epochs that end with values of a metric."""
    checkpoint.set_model(model)
    for epoch, value in enumerate(values):
        checkpoint.on_epoch_end(epoch, {name: value})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_latest_is_kept_and_is_what_was_trained(model: Any, tmp_path: Path) -> None:
    base, path = tmp_path / "base.safetensors", tmp_path / "t-{epoch}.safetensors"
    specc.save_weights(model, base)
    checkpoint = specc.TrainableCheckpoint(path)
    fit(model, checkpoint, epochs=3)
    assert names(tmp_path) == ["base.safetensors", "t-3.safetensors"]
    assert checkpoint.files == [tmp_path / "t-3.safetensors"]
    again = specc.bind(specc.loads(TEXT), [base, *checkpoint.files])
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_by_batches_over_epochs(model: Any, tmp_path: Path) -> None:
    checkpoint = specc.TrainableCheckpoint(tmp_path / "t-{epoch}-{batch}.npz", every=2, keep=None)
    fit(model, checkpoint, epochs=2)
    assert names(tmp_path) == ["t-1-2.npz", "t-2-1.npz", "t-2-3.npz"]


@pytest.mark.parametrize(
    ("monitor", "mode", "kept"),
    [
        ("val_loss", "auto", ["3", "4"]),
        ("accuracy", "auto", ["1", "2"]),
        ("speed", "max", ["1", "2"]),
        ("accuracy", "min", ["3", "4"]),
    ],
)
def test_the_best_are_kept(
    model: Any, tmp_path: Path, monitor: str, mode: str, kept: list[str]
) -> None:
    checkpoint = specc.TrainableCheckpoint(tmp_path / "{epoch}.npz", monitor, mode, keep=2)
    ends(checkpoint, model, 9.0, 8.0, 1.0, 2.0, float("nan"), name=monitor)
    assert names(tmp_path) == [f"{name}.npz" for name in kept]


def test_one_name_is_written_over_only_by_what_is_better(model: Any, tmp_path: Path) -> None:
    checkpoint = specc.TrainableCheckpoint(tmp_path / "best.npz", "val_loss")
    ends(checkpoint, model, 2.0)
    before = (tmp_path / "best.npz").read_bytes()
    model.get_layer("head").bias.assign(np.ones(2))
    ends(checkpoint, model, 3.0, 2.0)
    assert (tmp_path / "best.npz").read_bytes() == before
    ends(checkpoint, model, 1.0)
    assert (tmp_path / "best.npz").read_bytes() != before


def test_what_others_wrote_stays(model: Any, tmp_path: Path) -> None:
    (tmp_path / "1.npz").write_text("mine")
    checkpoint = specc.TrainableCheckpoint(tmp_path / "{epoch}.npz")
    with pytest.raises(SpeccError, match=r"1\.npz.*exists"):
        ends(checkpoint, model, 1.0)
    (tmp_path / "1.npz").unlink()
    ends(checkpoint, model, 1.0)
    (tmp_path / "1.npz").unlink()
    (tmp_path / "1.npz").write_text("mine again")
    checkpoint.on_epoch_end(1, {})
    assert names(tmp_path) == ["1.npz", "2.npz"]
    with pytest.raises(SpeccError, match="exists"):
        checkpoint.on_epoch_end(0, {})
    ends(specc.TrainableCheckpoint(tmp_path / "{epoch}.npz", force=True), model, 1.0)
    assert (tmp_path / "1.npz").read_bytes()[:2] == b"PK"


def test_a_crash_in_the_middle_of_writing_loses_nothing(
    model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = specc.TrainableCheckpoint(tmp_path / "t.safetensors")
    ends(checkpoint, model, 1.0)
    before = (tmp_path / "t.safetensors").read_bytes()
    model.get_layer("head").bias.assign(np.ones(2))

    def interrupted(_saved: object, key: str) -> Any:
        if key == "head.kernel":
            return np.ones((3, 2), np.float32)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(saved.Saved, "read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ends(checkpoint, model, 1.0)
    assert names(tmp_path) == ["t.safetensors"]
    assert (tmp_path / "t.safetensors").read_bytes() == before
    ends(checkpoint, model, 1.0)
    assert (tmp_path / "t.safetensors").read_bytes() != before


def test_state_that_moves_is_told_after_the_first_batch(keras: ModuleType, tmp_path: Path) -> None:
    specc.save_weights(specc.compile(specc.loads(NORM), seed=1), tmp_path / "base.npz")
    model = specc.bind(specc.loads(NORM), tmp_path / "base.npz")
    path = tmp_path / "t.safetensors"
    with pytest.raises(SpeccError) as caught:
        fit(model, specc.TrainableCheckpoint(path))
    assert [each.code for each in caught.value.diagnostics] == ["S927"]
    assert model.optimizer.iterations.numpy() == 1
    fit(model, specc.TrainableCheckpoint(path, only="changed", with_training=True))
    again = specc.bind(specc.loads(NORM), [tmp_path / "base.npz", path], with_training=True)
    assert again.optimizer.iterations.numpy() == 4
    fit(model, specc.TrainableCheckpoint(path, leave_changed=True, force=True))


@pytest.mark.parametrize("name", ["{val_los}.npz", "{epoch:s}.npz"])
def test_metrics_that_there_are_not(model: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(SpeccError) as caught:
        ends(specc.TrainableCheckpoint(tmp_path / name), model, 1.0)
    assert [each.code for each in caught.value.diagnostics] == ["S928"]
    with pytest.raises(SpeccError, match="no metric `val_auc`"):
        ends(specc.TrainableCheckpoint(tmp_path / "t.npz", "val_auc"), model, 1.0)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"monitor": "speed"},
        {"monitor": "loss", "mode": "low"},
        {"keep": 0},
        {"keep": 2},
        {"every": "batch"},
        {"every": 0},
        {"only": "all"},
        {"path": "{epoch.real}.npz"},
        {"path": "{.npz"},
    ],
    ids=str,
)
def test_arguments_out_of_bounds(keras: ModuleType, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="`"):
        specc.TrainableCheckpoint(**{"path": "t.npz", **arguments})


def test_a_suffix_that_is_none(keras: ModuleType) -> None:
    with pytest.raises(SpeccError, match="ends in none of"):
        specc.TrainableCheckpoint("t.ckpt")

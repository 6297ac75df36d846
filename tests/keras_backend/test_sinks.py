"""What Keras and TensorFlow load again: checkpoints, and their readers' own formats."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from tests.keras_backend.test_binding import (
    RECURRENT,
    STACKED,
    TEXT,
    assert_equal,
    spec_of,
    trained,
)


def outputs(model: Any) -> Any:
    shape = (2, *model.inputs[0].shape[1:])
    return np.asarray(model(np.random.default_rng(0).random(shape, np.float32)))


def refusal(*args: Any, **rules: Any) -> str:
    with pytest.raises(SpeccError) as caught:
        specc.save_weights(*args, **rules)
    return "\n".join(f"{each} {each.help}" for each in caught.value.diagnostics)


@pytest.mark.parametrize("text", [TEXT, RECURRENT], ids=["convolutions", "layers in layers"])
def test_tensorflow_restores_our_checkpoints(keras: ModuleType, tmp_path: Path, text: str) -> None:
    import tensorflow as tf

    model, path = trained(keras, text), tmp_path / "net.ckpt"
    assert specc.save_weights(model, path) == ""
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        *("net.ckpt.data-00000-of-00001", "net.ckpt.index")
    ]
    again = specc.compile(spec_of(text), seed=4)
    tf.train.Checkpoint(again).read(str(path)).assert_existing_objects_matched()
    np.testing.assert_array_equal(outputs(again), outputs(model))
    once_more = specc.compile(spec_of(text), seed=5)
    tf.train.Checkpoint(once_more).restore(str(path)).expect_partial()  # its counter of saves
    np.testing.assert_array_equal(outputs(once_more), outputs(model))
    np.testing.assert_array_equal(outputs(specc.bind(spec_of(text), path)), outputs(model))


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5"])
def test_keras_loads_what_is_written_for_it(keras: ModuleType, tmp_path: Path, suffix: str) -> None:
    model, path = trained(keras), tmp_path / f"net{suffix}"
    specc.save_weights(model, path)
    again = specc.compile(spec_of(), seed=4)
    if suffix == ".keras":
        again = keras.saving.load_model(path)
    else:
        again.load_weights(path)
    assert_equal(model, again)


def test_sharded_files_of_keras_bind(keras: ModuleType, tmp_path: Path) -> None:
    model = trained(keras, RECURRENT)
    model.save_weights(tmp_path / "net.weights.json", max_shard_size=1e-6)
    assert len(list(tmp_path.glob("*.weights.h5"))) > 1
    bound = specc.bind(spec_of(RECURRENT), tmp_path / "net.weights.json")
    assert_equal(model, bound)


def test_a_checkpoint_is_never_overwritten(keras: ModuleType, tmp_path: Path) -> None:
    """Its two files can't be replaced at once, and an old index reads new data as it were its."""
    model = trained(keras)
    specc.save_weights(model, tmp_path / "net.ckpt")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    text = refusal(model, tmp_path / "net.ckpt", force=True)
    assert "S801" in text
    assert "give another name, or remove them first" in text
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "net.ckpt.index").unlink()
    assert "S801" in refusal(model, tmp_path / "net.ckpt")
    assert "S802" in refusal(model, tmp_path / "no folder" / "net.ckpt")


def test_a_checkpoint_has_all_variables_or_is_not_written(
    keras: ModuleType, tmp_path: Path
) -> None:
    """TensorFlow writes one without them, and says nothing."""
    import tensorflow as tf

    model = trained(keras, STACKED)
    written = tf.train.Checkpoint(model).write(str(tmp_path / "by TensorFlow"))
    assert not any("kernel" in name for name, _ in tf.train.list_variables(written))
    text = refusal(model, tmp_path / "net.ckpt")
    assert "error[S808]" in text
    assert "TensorFlow doesn't see `stack.cell.cells.0." in text
    assert "and 5 more" in text
    assert "S805" in refusal(trained(keras), tmp_path / "net.ckpt", "trainable")
    assert not list(tmp_path.glob("net*"))


def test_tensorflow_may_fail(
    keras: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    def full(*_: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    monkeypatch.setattr(tf.train.Checkpoint, "write", full)
    assert "cannot be written: no space left on device" in refusal(
        trained(keras), tmp_path / "net.ckpt"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_is_being_written_stays_as_it_was(keras: Any) -> None:
    from specc.keras_backend.values import as_array

    variable = keras.Variable([1.0, 2.0])
    seen = as_array(variable)
    keras.optimizers.SGD(1.0).apply([keras.ops.ones(2)], [variable])
    variable.assign_add([5.0, 5.0])
    assert seen.tolist() == [1.0, 2.0]
    assert as_array(variable).tolist() == [5.0, 6.0]

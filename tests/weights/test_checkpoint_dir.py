"""Which checkpoint a path means; and paths that lead where they must not."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc import SpeccError
from specc.weights.malformed import Malformed
from specc.weights.opening import open_source
from specc.weights.tensorflow.checkpoint_state import MAX_STATE_BYTES, fields, latest_prefix
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.hostile import refused
from tests.weights.tensorflow_bytes import plain, write_bundle

ARRAY = np.arange(4, dtype="float32")


def checkpoint(prefix: Path, value: float = 0) -> Path:
    array = ARRAY + np.float32(value)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    return write_bundle(prefix, {"w": plain(array)}, array.tobytes())


def state(folder: Path, text: str) -> Path:
    path = folder / "checkpoint"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "name", ["run/c-1", "run/c-1.index", "run/c-1.data-00000-of-00001", "run", "run/checkpoint"]
)
def test_names_of_a_checkpoint(tmp_path: Path, name: str) -> None:
    checkpoint(tmp_path / "run/c-1", 1)
    state(tmp_path / "run", 'model_checkpoint_path: "c-1"\n')
    with open_source(tmp_path / name) as source:
        assert source.read("w")[0] == 1


def test_the_latest_is_what_the_file_says(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        checkpoint(tmp_path / f"c-{number}", number)
    with pytest.raises(SpeccError, match=r"S950.*3 checkpoints.*`c-1`"):
        open_tensorflow(tmp_path)
    state(tmp_path, 'model_checkpoint_path: "c-2"\nall_model_checkpoint_paths: "c-10"\n')
    with open_tensorflow(tmp_path) as source:
        assert source.read("w")[0] == 2
    for number in (1, 2):
        (tmp_path / f"c-{number}.index").unlink()
    with pytest.raises(SpeccError, match=r"S950.*`c-2`, is not here"):
        open_tensorflow(tmp_path)


def test_one_checkpoint_in_a_folder(tmp_path: Path) -> None:
    checkpoint(tmp_path / "only")
    with open_tensorflow(tmp_path) as source:
        assert list(source.tensors()) == ["w"]


def test_a_folder_that_was_moved(tmp_path: Path) -> None:
    checkpoint(tmp_path / "c-1")
    state(tmp_path, 'model_checkpoint_path: "/home/someone/runs/c-1"\n')
    with open_tensorflow(tmp_path) as source:
        assert source.metadata()["prefix"] == str(tmp_path / "c-1")


def test_a_checkpoint_in_a_folder_below(tmp_path: Path) -> None:
    checkpoint(tmp_path / "step/c-1")
    state(tmp_path, "model_checkpoint_path: 'step/c-1'")
    with open_tensorflow(tmp_path) as source:
        assert source.read("w").tolist() == ARRAY.tolist()


@pytest.mark.parametrize("path", ["../secret/c", "a/../../secret/c", ".."])
def test_paths_out_of_the_folder(tmp_path: Path, path: str) -> None:
    checkpoint(tmp_path / "secret/c")
    (tmp_path / "run").mkdir()
    state(tmp_path / "run", f'model_checkpoint_path: "{path}"\n')
    refused(tmp_path / "run", "S904", "leads out of its folder")


def test_absolute_paths_are_not_opened(tmp_path: Path) -> None:
    checkpoint(tmp_path / "secret/c")
    (tmp_path / "run").mkdir()
    state(tmp_path / "run", f'model_checkpoint_path: "{tmp_path / "secret/c"}"\n')
    refused(tmp_path / "run", "S950", "`c`, is not here")


Link = Callable[[Path, Path], None]


def link_index(run: Path, secret: Path) -> None:
    (run / "c.index").symlink_to(secret / "c.index")
    (run / "c.data-00000-of-00001").symlink_to(secret / "c.data-00000-of-00001")


def link_folder(run: Path, secret: Path) -> None:
    (run / "sub").symlink_to(secret)
    state(run, 'model_checkpoint_path: "sub/c"')


def link_data(run: Path, secret: Path) -> None:
    checkpoint(run / "c")
    (run / "c.data-00000-of-00001").unlink()
    (run / "c.data-00000-of-00001").symlink_to(secret / "c.data-00000-of-00001")


def link_ring(run: Path, secret: Path) -> None:
    checkpoint(run / "c")
    (run / "c.data-00000-of-00001").unlink()
    (run / "c.data-00000-of-00001").symlink_to("c.data-00000-of-00001")


@pytest.mark.parametrize("link", [link_index, link_folder, link_data, link_ring])
def test_links_out_of_the_folder(tmp_path: Path, link: Link) -> None:
    checkpoint(tmp_path / "secret/c")
    run = tmp_path / "c-run"
    run.mkdir()
    state(run, 'model_checkpoint_path: "c"')
    link(run, tmp_path / "secret")
    refused(run, "S904", action=lambda path: open_tensorflow(path).close())


def test_links_of_a_model_hubs_cache(tmp_path: Path) -> None:
    """All files of a set are links into one folder of blobs, beside the one that was asked for."""
    checkpoint(tmp_path / "blobs/x")
    snapshot = tmp_path / "snapshots/abc"
    snapshot.mkdir(parents=True)
    for suffix in (".index", ".data-00000-of-00001"):
        (snapshot / f"c{suffix}").symlink_to(tmp_path / f"blobs/x{suffix}")
    with open_tensorflow(snapshot / "c") as source:
        assert source.read("w").tolist() == ARRAY.tolist()


def test_what_is_no_file(tmp_path: Path) -> None:
    checkpoint(tmp_path / "c")
    data = tmp_path / "c.data-00000-of-00001"
    data.unlink()
    os.mkfifo(data)
    refused(tmp_path / "c", "S002", "pipe")
    data.unlink()
    data.mkdir()
    refused(tmp_path / "c", "S002", "folder")
    data.rmdir()
    refused(tmp_path / "c", "S951", "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpeccError, match="S950"):
        open_tensorflow(tmp_path / "empty")
    with pytest.raises(SpeccError, match=r"S001.*no-such"):
        open_tensorflow(tmp_path / "no-such")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(SpeccError, match=r"S950.*text"):
        open_tensorflow(tmp_path / "text")


# --- the text of the file ---


def test_fields_as_tensorflow_writes_them() -> None:
    text = (
        b'model_checkpoint_path: "ckpt-3"\nall_model_checkpoint_paths: "ckpt-2"\n'
        b"all_model_checkpoint_timestamps: 1795258747.4\nlast_preserved_timestamp: 1e9 # when\n"
    )
    assert fields(text) == {
        "model_checkpoint_path": "ckpt-3",
        "all_model_checkpoint_paths": "ckpt-2",
    }
    escaped = rb'a: "\303\274 \"q\" \\ \x41\n" b:' + b"'it\\'s'"
    assert fields(escaped) == {"a": 'ü "q" \\ A\n', "b": "it's"}
    assert fields(b"") == fields(b" # nothing\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        'a: "unfinished',
        "a",
        'a "b"',
        'a: "x" }',
        "<html>",
        'a: "\\377"',
        "\0",
        'model_checkpoint_path: "c\\000d"',
        'model_checkpoint_path: "c\\nd"',
    ],
)
def test_other_texts(tmp_path: Path, text: str) -> None:
    state(tmp_path, text)
    refused(tmp_path / "checkpoint", "S903", action=lambda path: open_tensorflow(path).close())


def test_a_file_that_names_nothing(tmp_path: Path) -> None:
    state(tmp_path, "# empty\n")
    refused(tmp_path / "checkpoint", "S950", "names no checkpoint")
    state(tmp_path, 'model_checkpoint_path: ""\n')
    refused(tmp_path / "checkpoint", "S950", "names no checkpoint")


@pytest.mark.parametrize(
    "piece", ["# a     \n", 'a: "x" ', "a" * 100, '"\\', "a:" + " " * 50, "'", "a: \\\\"]
)
def test_time_is_linear_in_the_text(tmp_path: Path, piece: str) -> None:
    text = piece * ((MAX_STATE_BYTES - 10) // len(piece)) + "!"
    refused(state(tmp_path, text), "S903", action=lambda path: open_tensorflow(path).close())


def test_a_large_text(tmp_path: Path) -> None:
    path = state(tmp_path, "")
    os.truncate(path, 2**40)
    refused(path, "S906", action=lambda path: open_tensorflow(path).close())


@given(st.binary(max_size=60))
def test_any_text(text: bytes) -> None:
    with suppress(Malformed):
        fields(text)


def test_the_prefix_stays_beside_its_file(tmp_path: Path) -> None:
    path = state(tmp_path, 'model_checkpoint_path: "/"')
    with pytest.raises(SpeccError, match="S950"):
        open_tensorflow(path)
    assert latest_prefix(state(tmp_path, 'model_checkpoint_path: "/x/y"')) == tmp_path / "y"

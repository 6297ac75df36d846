"""Crashes, full disks and other programs: the old file or the new one, never a mixture."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights import open_source, write_safetensors
from tests.weights.saving import INFOS, SHAPE, SINKS, content, sharded, value


@pytest.fixture(params=SINKS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[..., str]]:
    path, write = tmp_path / request.param, SINKS[request.param]
    write(path, INFOS, value(1))
    return path, write


def test_saving_over_the_file_that_is_mapped(place: tuple[Path, Callable[..., str]]) -> None:
    path, write = place
    with open_source(path) as source:
        arrays = {key: source.read(key, mmap=True) for key in source.tensors()}
        for array in arrays.values():
            np.add(array, 1, out=array)
        write(path, INFOS, arrays.__getitem__, force=True)
        assert all((array == 2).all() for array in arrays.values())
    assert content(path) == write(path.parent / f"b{path.name[1:]}", INFOS, value(2))


def test_a_file_replaced_after_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_safetensors(path, INFOS, value(1))
    with open_source(path) as source:
        write_safetensors(path, INFOS[:1], value(2), force=True)
        assert all((source.read(key) == 1).all() for key in source.tensors())


def test_a_read_that_fails_in_the_middle(place: tuple[Path, Callable[..., str]]) -> None:
    path, write = place
    before = {file: file.read_bytes() for file in path.parent.iterdir()}

    def read(key: str) -> np.ndarray:
        if key == "w3":
            raise KeyboardInterrupt
        return np.zeros(SHAPE, "float32")

    with pytest.raises(KeyboardInterrupt):
        write(path, INFOS, read, force=True)
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_set_that_fails_at_its_second_file(tmp_path: Path) -> None:
    index = tmp_path / "a.safetensors.index.json"
    reads: list[str] = []

    def read(key: str) -> np.ndarray:
        reads.append(key)
        if reads.count("w4") == 2:
            raise KeyboardInterrupt
        return np.zeros(SHAPE, "float32")

    with pytest.raises(KeyboardInterrupt):
        sharded(index, INFOS, read)
    assert reads.count("w0") == 2
    assert list(tmp_path.iterdir()) == []


def test_an_empty_set(tmp_path: Path) -> None:
    index = tmp_path / "a.safetensors.index.json"
    assert sharded(index, [], value(0)) == content(index)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from specc import SpeccError
from tests.weights.saving import INFOS, SINKS, value
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
path = Path(sys.argv[1])
try:
    SINKS[path.name](path, INFOS, value(2), force=True)
except SpeccError as error:
    print(error)
"""


def test_a_full_disk(place: tuple[Path, Callable[..., str]]) -> None:
    path, _ = place
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True
    )
    assert "S802" in run.stdout
    assert run.stdout.count("\n") == 1
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


LOOP = """
import sys
from pathlib import Path
from tests.weights.saving import INFOS, SINKS, value
path = Path(sys.argv[1])
print("ready", flush=True)
for number in range(100_000):
    SINKS[path.name](path, INFOS, value(number % 2), force=True)
"""


def test_a_kill_at_any_time(place: tuple[Path, Callable[..., str]], tmp_path: Path) -> None:
    path, write = place
    whole = {write(tmp_path / f"{i}{path.name[1:]}", INFOS, value(i)) for i in (0, 1)}
    chance = random.Random(path.name)  # noqa: S311  # not for secrets
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", LOOP, path], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.02, 0.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert content(path) in whole


def test_a_reader_beside_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    whole = {write_safetensors(path, INFOS, value(i), force=True) for i in (0, 1)}
    done = threading.Event()

    def rewrite() -> None:
        for number in range(60):
            write_safetensors(path, INFOS, value(number % 2), force=True)
        done.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    while not done.is_set():
        assert content(path) in whole
    writer.join()


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(SpeccError, match="S802"):
        write_safetensors(tmp_path / "no folder" / "a.safetensors", INFOS, value(1))


def test_the_package_is_light() -> None:
    code = "import sys, specc.weights; print(sorted({'numpy', 'keras', 'h5py'} & {*sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout == "[]\n"

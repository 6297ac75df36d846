"""Hostile weight files given to commands: the file is named, exit 1, and nothing is made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Specc
from tests.weights import test_hostile_hdf5, test_hostile_npz, test_hostile_safetensors
from tests.weights.hostile import SECONDS
from tests.weights.test_hostile_safetensors import made


def hdf5(folder: Path) -> Iterator[Path]:
    for number, (content, *_) in enumerate(test_hostile_hdf5.CASES.values()):
        path = folder / f"evil{number}.weights.h5"
        path.write_bytes(content())
        yield path


def npz(folder: Path) -> Iterator[Path]:
    for number, (content, *_) in enumerate(test_hostile_npz.CASES.values()):
        path = folder / f"evil{number}.npz"
        path.write_bytes(content())
        yield path


def safetensors(folder: Path) -> Iterator[Path]:
    for number, (header, *_) in enumerate(test_hostile_safetensors.CASES.values()):
        yield made(folder / f"evil{number}.safetensors", header, b"\x02" * 8)


Files = Callable[[Path], Iterator[Path]]
COMMANDS: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "plan": lambda path: ("plan", "digits.yaml", "--weights", path.name),
    "convert": lambda path: ("weights", "convert", path.name, "-o", "out.safetensors"),
    "sharded": lambda path: ("weights", "convert", path.name, "-o", "o.safetensors.index.json"),
    "verify": lambda path: ("weights", "verify", path.name),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("files", [hdf5, npz, safetensors], ids=lambda each: each.__name__)
def test_it_is_refused(specc: Specc, folder: Path, files: Files, command: str) -> None:
    for path in files(folder):
        begin = time.process_time()
        before = sorted(folder.iterdir())
        done = specc(*COMMANDS[command](path))
        told = done.out + done.err
        assert done.code == 1, (path, told)
        assert path.name.split(".")[0] in told
        assert "Traceback" not in told
        assert "S900" not in told
        assert sorted(folder.iterdir()) == before
        assert time.process_time() - begin < SECONDS
        path.unlink()

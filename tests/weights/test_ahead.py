"""Reading ahead gives what reading does: values, errors, and an end."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights import TensorInfo, open_source, write_safetensors
from specc.weights.ahead import LARGE, ReadAhead

SHAPES = {"large": (LARGE // 4 + 1,), "larger": (2, LARGE // 4), "small": (3,), "empty": (0,)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "w.safetensors"
    infos = [TensorInfo(key, shape, "float32") for key, shape in SHAPES.items()]
    arrays = {key: np.arange(np.prod(shape), dtype="float32") for key, shape in SHAPES.items()}
    write_safetensors(path, infos, lambda key: arrays[key].reshape(SHAPES[key]))
    return path


def readers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("specc-read")]


def test_the_values_are_those_of_reading(path: Path) -> None:
    with open_source(path) as source:
        with ReadAhead([(source, key) for key in SHAPES]) as ahead:
            assert readers()
            for key in SHAPES:
                np.testing.assert_array_equal(ahead.read(source, key), source.read(key))
            np.testing.assert_array_equal(ahead.read(source, "large"), source.read("large"))
        assert not readers()


def test_what_reading_raises_is_raised_when_it_is_asked_for(path: Path) -> None:
    with open_source(path) as source:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - LARGE - 100)
        keys = ("large", "larger")
        with (
            pytest.raises(SpeccError, match="S902"),
            ReadAhead([(source, key) for key in keys]) as ahead,
        ):
            [ahead.read(source, key) for key in keys]
        assert not readers()


def test_an_interrupt_ends_it(path: Path) -> None:
    interval = sys.getswitchinterval()
    with open_source(path) as source:
        with pytest.raises(KeyboardInterrupt), ReadAhead([(source, "large")] * 50):
            assert sys.getswitchinterval() < interval
            raise KeyboardInterrupt
        assert not readers()
    assert sys.getswitchinterval() == interval


def test_what_nobody_has_begun_with_is_read_by_who_asks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    began, go_on = threading.Event(), threading.Event()
    with open_source(path) as source:
        by: dict[str, str] = {}
        read = source.read

        def held(key: str, *, mmap: bool = False) -> np.ndarray:
            by[key] = threading.current_thread().name
            if key == "larger":
                began.set()
                assert go_on.wait(10)
            return read(key, mmap=mmap)

        monkeypatch.setattr(source, "read", held)
        with ReadAhead([(source, key) for key in ("large", "larger")]) as ahead:
            assert began.wait(10)
            ahead.read(source, "large")
            go_on.set()
            ahead.read(source, "larger")
    assert by["large"] == threading.current_thread().name
    assert by["larger"].startswith("specc-read")

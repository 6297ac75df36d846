"""Early flushes: a failing one is told, and there is none for small files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from specc import SpeccError
from specc.weights import flushing
from tests.weights.saving import INFOS, SINKS, content, value


def test_a_flush_that_fails_is_a_save_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells a lost page once, to whom flushes first."""
    path = tmp_path / "a.safetensors"
    SINKS[path.name](path, INFOS, value(1))

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(flushing, "EVERY", 1)
    monkeypatch.setattr(flushing, "_flush", fail)
    before = content(path)
    with pytest.raises(SpeccError, match=r"S802.*input/output error"):
        SINKS[path.name](path, INFOS, value(2), force=True)
    assert content(path) == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_flushes_are_as_many_as_are_worth_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(flushing, "_flush", done.append)
    with (tmp_path / "x").open("wb") as file, flushing.EarlyFlush(file.fileno()) as flush:
        for _ in range(flushing.EVERY // 2**20 - 1):
            flush.wrote(2**20)
        assert not done
        flush.wrote(2**20)
    assert len(done) == 1

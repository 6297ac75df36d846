"""What `specc bind` shows while it works, and what it reports."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Specc
from tests.cli.test_weights import Terminal

SPEC = """\
specc: 1
model: small
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
"""
VALUES = {
    "hidden.kernel": np.ones((4, 3), np.float32),
    "hidden.bias": np.ones(3, np.float32),
}


def test_progress_is_shown_on_a_terminal_only(
    specc_with_keras: Specc, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "m.yaml").write_text(SPEC, encoding="utf-8")
    np.savez(folder / "w.npz", **VALUES)
    bind = ("bind", "m.yaml", "-w", "w.npz", "-o")
    assert specc_with_keras(*bind, "a.npz") == (0, "", "wrote a.npz\n")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert specc_with_keras(*bind, "b.npz").code == 0
    assert "binding small … 50%" in terminal.getvalue()
    assert "writing b.npz … 50%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[Kwrote b.npz\n")


def test_planning_reads_tensors_only_where_it_is_asked_whether_they_are_finite(
    specc: Specc, folder: Path
) -> None:
    (folder / "m.yaml").write_text(SPEC, encoding="utf-8")
    kernel = np.array([[np.nan, np.inf, 1]] * 4, np.float32)
    np.savez(folder / "w.npz", **{**VALUES, "hidden.kernel": kernel})
    plan = ("plan", "m.yaml", "-w", "w.npz")
    assert specc(*plan).out.endswith("2 bound, 0 fresh: it would bind\n")
    code, out, _ = specc(*plan, "--finite")
    assert code == 0
    assert "`hidden.kernel`: of its 12 values 4 NaN and 4 infinite" in out
    assert out.endswith("2 bound, 0 fresh, 1 with NaN or infinity: it would bind\n")
    assert json.loads(specc(*plan, "--finite", "--format", "json").out)["not_finite"] == 1

"""What `specc bind` shows while it works, and what it reports."""

from __future__ import annotations

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
    assert terminal.getvalue().endswith("\r\x1b[Kwrote b.npz\n")

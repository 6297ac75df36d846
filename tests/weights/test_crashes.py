"""Each call that a save makes to the system: killed there, failed there, interrupted there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.weights.crashing import FATES
from tests.weights.saving import SINKS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


@pytest.mark.parametrize("what", FATES)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=() if each == "a.safetensors" else pytest.mark.long)
        for each in SINKS
    ],
)
def test_a_save_that_ends_at_any_call(tmp_path: Path, name: str, what: str) -> None:
    """The old file or the new one, whole; a diagnostic, and nothing left, where it lives on."""
    command = [sys.executable, "-m", "tests.weights.crashing", what, str(tmp_path / name)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    *wrong, calls = run.stdout.splitlines()
    assert wrong == []
    assert int(calls) > 10

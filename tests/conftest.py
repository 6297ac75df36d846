"""What every test stands on: a quiet TensorFlow, one Keras, the command line as a process."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# Before anything imports TensorFlow; subprocesses inherit it. An empty KERAS_HOME keeps the
# developer's own keras.json (float type, image format, backend) out of the tests.
_keras_home = tempfile.TemporaryDirectory(prefix="specc-keras-home-")
os.environ.update(
    KERAS_HOME=_keras_home.name,
    KERAS_BACKEND="tensorflow",
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="-1",  # bit equality is promised on one backend, on the CPU
)

# Few examples keep a test under a second; TensorFlow's first call breaks any deadline.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

RunSpecc = Callable[..., subprocess.CompletedProcess[str]]


def pytest_unconfigure() -> None:
    _keras_home.cleanup()


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    """Keras, imported once a process, and only where a test asks for it."""
    return importlib.import_module("keras")


@pytest.fixture
def run_specc(tmp_path: Path) -> RunSpecc:
    """Runs `python -m specc ARGS` in an empty folder and gives the completed process."""

    def run(
        *args: str | Path,
        cwd: Path = tmp_path,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "specc", *map(str, args)],
            cwd=cwd,
            input=stdin,
            env={**os.environ, "COLUMNS": "100", **(env or {})},
            timeout=timeout,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run

"""TensorFlow, imported once a process, and what it writes, written once a session."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def tf() -> ModuleType:
    return importlib.import_module("tensorflow")


@pytest.fixture(scope="session")
def tf_keras(tf: ModuleType) -> ModuleType:
    return importlib.import_module("tf_keras")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the checkpoints of a session lie."""
    return tmp_path_factory.mktemp("checkpoints")

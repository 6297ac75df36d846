"""Generated code as people read it: `golden/`, which `SPECC_WRITE_GOLDEN=1` writes anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import specc
from specc.api import specs as api
from tests.codegen.declared_models import DECLARED
from tests.codegen.models import HEAD
from tests.specs.goldens import GOLDENS, SPECS

HERE = Path(__file__).parent / "golden"
NAMES = ("digits", "siamese", "gpt", "resnet")


@pytest.mark.parametrize("name", NAMES)
def test_code_is_as_it_was(name: str, tmp_path: Path) -> None:
    api.save(specc.load(SPECS / f"{name}.yaml"), tmp_path / "model.py")
    text = (tmp_path / "model.py").read_text(encoding="utf-8")
    if os.environ.get("SPECC_WRITE_GOLDEN"):
        (HERE / f"{name}.py").write_text(text, encoding="utf-8")
    assert text == (HERE / f"{name}.py").read_text(encoding="utf-8")


def test_code_of_declared_layers_is_as_it_was(tmp_path: Path) -> None:
    api.save(specc.loads(HEAD + DECLARED["states_of_training"][0]), tmp_path / "model.py")
    text = (tmp_path / "model.py").read_text(encoding="utf-8")
    if os.environ.get("SPECC_WRITE_GOLDEN"):
        (HERE / "declared.py").write_text(text, encoding="utf-8")
    assert text == (HERE / "declared.py").read_text(encoding="utf-8")


def test_code_is_clean_and_formatted(tmp_path: Path) -> None:
    """As Ruff sees it, with its own defaults."""
    for name in GOLDENS:
        api.save(specc.load(SPECS / f"{name}.yaml"), tmp_path / f"{name}.py")
    for command in (["check"], ["format", "--check"]):
        line = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

"""The command line inside the test's process: quick, and TensorFlow is imported once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from specc.catalog.rules.ops import OP_RULES
from specc.cli import main

DIGITS = """\
specc: 1
model: digits
params: {width: 4, act: relu}
variants:
  small: {width: 2}
  large: {width: 8}
inputs:
  image: {shape: [8, 8, 1]}
body:
  - {Conv2D: {filters: =width, kernel_size: 3, activation: =act}, name: conv}
  - {BatchNormalization: , name: norm}
  - {Flatten: , name: flat}
  - {Dense: {units: 10}, name: head}
training: {optimizer: adam, loss: mse}
"""
BROKEN = DIGITS.replace("kernel_size", "kernal_size")
MISFIT = DIGITS.replace("Flatten: ,", "expr: 'einsum(\"bij,bjk->bik\", norm, norm)',")
"""Refused by Keras: four dimensions where three are wanted. See `einsum_has_no_rule`."""

LIBRARY = "specc: 1\nlibrary: blocks\ndefine:\n  twice: {inputs: [x], body: x * 2}\n"
OPTIMIZER = "specc: 1\nkeras:\n  AdamW: {learning_rate: 0.001}\n"

FILES = {
    "digits.yaml": DIGITS,
    "broken.yaml": BROKEN,
    "misfit.yaml": MISFIT,
    "more/blocks.yaml": LIBRARY,
    "more/adamw.yml": OPTIMIZER,
    "more/other.yaml": "kind: Deployment\n",
}


class Done(NamedTuple):
    code: int
    out: str
    err: str


Specc = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of specs, good and bad."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def einsum_has_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that something is left of which only Keras can tell that it is wrong."""
    monkeypatch.delitem(OP_RULES, "einsum", raising=False)


@pytest.fixture
def specc(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Specc]:
    """Runs a command in the folder, in this process."""
    monkeypatch.chdir(folder)
    handler = signal.getsignal(signal.SIGTERM)

    def run(*argv: str | Path) -> Done:
        capsys.readouterr()
        code = main(list(map(str, argv)))
        return Done(code, *capsys.readouterr())

    yield run
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def specc_with_keras(specc: Specc, keras: ModuleType) -> Specc:
    """The same, with Keras loaded before."""
    del keras
    return specc

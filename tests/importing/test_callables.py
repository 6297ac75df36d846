"""Models that a callable of somebody's package makes: imported under the caller's trust only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import specc
from specc.cli.main import main
from specc.errors import SpeccError

MODULE = """\
import pathlib
pathlib.Path(__file__).with_name("imported").touch()
from os import getcwd

import keras


def chain(units):
    layers = [keras.Input((4,), name="x"), keras.layers.Dense(units, name="d")]
    return keras.Sequential(layers, name="m")


def make():
    print("making")
    return chain(3)


model = chain(2)
number = 3


def wants(width):
    return make()


def number_of():
    return 3


def leaves():
    raise SystemExit(3)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "made_pkg"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "models.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("made_pkg")]:
        del sys.modules[name]


@pytest.mark.parametrize("trust", [[], ["made_pkg_evil"], ["made_pkg.other"]])
def test_nothing_is_imported_untrusted(package: Path, trust: list[str]) -> None:
    with pytest.raises(SpeccError, match="S504"):
        specc.import_model("python:made_pkg.models:make", trust=trust)
    assert not (package / "imported").exists()
    assert "made_pkg" not in sys.modules


@pytest.mark.parametrize(("name", "units"), [("make", 3), ("model", 2)])
def test_the_model_becomes_a_spec(keras: ModuleType, package: Path, name: str, units: int) -> None:
    spec = specc.import_model(f"python:made_pkg.models:{name}", trust=["made_pkg"])
    assert f"- {{Dense: {{units: {units}}}, name: d}}" in spec.text


def test_the_command_takes_the_same_models_weights(
    keras: ModuleType, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["import", "python:made_pkg.models:model", "-o", str(tmp_path / "m.yaml")]
    assert main(given) == 1
    assert "S504" in capsys.readouterr().err
    weights = str(tmp_path / "m.safetensors")
    assert main([*given, "--trust", "made_pkg", "--weights", weights]) == 0
    bound = specc.bind(str(tmp_path / "m.yaml"), [weights])
    for one, other in zip(
        bound.get_weights(), sys.modules["made_pkg.models"].model.get_weights(), strict=True
    ):
        assert np.array_equal(one, other)


REFUSED = {
    "made_pkg.models:wants": ("S529", "TypeError"),
    "made_pkg.models:number_of": ("S529", "gives a `int`"),
    "made_pkg.models:number": ("S529", "no callable"),
    "made_pkg.models:leaves": ("S529", "SystemExit"),
    "made_pkg.models:getcwd": ("S511", "but of `posix`"),
    "made_pkg.models:mak": ("S511", "no `mak`"),
    "made_pkg.none:make": ("S510", "made_pkg.none"),
    "made_pkg.models": ("S509", "no reference"),
    "made_pkg.models:__class__": ("S509", "no reference"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_gives_no_model_is_refused(keras: ModuleType, package: Path, text: str) -> None:
    code, part = REFUSED[text]
    with pytest.raises(SpeccError) as raised:
        specc.import_model(f"python:{text}", trust=["made_pkg"])
    [found] = raised.value.diagnostics
    assert found.code == code
    assert part in f"{found.message} {found.help}"

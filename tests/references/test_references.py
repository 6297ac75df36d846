"""References and trust, as texts: nothing is imported here."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.errors import SpeccError
from specc.references import Importer, PythonClass, Reference, Trust, trust_of
from specc.references.trust import trust_of_working_directory


def test_a_reference_has_a_module_and_a_name() -> None:
    found = Reference.parse("python:my_pkg.layers:Fancy")
    assert found == Reference("my_pkg.layers", "Fancy")
    assert str(found) == "python:my_pkg.layers:Fancy"


@pytest.mark.parametrize(
    "text",
    [
        "python:my_pkg.layers:Fancy.__init__",
        "python:my_pkg.layers:__builtins__",
        "python:..evil:X",
        "python:.evil:X",
        "python:my_pkg.:X",
        "python:my_pkg layers:X",
        "python:my_pkg.layers:X Y",
        "python: my_pkg.layers:X",
        "python:my_pkg/layers:X",
        "python:my_pkg.layers:X()",
        "python:my_pkg.layers:X\n",
        "python:my_pkg.layers\x00:X",
        "python:ｍy_pkg.layers:X",
        "python:my_pkg.layers",
        "python:my_pkg:layers:X",
        "python::X",
        "python:1a:X",
        "python:",
        "Python:my_pkg.layers:X",
        "python:" + "a" * 1000 + ":X",
    ],
)
def test_nothing_else_is_one(text: str) -> None:
    assert Reference.parse(text) is None


@pytest.mark.parametrize(
    ("package", "module", "covered"),
    [
        ("my_pkg", "my_pkg", True),
        ("my_pkg", "my_pkg.layers.deep", True),
        ("my_pkg", "my_pkg_evil", False),
        ("my_pkg", "my_pkg_evil.layers", False),
        ("my_pkg", "evil.my_pkg", False),
        ("my_pkg.layers", "my_pkg.layers", True),
        ("my_pkg.layers", "my_pkg.layers.deep", True),
        ("my_pkg.layers", "my_pkg", False),
        ("my_pkg.layers", "my_pkg.layers2", False),
        ("My_Pkg", "my_pkg", False),
    ],
)
def test_trust_ends_at_the_packages_boundary(package: str, module: str, covered: bool) -> None:
    assert trust_of([package]).covers(module) is covered


def test_a_text_is_one_package() -> None:
    assert trust_of("my_pkg").packages == {"my_pkg"}


@pytest.mark.parametrize("name", ["", "my-pkg", "my_pkg.*", "my_pkg.", "../my_pkg", "a b", "*"])
def test_trust_that_is_no_package(name: str) -> None:
    with pytest.raises(SpeccError) as caught:
        trust_of([name])
    assert [each.code for each in caught.value.diagnostics] == ["S508"]


def _refuse(reference: Reference, trust: Trust) -> PythonClass:
    raise AssertionError(f"{reference} is followed")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("python:os:system", "S504"),
        ("python:builtins:eval", "S504"),
        ("python:specc.api:load", "S504"),
        ("python:keras.layers:Lambda", "S504"),
        ("python:my_pkg_evil.layers:Fancy", "S504"),
        ("python:my_pkg.layers:Fancy.__init__", "S509"),
        ("python:..evil:X", "S509"),
    ],
)
def test_what_is_not_trusted_is_not_followed(
    text: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpeccError) as caught:
        Importer(trust_of(["my_pkg"]), _refuse).find(text)
    assert [each.code for each in caught.value.diagnostics] == [code]


def test_the_working_directory_may_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert trust_of_working_directory() == Trust()
    (tmp_path / "specc.toml").write_text('trust = ["my_pkg", "other.layers"]\n')
    assert trust_of_working_directory().packages == {"my_pkg", "other.layers"}


def test_no_folder_above_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specc.toml").write_text('trust = ["my_pkg"]\n')
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert trust_of_working_directory() == Trust()


@pytest.mark.parametrize(
    "text",
    ['trust = "my_pkg"', "trust = [1]", 'trust = ["my-pkg"]', "trust = [", "\x00", "trust = 1"],
)
def test_settings_that_say_something_else(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "specc.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpeccError) as caught:
        trust_of_working_directory()
    assert [each.code for each in caught.value.diagnostics] == ["S508"]

"""`specc check`, without Keras."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from specc.diagnostics.render.json import SCHEMA
from tests.cli.conftest import DIGITS, Specc
from tests.diagnostics.sarif_schema import SARIF


class Stdin:
    """Standard input with bytes in it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_good_spec(specc: Specc) -> None:
    done = specc("check", "digits.yaml")
    assert done == (0, "1 spec, no problems\n", "")


def test_several_kinds_of_documents(specc: Specc) -> None:
    done = specc("check", "digits.yaml", "more")
    assert done == (0, "3 specs, no problems\n", "")


def test_folders_are_searched_and_files_come_once(specc: Specc) -> None:
    done = specc("check", ".", "digits.yaml", "more")
    assert done.code == 1
    assert "5 specs checked\n" in done.out
    assert "broken.yaml:10:" in done.out
    assert "other.yaml" not in done.out


def test_a_named_file_is_read_whatever_it_holds(specc: Specc) -> None:
    done = specc("check", "more/other.yaml")
    assert done.code == 1
    assert "more/other.yaml:1:1" in done.out


def test_every_problem_is_reported_with_its_place(specc: Specc) -> None:
    done = specc("check", "nowhere.yaml", "broken.yaml")
    assert done.code == 1
    assert done.err == ""
    assert "error[S001]: `nowhere.yaml` does not exist" in done.out
    assert "did you mean `kernel_size`?" in done.out
    assert done.out.endswith("\n1 spec checked\n")  # the one that isn't there isn't counted


MISSING = {
    "file": ("digts.yaml", "S001", "did you mean `digits.yaml`?"),
    "folder": ("nowhere/digits.yaml", "S001", "there is no folder `nowhere`"),
    "folder without specs": ("empty", "S804", "there is no spec in `empty`"),
}


@pytest.mark.parametrize(("path", "code", "words"), MISSING.values(), ids=MISSING.keys())
def test_missing(specc: Specc, folder: Path, path: str, code: str, words: str) -> None:
    (folder / "empty").mkdir()
    done = specc("check", path)
    assert done.code == 1
    assert code in done.out
    assert words in done.out
    assert done.out.endswith("\n0 specs checked\n")


@pytest.mark.parametrize(
    ("text", "code"), [(DIGITS, 0), (DIGITS.replace("Dense", "Dens"), 1), ("\xff", 1)]
)
def test_standard_input(
    specc: Specc, monkeypatch: pytest.MonkeyPatch, text: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(text.encode("latin-1")))
    done = specc("check", "-")
    assert done.code == code
    assert ("<stdin>" in done.out) == bool(code)


def test_all_variants_are_checked(specc: Specc, folder: Path) -> None:
    (folder / "digits.yaml").write_text(DIGITS.replace("{width: 8}", "{width: 0}"))
    assert specc("check", "digits.yaml").code == 1
    assert specc("check", "digits.yaml", "--variant", "small").code == 0
    assert specc("check", "digits.yaml", "--variant", "large").code == 1


def test_unknown_variant(specc: Specc) -> None:
    done = specc("check", "digits.yaml", "--variant", "larg")
    assert done.code == 1
    assert "did you mean `large`?" in done.out


SETTINGS = {
    "int": ("width=3", 0, ""),
    "not an int": ("width=three", 1, "--set width:1:1"),
    "text stays text": ("act=relu", 0, ""),
    "unknown text": ("act=rellu", 1, "did you mean `relu`?"),
    "unknown": ("widht=3", 1, "did you mean `width`?"),
    "nothing": ("width=", 1, "S007"),
    "broken yaml": ("width=[1", 1, "--set width:1:"),
}


@pytest.mark.parametrize(("setting", "code", "words"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings(specc: Specc, setting: str, code: int, words: str) -> None:
    done = specc("check", "digits.yaml", "--set", setting)
    assert done.code == code, done.out
    assert words in done.out


def test_json(specc: Specc) -> None:
    good, bad = (specc("check", name, "--format", "json") for name in ("digits.yaml", "."))
    for done in (good, bad):
        assert done.err == ""
        jsonschema.validate(json.loads(done.out), SCHEMA)
    assert json.loads(good.out)["counts"]["error"] == 0
    assert json.loads(bad.out)["counts"]["error"] == 1
    assert (good.code, bad.code) == (0, 1)


def test_sarif(specc: Specc) -> None:
    done = specc("check", "broken.yaml", "--format", "sarif")
    log = json.loads(done.out)
    jsonschema.validate(log, SARIF)
    assert done.code == 1
    assert {result["ruleId"] for result in log["runs"][0]["results"]} == {"S204"}


def test_github(specc: Specc) -> None:
    done = specc("check", "broken.yaml", "--format", "github")
    assert done.code == 1
    assert all(line.startswith("::error file=broken.yaml,") for line in done.out.splitlines())


NOTED = DIGITS.replace(", name: head}", "}")
"""A layer with weights and without a name: a note."""


def test_quiet(specc: Specc, folder: Path) -> None:
    (folder / "noted.yaml").write_text(NOTED)
    assert specc("check", "digits.yaml", "--quiet") == (0, "", "")
    assert "error[S204]" in specc("check", "broken.yaml", "-q").out
    assert "note[" in specc("check", "noted.yaml").out
    assert specc("check", "noted.yaml", "-q") == (0, "", "")


def test_a_problem_of_an_imported_file_is_told_once(specc: Specc, folder: Path) -> None:
    (folder / "more/blocks.yaml").write_text("specc: 1\nlibrary: blocks\ndefine: 3\n")
    text = DIGITS.replace("model: digits\n", "model: d\nimports: {twice: more/blocks.yaml}\n")
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(text)
    done = specc("check", "a.yaml", "b.yaml", "more/blocks.yaml", "--format", "json")
    found = json.loads(done.out)["diagnostics"]
    assert len([d for d in found if d["location"]["file"] == "more/blocks.yaml"]) == 1


@pytest.mark.parametrize(
    ("flags", "variables", "colored"),
    [([], {}, True), (["--no-color"], {}, False), ([], {"NO_COLOR": "1"}, False)],
    ids=["terminal", "--no-color", "NO_COLOR"],
)
def test_colors(
    specc: Specc,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    variables: dict[str, str],
    colored: bool,
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in specc("check", "broken.yaml", *flags).out) == colored


def test_a_pipe_has_no_colors(specc: Specc) -> None:
    assert "\x1b[" not in specc("check", "broken.yaml").out

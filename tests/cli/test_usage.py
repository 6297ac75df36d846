"""Arguments that make sense, and those that don't."""

from __future__ import annotations

import pytest

from specc import __version__
from specc.cli.commands import COMMANDS
from tests.cli.conftest import Specc

WRONG = {
    "no command": ([], "a command is missing", "init, check, show, compile, "),
    "command": (["chekc", "x"], "no command `chekc`", "did you mean `check`?"),
    "command, far off": (["frobnicate"], "no command `frobnicate`", "commands are init, check"),
    "flag": (["check", "--kears", "x"], "no flag `--kears`", "did you mean `--keras`?"),
    "flag with a value": (["check", "x", "--fromat=json"], "no flag `--fromat`", "`--format`?"),
    "shortened flag": (["check", "x", "--ker"], "no flag `--ker`", ""),
    "format": (["check", "--format", "jsn", "x"], "no `jsn`", "did you mean `json`?"),
    "format of show": (["show", "--format", "sarif", "x"], "no `sarif`", "text, json"),
    "no path": (["check"], "PATH", "specc check --help"),
    "two specs": (["show", "a", "b"], "no argument `b`", ""),
    "setting": (["check", "--set", "width", "x"], "`width` is not like `name=value`", ""),
    "set twice": (["check", "--set", "n=1", "--set", "n=2", "x"], "`n` is set twice", ""),
    "seed": (["compile", "x", "-o", "y.keras", "--seed", "-1"], "`-1` is not a whole number", ""),
    "large seed": (["compile", "x", "-o", "y.keras", "--seed", "4294967296"], "less than", ""),
    "depth": (["show", "x", "--depth", "0"], "`0` is not a whole number from 1", ""),
    "no output": (["compile", "x"], "--output", ""),
    "suffix": (["compile", "digits.yaml", "-o", "a.kers"], "none of `.keras`", "`.keras`?"),
    "no suffix": (["compile", "digits.yaml", "-o", "a"], "`a` ends in none", ""),
    "code": (["explain", "X1"], "no diagnostic `X1`", "`specc explain`"),
}


@pytest.mark.parametrize(("argv", "message", "hint"), WRONG.values(), ids=WRONG.keys())
def test_wrong_usage(specc: Specc, argv: list[str], message: str, hint: str) -> None:
    done = specc(*argv)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert message in done.err
    assert hint in done.err


@pytest.mark.parametrize("argv", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help(specc: Specc, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        specc(*argv)
    out, err = capsys.readouterr()
    assert exit_.value.code == 0
    assert err == ""
    names = COMMANDS if argv == ["--help"] else [argv[0]]
    assert all(name in out for name in names)


def test_version(specc: Specc, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        specc("--version")
    assert capsys.readouterr().out == f"specc {__version__}\n"


def test_explain(specc: Specc) -> None:
    one, every = specc("explain", "s204"), specc("explain")
    assert one.code == every.code == 0
    assert one.out.startswith("S204: ")
    assert len(one.out.splitlines()) > 2
    assert "S001  file not found\n" in every.out

"""What the README and the demo show is what happens."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specc.cli.commands import COMMANDS
from specc.cli.commands.init import TEMPLATES
from tests.cli import consoles
from tests.cli.conftest import Specc
from tests.structure.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_console_examples_are_current(specc: Specc, folder: Path) -> None:
    """All in a new project, one after the other, as a reader would."""
    home = folder / "home"
    home.mkdir()
    specc("init", "new")
    shown = list(consoles.examples(README))
    assert len(shown) >= 5
    for example in shown:
        assert consoles.run(example.command, folder / "new", home) == example.output


def test_its_spec_is_that_of_init() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    spec = (TEMPLATES / "digits.yaml").read_text(encoding="utf-8")
    assert shown == spec.partition("\n")[2]  # without the editor's line


def test_its_table_has_the_commands_that_exist() -> None:
    assert re.findall(r"^\| `specc (\w+)", README, re.MULTILINE) == list(COMMANDS)


def test_the_demo(tmp_path: Path) -> None:
    """In a copy, so that it leaves nothing here."""
    for name in ("examples/digits", "specs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "examples/digits/demo.py"], cwd=tmp_path, check=False,
        capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 spec, no problems" in done.stdout
    found = re.search(r"never seen: ([\d.]+)%", done.stdout)
    assert found is not None
    assert float(found[1]) > 95
    listed = re.findall(r"^  (digits\S*|history\S*) ", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (tmp_path / "demo").iterdir())
    assert json.loads((tmp_path / "demo/history.json").read_text())["accuracy"]


DEMO = (ROOT / "examples/digits/demo.py").read_text(encoding="utf-8")
NEXT = re.findall(r"^  specc (.*)$", DEMO, re.MULTILINE)


@pytest.mark.parametrize("command", NEXT)
def test_what_the_demo_says_to_try_next_is_right(
    specc_with_keras: Specc, folder: Path, command: str
) -> None:
    shutil.copytree(ROOT / "specs", folder / "specs")
    (folder / "demo").mkdir()
    shutil.copy(ROOT / "specs/digits.yaml", folder / "demo")
    done = specc_with_keras(*command.split())
    assert done.code == 0, done.err

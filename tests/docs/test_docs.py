"""What the documentation shows is so: its specs check, its Python runs, its commands print that."""

from __future__ import annotations

import os
import re
import runpy
import sys
from pathlib import Path

import generate_diagnostics
import pytest

from specc.api.specs import check_text
from specc.diagnostics import Severity, Source
from specc.diagnostics.codes import CODES
from tests.cli import consoles
from tests.docs.blocks import Block, blocks
from tests.structure.tree import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.glob("*.md")])
STRICT = [DOCS / "language.md", DOCS / "tutorial.md"]
TUTORIAL = DOCS / "tutorial.md"
LANGUAGE = DOCS / "language.md"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def codes(text: str, path: Path, expected: list[str], with_keras: bool) -> list[str]:
    """The codes of a spec's errors and warnings, and of the notes among those expected."""
    return sorted(
        found.code
        for found in check_text(Source(path.name, text), path, with_keras=with_keras)
        if found.severity is not Severity.NOTE or found.code in expected
    )


# --- specs ---


@pytest.mark.parametrize(
    "with_keras", [False, pytest.param(True, marks=pytest.mark.long)], ids=["check", "build"]
)
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_specs_check(page: Path, with_keras: bool, tmp_path: Path) -> None:
    """In their order, since later ones import earlier ones."""
    wrong = []
    for block in blocks(page):
        if "text" in block.marks and "file" in block.marks:
            keep(block, tmp_path)
        if block.language != "yaml" or not (block.is_spec or block.is_fragment):
            continue
        path = tmp_path / str(block.marks.get("file", "spec.yaml"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.spec, encoding="utf-8")
        found = codes(block.spec, path, block.expected, with_keras)
        if found != sorted(block.expected):
            wrong.append(f"{name(page)}:{block.line}: {found}, not {block.expected}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("page", STRICT, ids=name)
def test_no_yaml_is_left_out(page: Path) -> None:
    unmarked = [
        block.line
        for block in blocks(page)
        if block.language == "yaml"
        and not (block.is_spec or block.is_fragment or "text" in block.marks)
    ]
    assert not unmarked


# --- Python ---


@pytest.mark.parametrize("page", [ROOT / "README.md", LANGUAGE], ids=name)
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a page in a row, among the files of the page, or for the README those here.

    In this process, in which TensorFlow may be loaded already.
    """
    code = "\n".join(block.text for block in blocks(page) if block.language == "python")
    assert code
    for block in blocks(page):
        if "file" in block.marks:
            keep(block, tmp_path)
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    monkeypatch.chdir(ROOT if page.name == "README.md" else tmp_path)
    runpy.run_path(str(script))


def keep(block: Block, folder: Path) -> None:
    path = folder / str(block.marks["file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


# --- the tutorial ---


@pytest.mark.parametrize(
    "with_tensorflow", [False, pytest.param(True, marks=pytest.mark.long)], ids=["quick", "all"]
)
def test_the_tutorial_can_be_followed(
    with_tensorflow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file written and every command run, in order; `…` in an output stands for anything."""
    set_git_up(monkeypatch)
    home, folder = tmp_path / "home", tmp_path
    home.mkdir()
    python = home / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    for block in blocks(TUTORIAL):
        if "file" in block.marks:
            keep(block, tmp_path)
        if block.language != "console" or ("tensorflow" in block.marks and not with_tensorflow):
            continue
        for command, output in consoles.examples(f"```console\n{block.text}```"):
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
                continue
            printed = consoles.run(command, folder, home)
            assert matches(printed, output), f"line {block.line}: $ {command}\n{printed}"


def set_git_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")


def matches(printed: str, shown: str) -> bool:
    parts = map(re.escape, shown.split("…"))
    return re.fullmatch(".*".join(parts), printed, re.DOTALL) is not None


# --- the pages themselves ---


def test_the_index_has_every_page() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert not [page for page in pages if f"]({page})" not in index]


def test_the_table_of_codes_is_current() -> None:
    shown = (DOCS / "diagnostics.md").read_text(encoding="utf-8")
    assert shown == generate_diagnostics.page(), "run tools/generate_diagnostics.py"
    assert set(re.findall(r"^\| (S\d+) ", shown, re.MULTILINE)) == CODES.keys()


def test_the_contents_have_every_section() -> None:
    page = LANGUAGE.read_text(encoding="utf-8")
    page = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    listed = re.findall(r"^\d+\. \[(.*)\]\(#(.*)\)$", page, re.MULTILINE)
    assert listed == [(title, anchor(title)) for title in titles]


def anchor(title: str) -> str:
    """The anchor that Markdown renderers give a heading."""
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")

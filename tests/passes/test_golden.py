"""The language by example: each file in `fixtures` is a spec, and says below what becomes of it.

The lines that begin with `#>` are what is expected: the diagnostics, then the graph. Run with
SPECC_UPDATE_GOLDEN=1 to write them anew, and read the difference before committing it. A line
`#! {variant: …, params: {…}}` chooses what the caller of specc would.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.diagnostics import Diagnostic
from specc.ir import print_graph
from tests.passes.front import front

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(FIXTURES.glob("*/*.yaml"))
EVERYWHERE = "S435"
"""The note on layers without names would be in every second file; `names/unnamed` shows it."""


def _title(path: Path) -> str:
    return f"{path.parent.name}: {path.read_text().splitlines()[0].removeprefix('# ')}"


@pytest.mark.parametrize("path", CASES, ids=_title)
def test_what_becomes_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)  # diagnostics name files relative to the working directory
    text = path.read_text()
    expected = [line.removeprefix("#>").removeprefix(" ") for line in _marked(text, "#>")]
    found = _outcome(text, path)
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        _write(path, text, found)
        return
    assert found == expected


def _marked(text: str, mark: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(mark)]


def _outcome(text: str, path: Path) -> list[str]:
    chosen: dict[str, Any] = {}
    for line in _marked(text, "#!"):
        chosen |= yaml.safe_load(line.removeprefix("#!"))
    graph, found = front(text, path, chosen.get("variant"), chosen.get("params"))
    lines = [_line(each) for each in found.sorted() if _counts(each, path)]
    return lines + (print_graph(graph).splitlines() if graph is not None else [])


def _counts(diagnostic: Diagnostic, path: Path) -> bool:
    return diagnostic.code != EVERYWHERE or path.stem == "unnamed"


def _line(diagnostic: Diagnostic) -> str:
    text = str(diagnostic).removeprefix("spec.yaml:")
    shown = f"{text} | {diagnostic.help}" if diagnostic.help else text
    return shown.replace(str(FIXTURES), "PROJECT")


def _write(path: Path, text: str, found: list[str]) -> None:
    kept = [line for line in text.splitlines() if not line.startswith("#>")]
    path.write_text("\n".join([*kept, *(f"#> {line}".rstrip() for line in found)]) + "\n")

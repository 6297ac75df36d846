"""Wrong specs: each with what is said of it, all in one run, at its place, and nothing besides.

Beside `name.yaml` lies `name.expected`: a line for each diagnostic with its severity, code, place
and the message's first words. SPECC_UPDATE_GOLDEN=1 writes them anew. Every case also meets the
oracle of hostile input: nothing is raised, and little time is taken.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from specc.api import specs as api
from specc.diagnostics import Diagnostic, Source

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.yaml"))
WORDS = 6
SECONDS = 5
QUIET = "S435"
"""The note on layers without names, which says nothing of what is wrong."""


def _title(path: Path) -> str:
    return path.read_text().splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("path", CASES, ids=_title)
def test_what_is_said_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)  # diagnostics name files relative to the working directory
    start = time.process_time()
    found = api.check_text(Source("spec", path.read_text()), path)
    assert time.process_time() - start < SECONDS
    lines = [_line(each) for each in found if each.code != QUIET]
    assert any(each.is_error for each in found)
    sidecar = path.with_suffix(".expected")
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        sidecar.write_text("".join(f"{line}\n" for line in lines))
        return
    assert lines == sidecar.read_text().splitlines()


def test_every_sidecar_has_its_spec() -> None:
    assert {path.stem for path in FOLDER.glob("*.expected")} == {path.stem for path in CASES}


def _line(diagnostic: Diagnostic) -> str:
    place = str(diagnostic.span or "-").removeprefix("spec:")
    words = " ".join(diagnostic.message.split()[:WORDS])
    return f"{diagnostic.severity} {diagnostic.code} {place} {words}"

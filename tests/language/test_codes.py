"""Every code of a diagnostic is explained, given in the source, and shown by some test."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from specc.diagnostics import CODES
from specc.diagnostics.codes import (
    document,
    files,
    flow,
    importing,
    keras,
    layers,
    limits,
    model,
    running,
    tuning,
    weights,
)

ROOT = Path(__file__).parents[2]
OWN = {
    code: entry
    for module in (document, flow, model, tuning, files, importing, keras, limits, running, weights)
    for code, entry in module.CODES.items()
}


@pytest.mark.parametrize("code", OWN)
def test_its_explanation_says_more_than_its_title(code: str) -> None:
    title, explanation = CODES[code]
    lines = explanation.splitlines()
    assert 3 <= len(lines) <= 16
    assert title.rstrip(".").lower() != lines[0].rstrip(".").lower()
    assert max(map(len, lines)) <= 100


def test_each_is_given_in_the_source() -> None:
    texts = [
        path.read_text() for path in (ROOT / "specc").rglob("*.py") if "codes" not in path.parts
    ]
    given = set(re.findall(r'"(S\d{3})"', "\n".join(texts)))
    assert CODES.keys() - given == set()
    assert given - CODES.keys() == set()


@cache
def _shown() -> set[str]:
    """The codes that stand in tests, or in what they expect."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*"):
        if path.suffix in {".py", ".yaml", ".expected", ".txt", ".json"} and path != Path(__file__):
            found |= set(re.findall(r"\bS\d{3}\b", path.read_text()))
    return found


def test_each_of_the_language_is_shown_by_a_test() -> None:
    wanted = {
        *document.CODES,
        *flow.CODES,
        *model.CODES,
        *tuning.CODES,
        *files.CODES,
        *weights.CODES,
        *layers.CODES,
        "S701",
    }
    assert wanted - _shown() == set()


def test_no_code_is_in_two_files() -> None:
    """Merging the tables would keep the last one."""
    from specc.diagnostics.codes import arguments, expressions, source

    tables = (
        *(arguments, document, expressions, files, flow, importing, keras, layers),
        *(limits, model, running, source, tuning, weights),
    )
    assert sum(len(table.CODES) for table in tables) == len(CODES)

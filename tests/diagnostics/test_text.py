"""The text that people see, held against `golden/*.txt`.

After a wanted change: `SPECC_WRITE_GOLDEN=1 pytest tests/diagnostics`, and read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, Source, Span
from specc.diagnostics.render import text
from specc.diagnostics.render.visible import columns, visible
from tests.diagnostics.samples import MNIST, SAMPLES, span

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    path = GOLDEN / f"{re.sub('[^a-z]+', '_', name)}.txt"
    rendered = text.render([SAMPLES[name]])
    if os.environ.get("SPECC_WRITE_GOLDEN"):
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text(encoding="utf-8")


def test_the_form_that_the_design_shows() -> None:
    diagnostic = Diagnostic(
        "S013", "Conv2D has no argument `filtrs`", span(MNIST, "filtrs"), "did you mean `filters`?"
    )
    assert text.render([diagnostic]).startswith("""\
error[S013]: Conv2D has no argument `filtrs`
  --> specs/mnist.yaml:9:14
   |
 9 |   - Conv2D: {filtrs: 32, kernel_size: 3}
   |              ^^^^^^ did you mean `filters`?
""")


def test_nothing_for_nothing() -> None:
    assert text.render([]) == ""


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["label"], "1 error"),
        (["label", "edit", "warning"], "2 errors, 1 warning"),
        (["warning", "warning", "note"], "2 warnings, 1 note"),
        ([], "no problems"),
    ],
)
def test_summary(names: list[str], says: str) -> None:
    chosen = [SAMPLES[name] for name in names]
    assert text.summary(chosen) == f"{says}\n"
    if names:
        assert text.render(chosen).endswith(f"\n\n{says}\n")


def test_color_adds_nothing_but_color() -> None:
    everything = SAMPLES.values()
    colored = text.render(everything, color=True)
    assert "\x1b[1;31merror[S013]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text.render(everything)


@given(st.text(), st.text(), st.data())
def test_any_text_in_any_place(content: str, words: str, data: st.DataObject) -> None:
    """Nothing reaches the terminal that it acts on, and the marks stand under what they mark."""
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    place = Span(Source("a.yaml", content), start, end)
    rendered = text.render([Diagnostic("S013", words, place, words)])
    assert all(line.isprintable() or line == "" for line in _ascii(rendered).split("\n"))
    assert rendered.count("^") >= 1


def _ascii(rendered: str) -> str:
    """Spaces other than the ordinary one are no `printable` characters, but do no harm."""
    return re.sub(r"[^\S\n]", " ", rendered)


@given(st.text())
def test_marks_are_counted_in_columns(word: str) -> None:
    shown = visible(word)
    assert columns(shown) == columns(visible(shown))
    assert not any(ord(char) < 32 or ord(char) == 127 for char in shown)


@pytest.mark.parametrize(
    ("content", "count"), [("abc", 3), ("名前", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2), ("😀", 2)]
)
def test_columns(content: str, count: int) -> None:
    assert columns(content) == count

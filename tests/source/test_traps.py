"""YAML's comma trap: one diagnostic, with an edit after which the text says what was meant."""

from __future__ import annotations

import pytest

from specc.source import limits
from tests.source.reading import mended, plain, problems, read

TRAPS = {
    "comma in a call": (
        "{units: =min(a, b)}",
        "1:9",
        {"units": "=min(a, b)"},
    ),
    "list": (
        "w: {shape: =[x.shape[-1], units], initializer: zeros}",
        "1:12",
        {"w": {"shape": "=[x.shape[-1], units]", "initializer": "zeros"}},
    ),
    "index": (
        "{units: =sizes[0], name: a}",
        "1:9",
        {"units": "=sizes[0]", "name": "a"},
    ),
    "f-string": (
        "{name: =f\"block{i}\", units: 1}",
        "1:8",
        {"name": '=f"block{i}"', "units": 1},
    ),
    "comma in a string": (
        "{a: =b if c == \"d, e\" else f, g: 1}",
        "1:5",
        {"a": '=b if c == "d, e" else f', "g": 1},
    ),
    "bracket in a string": (
        "{a: =f('(', b), c: 1}",
        "1:5",
        {"a": "=f('(', b)", "c": 1},
    ),
    "in a list": (
        "[=a, =min(b, c), =d]",
        "1:6",
        ["=a", "=min(b, c)", "=d"],
    ),
    "over two lines": (
        "{a: =min(b,\n      c), d: 1}",
        "1:5",
        {"a": "=min(b, c)", "d": 1},
    ),
    "loop": (
        "- {for: i in range(1, n + 1), name: a}",
        "1:9",
        [{"for": "i in range(1, n + 1)", "name": "a"}],
    ),
    "tensor index": (
        "- {expr: 'x', in: x[:, 0], as: y}",
        "1:19",
        [{"expr": "x", "in": "x[:, 0]", "as": "y"}],
    ),
    "tensor list first": (
        "- {expr: [a, b] @ w, in: [a, b]}",
        "1:10",
        [{"expr": "[a, b] @ w", "in": ["a", "b"]}],
    ),
    "call of a list": (
        "- {expr: concatenate([a, b]), as: y}",
        "1:10",
        [{"expr": "concatenate([a, b])", "as": "y"}],
    ),
    "prose": (
        "{doc: a layer (3x3, stride 2), a: 1}",
        "1:7",
        {"doc": "a layer (3x3, stride 2)", "a": 1},
    ),
    "colon in a slice, on a line": (
        "a: =b[1: 2]\nc: 1\n",
        "1:4",
        {"a": "=b[1: 2]", "c": 1},
    ),
    "colon in a string, on a line": (
        "a: =d['x: y'] # why\nc: 1\n",
        "1:4",
        {"a": "=d['x: y']", "c": 1},
    ),
    "colon in a lambda": (
        "{a: =lambda: 3, b: 1}",
        "1:5",
        {"a": "=lambda: 3", "b": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "meant"), TRAPS.values(), ids=TRAPS.keys())
def test_one_diagnostic_and_its_mend(text: str, place: str, meant: object) -> None:
    assert problems(text) == [("S012", place)]
    assert plain(mended(text)) == meant


def test_what_it_says() -> None:
    [diagnostic] = read("- Dense: {units: =min(a, b)}\n")[1]
    assert diagnostic.message.startswith("inside {…} quote this")
    assert diagnostic.span is not None
    assert diagnostic.span.text == "=min(a, b)"
    assert [edit.replacement for edit in diagnostic.edits] == ['"=min(a, b)"']


def test_the_rest_of_the_file_is_read() -> None:
    text = "a: {b: =f[0], b: 1}\nc: {d: =g(1, 2), e: =h[1]}\nc: 1\ni: =j['k: l']\nm: !n 1\n"
    assert problems(text) == [
        ("S012", "1:8"),
        ("S013", "1:15"),
        ("S012", "2:8"),
        ("S012", "2:21"),
        ("S013", "3:1"),
        ("S012", "4:4"),
        ("S014", "5:4"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [("{units: =min(a}", None), ("{units: =min(a, b}", "S012"), ("{shape: =[a, b}", "S012")],
)
def test_brackets_that_stay_open(text: str, code: str | None) -> None:
    assert [found for found, _ in problems(text)] == ([code] if code else [])


def test_a_syntax_error_elsewhere_is_not_blamed_on_code() -> None:
    assert [code for code, _ in problems("a: =f(1, 2)\nb: {c: =d, e: [1}\n")] == ["S010"]


def test_rereading_is_bounded() -> None:
    count = limits.MAX_REREADINGS * 2
    found = [code for code, _ in problems("".join(f"a{i}: {{b: =c[0]}}\n" for i in range(count)))]
    assert 0 < len(found) <= limits.MAX_REREADINGS + 1
    assert set(found) == {"S012"}

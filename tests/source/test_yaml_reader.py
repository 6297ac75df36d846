from __future__ import annotations

import inspect
import re

import pytest
import yaml

from specc.source import events, limits
from specc.source.limits import MAX_DEPTH, MAX_PROBLEMS
from tests.source.reading import mended, plain, problems, read

NESTED_TWICE = "a:\n  b:\n    - {c: 1, d: 2, c: 3}\n"

REFUSED = {
    "python tag": ("a: !!python/object/apply:os.system [ls]\n", [("S014", "1:4")]),
    "local tag": ("a: !Dense {units: 1}\n", [("S014", "1:4")]),
    "verbatim tag": ("- !<tag:x,2000:y> b\n", [("S014", "1:3")]),
    "non-specific tag": ("- ! b\n", [("S014", "1:3")]),
    "core tag": ("a: !!str 5\n", [("S014", "1:4")]),
    "!!binary": ("a: !!binary aGVsbG8=\n", [("S014", "1:4")]),
    "!!set": ("a: !!set {b, c}\n", [("S014", "1:4")]),
    "tag behind an anchor": ("a: &x !y 1\n", [("S014", "1:7")]),
    "tag directive": ("%TAG !e! tag:x:\n---\na: 1\n", [("S014", "1:1")]),
    "undeclared tag": ("a: !e!x 1\n", [("S014", "1:4")]),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", [("S013", "3:1")]),
    "nested duplicate key": (NESTED_TWICE, [("S013", "3:20")]),
    "duplicate of another form": ("a: 1\n'a': 2\n", [("S013", "2:1")]),
    "merge key": ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", [("S015", "3:3")]),
    "list key": ("[a, b]: 1\n", [("S016", "1:1")]),
    "explicit list key": ("? - a\n: 1\n", [("S016", "1:3")]),
    "dict key": ("{a: b}: 1\n", [("S016", "1:1")]),
    "int key": ("1: a\n", [("S016", "1:1")]),
    "float key": ("1e-3: a\n", [("S016", "1:1")]),
    "bool key": ("true: a\n", [("S016", "1:1")]),
    "null key": ("~: a\n", [("S016", "1:1")]),
    "empty key": ("?\n: a\n", [("S016", "1:2")]),
    "unknown alias": ("a: &name 1\nb: *nmae\n", [("S017", "2:4")]),
    "recursive alias": ("a: &x [1, *x]\n", [("S018", "1:11")]),
    "two documents": ("a: 1\n---\nb: 2\n", [("S008", "2:1")]),
    "empty": ("", [("S007", "1:1")]),
    "only comments": ("# nothing\n", [("S007", "1:1")]),
    "YAML 1.1": ("%YAML 1.1\n---\na: 1\n", [("S009", "1:1")]),
    "YAML 1.3": ("%YAML 1.3\n---\na: 1\n", [("S009", "1:1")]),
    "other directive": ("%FOO x\n---\na: 1\n", [("S009", "1:5")]),
    "NUL": ("a: b\x00c\n", [("S006", "1:5")]),
    "escape character": ("a: \x1b[2J\n", [("S006", "1:4")]),
    "next line": ("a: b\x85c: d\n", [("S006", "1:5")]),
    "line separator": ("a: b\u2028c: d\n", [("S006", "1:5")]),
    "lone carriage return": ("a: b\rc: d\n", [("S006", "1:5")]),
    "all forbidden characters": ("\x01\x02", [("S006", "1:1"), ("S006", "1:2")]),
    "tab as indentation": ("a:\n\tb: 1\n", [("S011", "2:1")]),
    "tab after a dash": ("a:\n-\tb: 1\n", [("S011", "2:2")]),
    "unclosed list": ("a: [1, 2\n", [("S010", "1:4")]),
    "unclosed list, more below": ("a: [1, 2\nb: 3\n", [("S010", "2:2")]),
    "unclosed mapping": ("a: {b: 1\n", [("S010", "1:4")]),
    "unclosed quote": ("a: 'b\nc: 1\n", [("S010", "1:4")]),
    "unknown escape": ('a: "\\q"\n', [("S010", "1:5")]),
    "two colons": ("a: b: c\n", [("S010", "1:5")]),
    "indented too far": ("a: 1\n  b: 2\n", [("S010", "2:4")]),
    "indented too little": ("a:\n    b: 1\n  c: 2\n", [("S010", "3:3")]),
    "list among keys": ("a: 1\n- b\n", [("S010", "2:1")]),
    "key among items": ("- a\nb: 1\n", [("S010", "2:1")]),
    "no colon": ("a: 1\nb\nc: 2\n", [("S010", "2:1")]),
    "reserved character": ("a: @b\n", [("S010", "1:4")]),
    "item beside a key": ("a: - b\n", [("S010", "1:4")]),
    "number too long": ("a: " + "1" * 5000 + "\n", [("S022", "1:4")]),
    "number too large": ("[1e999]\n", [("S022", "1:2")]),
}


@pytest.mark.parametrize(("text", "found"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text: str, found: list[tuple[str, str]]) -> None:
    assert problems(text) == found


LIBYAML_ONLY = {"other directive"}  # PyYAML's own parser passes over it
PORTABLE = [name for name in REFUSED if name not in LIBYAML_ONLY]


@pytest.mark.parametrize("name", PORTABLE)
def test_refused_without_libyaml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_Parser", yaml.SafeLoader)
    text, found = REFUSED[name]
    assert [code for code, _ in problems(text)] == [code for code, _ in found]


ACCEPTED = {
    "1.2 directive": ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    "scalars of 1.2": (
        "{a: 1e-3, b: on, c: 1:30, d: 012}",
        {"a": 1e-3, "b": "on", "c": "1:30", "d": 12},
    ),
    "words as keys": ("on: 1\nno: 2\n", {"on": 1, "no": 2}),
    "quoted keys": ("'1': a\n\"<<\": b\n", {"1": "a", "<<": "b"}),
    "quoted numbers": ("a: '1'\n", {"a": "1"}),
    "aliases": ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
    "alias as key": ("&x a: 1\nb: {*x : 2}\n", {"a": 1, "b": {"a": 2}}),
    "anchor given anew": ("- &x 1\n- &x 2\n- *x\n", [1, 2, 2]),
    "inner anchor of the same name": ("&x [&x 1, *x]\n", [1, 1]),
    "carriage returns": ("a: 1\r\nb: |\r\n  c\r\n", {"a": 1, "b": "c\n"}),
    "beyond the basic plane": ("a: 😀\nb: é\n", {"a": "😀", "b": "é"}),
    "empty values": ("a:\nb: {c: , d}\n", {"a": None, "b": {"c": None, "d": None}}),
    "a scalar": ("text\n", "text"),
    "no end of line": ("a: 1", {"a": 1}),
    "expressions in lines": (
        "a: =min(b, c)\nd: =f\"x{i}\"\n",
        {"a": "=min(b, c)", "d": '=f"x{i}"'},
    ),
    "expressions in brackets": ("{a: =4 * f(b), c: [=d]}", {"a": "=4 * f(b)", "c": ["=d"]}),
    "brackets in keys": ("{(): 1, f(x): 2, '(a': 3}", {"()": 1, "f(x)": 2, "(a": 3}),
    "brackets of prose": ("{a: see (1), b: ':('}", {"a": "see (1)", "b": ":("}),
    "lists under code keys": (
        "{in: [a, _], outputs: {b: c}}",
        {"in": ["a", "_"], "outputs": {"b": "c"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("parser", ["libyaml", "python"])
@pytest.mark.parametrize(("text", "value"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(text: str, value: object, parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if parser == "python":
        monkeypatch.setattr(events, "_Parser", yaml.SafeLoader)
    assert plain(text) == value


MENDED = {
    "int key": ("1: a\n", '"1": a\n'),
    "tab": ("a:\n\tb: 1\n", "a:\n  b: 1\n"),
    "two colons": ("a: b: c # d\n", 'a: "b: c # d"\n'),
    "no space after a colon": ("b: 2\na:1\nc: 3\n", "b: 2\na: 1\nc: 3\n"),
    "no space before a comma": ("- {Flatten:, name: f}\n", "- {Flatten: , name: f}\n"),
    "no space before a bracket": ("- {D:{u: 1}, name: f}\n", "- {D: {u: 1}, name: f}\n"),
    "control character": ("a: b\x00c\n", "a: bc\n"),
}


@pytest.mark.parametrize(("text", "after"), MENDED.values(), ids=MENDED.keys())
def test_mended_by_the_edits(text: str, after: str) -> None:
    assert mended(text) == after
    assert not problems(after)


def test_all_problems_in_one_run() -> None:
    text = "a: !x 1\na: 2\n1: {b: *c}\n<<: {d: 1e999, d: 2}\nunits: =f(\nx: {y: =g(1, 2)}\n"
    assert [code for code, _ in problems(text)] == [
        *["S014", "S013", "S016", "S017", "S015", "S022", "S013", "S012"]
    ]


def test_problems_before_a_syntax_error_are_reported_too() -> None:
    assert [code for code, _ in problems("a: 1\na: 2\nb: [\n")] == ["S013", "S010"]


def test_a_duplicate_key_names_the_first_one_and_keeps_it() -> None:
    node, [diagnostic] = read("a: 1\nb: {a: 2}\na: 3\n")
    [related] = diagnostic.related
    assert str(related.span) == "spec.yaml:1:1"
    assert node is not None
    assert plain("a: 1\nb: {a: 2}\n") == {"a": 1, "b": {"a": 2}}


def test_a_near_anchor_is_offered() -> None:
    [diagnostic] = read("a: &name 1\nb: *nmae\n")[1]
    assert diagnostic.label == "did you mean `name`?"


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_depth_is_bounded_exactly() -> None:
    assert not problems(nested(MAX_DEPTH))
    assert problems(nested(MAX_DEPTH + 1)) == [("S020", f"1:{MAX_DEPTH + 1}")]


def test_depth_counts_through_aliases() -> None:
    half = MAX_DEPTH // 2
    text = f"- &a {nested(half)}\n- {'[' * half}*a{']' * half}\n"
    assert problems(text) == [("S020", f"2:{3 + half}")]


def test_values_are_bounded_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.source.composer.MAX_NODES", 10)
    assert not problems("[" + "1," * 9 + "]")
    assert problems("[" + "1," * 10 + "]") == [("S021", "1:20")]
    assert problems("- &a [1, 2, 3]\n- *a\n- *a\n") == [("S019", "3:3")]


def test_problems_are_bounded() -> None:
    found = problems("a: 1\n" * (MAX_PROBLEMS * 2))
    assert len(found) == MAX_PROBLEMS + 1
    assert "S023" in [code for code, _ in found]


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.source.yaml_reader.MAX_BYTES", 10)
    assert not problems("a: 1234567")
    assert problems("a: 12345678") == [("S004", "1:1")]


def test_every_limit_has_its_reason() -> None:
    text = inspect.getsource(limits)
    names = [name for name in vars(limits) if name.startswith("MAX_")]
    reasons = re.findall(r'^(MAX_\w+): Final = .+\n"""\w', text, re.MULTILINE)
    assert reasons == names

from __future__ import annotations

import pytest

from specc.source import Located, Mapping, Node, Sequence, Style, at, span_at, to_plain
from tests.source.reading import read

TEXT = """\
model: mnist
body:
  - Dense: {units: 10}
    name: 'head'
  - Flatten

  # a comment
doc: |
  two
  lines

"""


@pytest.fixture
def document() -> Node:
    node, found = read(TEXT)
    assert node is not None
    assert not found
    return node


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("model",), "mnist"),
        (("body", 0, "Dense"), "{units: 10}"),
        (("body", 0, "Dense", "units"), "10"),
        (("body", 0, "name"), "'head'"),
        (("body", 1), "Flatten"),
        (("body", 0), "Dense: {units: 10}\n    name: 'head'"),
        (("doc",), "|\n  two\n  lines"),
        ((), TEXT.rstrip()),
    ],
)
def test_spans_are_exact(document: Node, path: tuple[str | int, ...], text: str) -> None:
    assert at(document, path).span.text == text
    assert span_at(document, path).text == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("body", 0, "Dense"), "Dense"),
        (("body", 0, "Dense", "units"), "units"),
        (("body", 1), "Flatten"),
        (("body", 0, "Dense", "missing"), "Dense"),
        (("body", 1, "Flatten", "missing"), "Flatten"),
        (("body", 7), "body"),
        (("nothing", 0), TEXT.rstrip()),
    ],
)
def test_spans_of_keys_or_the_nearest_ancestor(
    document: Node, path: tuple[str | int, ...], text: str
) -> None:
    assert span_at(document, path, key=True).text == text


def test_a_path_that_goes_deeper_gives_the_nearest_value(document: Node) -> None:
    assert span_at(document, ("body", 0, "Dense", "units", "x")).text == "10"


@pytest.mark.parametrize("path", [("x",), ("body", 2), ("body", -1), ("model", "x"), (0,)])
def test_at_refuses_a_path_that_leads_nowhere(document: Node, path: tuple[str | int, ...]) -> None:
    with pytest.raises(LookupError):
        at(document, path)


def test_styles(document: Node) -> None:
    styles = [at(document, path).style for path in [("model",), ("body", 0, "name"), ("doc",)]]  # type: ignore[union-attr]  # all three are scalars
    assert styles == [Style.PLAIN, Style.QUOTED, Style.BLOCK]


def test_to_plain_keeps_the_nodes_of_mappings(document: Node) -> None:
    value = to_plain(document)
    assert value == {
        "model": "mnist",
        "body": [{"Dense": {"units": 10}, "name": "head"}, "Flatten"],
        "doc": "two\nlines\n",
    }
    assert isinstance(value, Located)
    assert value.node is document
    step = value["body"][0]
    assert isinstance(document, Mapping)
    body = document.entries["body"].value
    assert isinstance(body, Sequence)
    assert step.node is body.items[0]


def test_aliases_are_copies() -> None:
    node, _ = read("a: &x {b: 1}\nc: *x\n")
    assert node is not None
    value = to_plain(node)
    assert value == {"a": {"b": 1}, "c": {"b": 1}}
    assert value["a"] is not value["c"]

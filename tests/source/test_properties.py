"""Whatever the text: diagnostics and nothing else, spans inside the text, values where they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, Source, Span
from specc.errors import SpeccError
from specc.source import Mapping, Node, Scalar, Sequence, Style, decode, events, to_plain
from specc.source.scalars import resolve
from tests.source.reading import mended, read

PIECES = st.sampled_from(
    [
        *"=,[]{}():#'\"\\&*!|>%@`?-~. \n\t\r",
        *[": ", "- ", "? ", "\n  ", "\n    ", "a: ", "b: ", "x", "1", "&a ", "*a", "!t ", "<<: "],
        *["---\n", "...\n", "%YAML 1.2\n", "=f(a, b)", "=x[0]", "{a: ", "for: ", "é", "😀", "\x00"],
        *["\ufeff", "\u2028", "\x85", "\ud800", '"', "'", "\\x", "|\n", ">-\n", "1e999", "9" * 500],
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries.values():
            yield entry.key
            yield from scalars(entry.value)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    below = (
        node.items
        if isinstance(node, Sequence)
        else [entry.value for entry in node.entries.values()]
        if isinstance(node, Mapping)
        else []
    )
    for child in below:
        yield from nodes(child)


def spans(diagnostic: Diagnostic) -> Iterator[Span]:
    if diagnostic.span is not None:
        yield diagnostic.span
    yield from (related.span for related in diagnostic.related)
    yield from (edit.span for edit in diagnostic.edits)


def assert_sound(text: str) -> None:
    node, found = read(text)
    assert node is not None or found
    for diagnostic in found:
        for span in spans(diagnostic):
            assert 0 <= span.start <= span.end <= len(text)
    if node is None:
        return
    to_plain(node)
    for each in nodes(node):
        assert 0 <= each.span.start <= each.span.end <= len(text)
    if found:
        return
    for scalar in scalars(node):
        source = scalar.span.text
        if scalar.style is Style.PLAIN and "\n" not in source:
            assert repr(resolve(source)) == repr(scalar.value)  # NaN equals no NaN


@given(TEXTS)
@example("&0?0")  # an anchor ends where its letters do
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    assert_sound(text)


@pytest.mark.long
@given(TEXTS)
@settings(max_examples=20_000)
def test_any_text_at_length(text: str) -> None:
    assert_sound(text)


@given(TEXTS)
def test_any_text_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "_Parser", yaml.SafeLoader)
        assert_sound(text)


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    try:
        source = decode(data, "spec.yaml")
    except SpeccError as error:
        assert [diagnostic.code for diagnostic in error.diagnostics] == ["S005"]
    else:
        assert_sound(source.text)


@given(TEXTS)
def test_both_parsers_read_the_same(text: str) -> None:
    ours, found = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "_Parser", yaml.SafeLoader)
        theirs, found_too = read(text)
    if ours is not None and theirs is not None and not found and not found_too:
        assert repr(to_plain(ours)) == repr(to_plain(theirs))


@given(TEXTS)
def test_positions_agree_with_the_text(text: str) -> None:
    source = Source("spec.yaml", text)
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert column == offset - (text.rfind("\n", 0, offset) + 1) + 1
        assert line == text.count("\n", 0, offset) + 1


@given(TEXTS)
def test_edits_can_be_made(text: str) -> None:
    mended(text)  # ranges that overlap or leave the text would show in the assertions above

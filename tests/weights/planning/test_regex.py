"""The linear engine of `rename` finds what Python's own does, and never takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.weights.planning.regex import RegexError, parse_regex

PARTS = st.sampled_from(
    (
        *("a", "b", ".", "1", "$", "^", "[ab]", "[^a]", r"\d", r"\w", r"\.", "(a|b)", "(?:ab|a)"),
        *("(a*)", "b+?", "a{1,2}", "x?", "(b|)", "(a)?", "(?:a|b)*", "[a-c]+", "b{2}", "a{1,}"),
    )
)


@given(st.lists(PARTS, max_size=6).map("".join), st.text("ab1.x", max_size=8))
def test_finds_what_python_finds(pattern: str, subject: str) -> None:
    expected = re.compile(pattern, re.DOTALL)
    found = expected.search(subject)
    spans = None
    if found is not None:
        spans = tuple(each for group in range(expected.groups + 1) for each in found.span(group))
    assert parse_regex(pattern).search(subject) == spans


def test_what_takes_python_ages_takes_no_time() -> None:
    subject = "a" * 2_000
    start = time.process_time()
    assert parse_regex("^(?:a*)*(?:a|a)*b$").search(subject) is None
    assert time.process_time() - start < 5  # Python's own needs more than the age of the world


def test_replaces_the_first_match() -> None:
    regex = parse_regex(r"layer\.(\d+)\.(\w+)")
    assert regex.replaced("encoder.layer.3.dense.kernel", r"block\1/\g<2>") == (
        "encoder.block3/dense.kernel"
    )
    assert regex.replaced("head.kernel", "x") == "head.kernel"


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "[a", "*a", "a**", "(?=a)", "(?P<n>a)", r"(a)\1", "a{3,2}", r"\Z", "\\"),
        *("[b-a]", "(a{1000}){1000}", "a" * 501),
    ],
)
def test_refuses(pattern: str) -> None:
    with pytest.raises(RegexError):
        parse_regex(pattern)

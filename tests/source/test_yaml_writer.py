from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.source import write_yaml
from specc.source.limits import MAX_DEPTH, MAX_NUMBER_CHARACTERS
from tests.source.reading import plain

CANONICAL = """\
specc: 1
model: mnist_cnn
doc: "Small: a classifier."
params: {width: 32, classes: 10, depths: [3, 4, 6, 3]}
inputs:
  image: {shape: [28, 28, 1]}
body:
  - Conv2D: {filters: =width, kernel_size: 3, activation: relu}
  - MaxPooling2D
  - Add: null
  - {Conv2D: {filters: =4 * f, kernel_size: 1, strides: =stride}, in: x, name: 0_conv}
  - Dense:
      units: =min(a, b)
      activation: softmax
    name: head
  - for: stage, depth in enumerate(depths)
    name: =f"conv{stage + 2}"
    body:
      - bottleneck: {filters: 64}
  - expr:
      flat: reshape(x, [-1, d])
      same: y
notes: |
  several lines

    with # anything: in them
nothing: {}
"""


def test_canonical_text_is_a_fixed_point() -> None:
    assert write_yaml(plain(CANONICAL)) == CANONICAL


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("on", "on"),
        ("true", '"true"'),
        ("1e-3", '"1e-3"'),
        ("012", '"012"'),
        ("", '""'),
        ("null", '"null"'),
        ("<<", '"<<"'),
        ("a: b", '"a: b"'),
        ("a:", '"a:"'),
        ("a #b", '"a #b"'),
        ("a#b", "a#b"),
        (" a", '" a"'),
        ("- a", '"- a"'),
        ("@a", '"@a"'),
        ('say "a"', 'say "a"'),
        ('"a"', "'\"a\"'"),
        ("it's", "it's"),
        ("'", '"\'"'),
        ("\\", "\\"),
        ("a\tb", '"a\\tb"'),
        ("a\x00\x85\u2028\ufeff\ufffeb", '"a\\u0000\\u0085\\u2028\\ufeff\\ufffeb"'),
        ("=f(a, [b])", "=f(a, [b])"),
        ("==x", "==x"),
        ("python:pkg.mod:Name", "python:pkg.mod:Name"),
        ("Zoë 😀", "Zoë 😀"),
        (None, "null"),
        (True, "true"),
        (1e-05, "1e-05"),
        (1e22, "1e+22"),
        (-0.0, "-0.0"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
        ([], "[]"),
    ],
)
def test_scalars(value: object, text: str) -> None:
    assert write_yaml(value) == f"{text}\n"
    again = plain(write_yaml(value))
    assert repr(again) == repr(value)


def test_lines_that_do_not_fit_are_broken() -> None:
    fits = {"a": {f"key_{i}": 100 for i in range(8)}}
    assert write_yaml(fits).count("\n") == 1
    assert write_yaml({"a": {f"key_{i}": 100 for i in range(9)}}).count("\n") == 10


REFUSED = {
    "too deep": ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), ValueError, "levels deep"),
    "integer": (f"1{'0' * MAX_NUMBER_CHARACTERS * 2}", ValueError, "digits"),
    "tuple": ("(1,)", TypeError, "tuple"),
    "bytes": ("b''", TypeError, "bytes"),
    "key that is no text": ("{1: 2}", TypeError, "key"),
    "long key": ("{'a' * 2000: 1}", ValueError, "key of more"),
    "half a pair": ("'\\ud800'", ValueError, "surrogate"),
}


@pytest.mark.parametrize(("code", "error", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(code: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        write_yaml(eval(code))  # noqa: S307 - literals of this file, which mypy need not type


YAML_PIECES = st.sampled_from(
    [*"=,[]{}():#'\"\\&*!|>%@`?-~. \n\t\r\x85\u2028aé😀1e", ": ", " #", "- "]
)
TEXTS = st.one_of(st.text(max_size=20), st.lists(YAML_PIECES, max_size=12).map("".join))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**390), max_value=10**390),
    st.floats(allow_nan=False),
    TEXTS,
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=5), st.dictionaries(TEXTS, below, max_size=5)),
    max_leaves=25,
)


@given(VALUES)
def test_what_is_written_reads_back(value: Any) -> None:
    again = plain(write_yaml(value))
    assert repr(again) == repr(value)  # which tells 1 from True, 1.0 and -0.0 from 0.0


@given(VALUES)
def test_writing_again_gives_the_same_text(value: Any) -> None:
    text = write_yaml(value)
    assert write_yaml(plain(text)) == text


def test_depth_that_can_be_read_can_be_written() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = {"key": value}
    assert plain(write_yaml(value)) == value

"""Code scalars and where their text stands."""

import pytest

from specc.expressions import code_text, is_code, span_in, unescape


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("=width", True, id="code"),
        pytest.param("= width", True, id="code after a space"),
        pytest.param("=", True, id="empty code"),
        pytest.param("==width", False, id="escaped"),
        pytest.param("===", False, id="escaped twice"),
        pytest.param("width", False, id="text"),
        pytest.param("", False, id="nothing"),
        pytest.param(3, False, id="number"),
        pytest.param(None, False, id="null"),
    ],
)
def test_is_code(value, expected):
    assert is_code(value) is expected


@pytest.mark.parametrize(
    ("value", "text", "offset"),
    [
        pytest.param("=width", "width", 1, id="code"),
        pytest.param("=  a + a ", "a + a", 3, id="spaces"),
        pytest.param("==", "=", 1, id="only what follows the mark"),
        pytest.param("=", "", 1, id="empty"),
    ],
)
def test_code_text(value, text, offset):
    assert code_text(value) == (text, offset)
    assert value[offset:].startswith(text)


@pytest.mark.parametrize(
    ("value", "text"), [("==x", "=x"), ("===x", "==x"), ("x==", "x=="), ("a", "a")]
)
def test_unescape(value, text):
    assert unescape(value) == text


@pytest.mark.parametrize(
    ("raw", "text", "offset"),
    [
        pytest.param("=width * 2", "width * 2", 1, id="plain"),
        pytest.param('"=[x.shape[-1], units]"', "[x.shape[-1], units]", 2, id="quoted"),
        pytest.param("'=f(\"a\")'", 'f("a")', 2, id="quotes in quotes"),
        pytest.param("|\n  a +\n  b\n", "a +", 4, id="block"),
        pytest.param("'=f(''a'')'", "f('a')", None, id="doubled quotes"),
        pytest.param('"=f(\\"a\\")"', 'f("a")', None, id="escapes"),
        pytest.param("=a +\n   b", "a + b", None, id="folded"),
    ],
)
def test_span_in(raw, text, offset):
    assert span_in(raw, text) == offset

"""The heads of loops."""

import pytest

from specc.expressions import ExpressionError, Refusal, bind, parse_loop
from tests.expressions.marks import unmarked


@pytest.mark.parametrize(
    ("text", "names", "iterable"),
    [
        pytest.param("i in range(3)", ("i",), " range(3)", id="one variable"),
        pytest.param("i, n in enumerate(xs)", ("i", "n"), " enumerate(xs)", id="two"),
        pytest.param("i, (a, b) in pairs", ("i", "a", "b"), " pairs", id="nested"),
        pytest.param("(a, b) in pairs", ("a", "b"), " pairs", id="bracketed"),
        pytest.param("_, _ in pairs", ("_", "_"), " pairs", id="discarded"),
        pytest.param("x in [a in b for a in c]", ("x",), " [a in b for a in c]", id="more of `in`"),
    ],
)
def test_parses(text, names, iterable):
    loop = parse_loop(text)
    assert (loop.names, loop.iterable.text) == (names, iterable)
    assert text[loop.offset :] == iterable


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        pytest.param("«range(3)»", "S301", id="no variable"),
        pytest.param("«(i in range(3))»", "S301", id="all in brackets"),
        pytest.param("«»in x", "S301", id="nothing before"),
        pytest.param("i in«»", "S301", id="nothing after"),
        pytest.param("«i + 1» in x", "S303", id="computed variable"),
        pytest.param("a, «b[0]» in x", "S303", id="item"),
        pytest.param("«true» in x", "S303", id="constant"),
        pytest.param("«a, a »in x", "S303", id="twice"),
        pytest.param("«_a» in x", "S304", id="private"),
        pytest.param("i in range(3 «|» 4)", "S303", id="fault after `in`"),
        pytest.param("i in x«)»", "S302", id="brackets"),
    ],
)
def test_refuses(marked, code):
    text, place = unmarked(marked)
    with pytest.raises(ExpressionError) as caught:
        parse_loop(text)
    error = caught.value
    assert (error.code, (error.start, error.end)) == (code, place)


def test_binds():
    assert bind(parse_loop("i in x").target, [1]) == {"i": [1]}
    assert bind(parse_loop("i, (a, b) in x").target, (0, "xy")) == {"i": 0, "a": "x", "b": "y"}
    assert bind(parse_loop("_, _ in x").target, {"a": 1, "b": 2}) == {"_": "b"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(3, "an integer does not unpack into 2 names", id="number"),
        pytest.param(None, "null does not unpack", id="null"),
        pytest.param([1, 2, 3], "a list of 3 does not unpack into 2", id="three"),
        pytest.param(object(), "a tensor does not unpack", id="tensor"),
    ],
)
def test_does_not_bind(value, message):
    with pytest.raises(Refusal, match=message):
        bind(parse_loop("a, b in x").target, value)

"""Generated expressions against Python itself, and generated text against the promise to refuse."""

import ast
import functools
import operator
import re
import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from specc.expressions import Budget, ExpressionError, evaluate, parse, unparse
from tests.expressions.scope import SCOPE

VALUES = {"a": 3, "b": -2, "c": 0.5, "t": "text", "xs": [1, 2, 3], "ys": (4, 5), "d": {"k": 1}}

PYTHON = {
    "__builtins__": {},
    **{f.__name__: f for f in (len, min, max, abs, round, int, float)},
    "range": lambda *args: list(range(*args)),
    "enumerate": lambda *args: list(enumerate(*args)),
    "zip": lambda *args: list(zip(*args, strict=False)),
    "reversed": lambda values: list(reversed(values)),
    "items": lambda mapping: list(mapping.items()),
    "sum": lambda values: functools.reduce(operator.add, values, 0),
}

ATOMS = st.one_of(
    st.integers(0, 9).map(str),
    st.sampled_from(["0.5", "2.0", "True", "False", "None", "'ab'", "''", "'7'", "[]", "()", "{}"]),
    st.sampled_from(sorted(VALUES)),
    st.sampled_from(["f'{a}'", "f'{t}_{b:03d}'", "f'{c:.1f}{{'"]),
)


SYMBOLS = "+ - * / // % == != < <= > >= in and or"
BINARY = [*SYMBOLS.split(), "not in"]
FUNCTIONS = sorted(PYTHON.keys() - {"__builtins__"})
TWO_ARGUMENTS = ["min", "max", "zip", "range", "round"]


def combined(parts):
    two, three = st.tuples(parts, parts), st.tuples(parts, parts, parts)
    binary = st.sampled_from(BINARY)
    return st.one_of(
        st.builds("({0[0]} {1} {0[1]})".format, two, binary),
        st.builds("({0[0]} {1} {0[1]} {2} {0[2]})".format, three, binary, binary),
        st.builds("({}) ** {}".format, parts, st.integers(-2, 3)),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "not "]), parts).map("({})".format),
        st.builds("({0[0]} if {0[1]} else {0[2]})".format, three),
        st.builds("({} is {}None)".format, parts, st.sampled_from(["", "not "])),
        st.builds("[{0[0]}, {0[1]}]".format, two),
        st.builds("({0[0]}, {0[1]})".format, two),
        st.builds("{{'a': {0[0]}, 1: {0[1]}}}".format, two),
        st.builds("({0[0]})[{0[1]}]".format, two),
        st.builds("({0[0]})[{0[1]}:{0[2]}]".format, three),
        st.builds("[{0[0]} for a in {0[1]} if {0[2]}]".format, three),
        st.builds("[{0[0]} for a, b in {0[1]} for t in {0[2]}]".format, three),
        st.builds("{{a: {0[0]} for a in {0[1]}}}".format, two),
        st.builds("{}({})".format, st.sampled_from(FUNCTIONS), parts),
        st.builds("{1}({0[0]}, {0[1]})".format, two, st.sampled_from(TWO_ARGUMENTS)),
    )


def forms(texts, **parts):
    """One of several texts, each `{name}` in it filled from the strategy of that name."""
    drawn = [
        st.fixed_dictionaries({n: p for n, p in parts.items() if f"{{{n}" in t}) for t in texts
    ]
    return st.one_of(
        [d.map(lambda d, t=t: t.format(**d)) for t, d in zip(texts, drawn, strict=True)]
    )


NUMBER_FORMS = (
    *("({n} + {m})", "({n} - {m})", "({n} * {m})", "({n} // {m})", "({n} % {m})", "({n} / {m})"),
    *("-{n}", "{n} ** 2", "({n} if {m} < {n} else {m})", "({n} or {m})", "({n} and {m})"),
    *("abs({n})", "round({n} / 3, 1)", "int({n})", "max({n}, {m})", "({n} < {m} <= {n})"),
    *("len({x})", "sum({x})", "min([{n}, {m}])", "({n} in {x})"),
    *("{x}[0]", "{x}[-1]", "(not {x})", "sum(a * {n} for a in {x})", "({x} == {y})"),
)
LIST_FORMS = (
    *("[{n}, {m}]", "range({n} % 5)", "({x} + {y})", "{x}[1:]", "{x}[::-1]", "({x} * ({n} % 3))"),
    *("reversed({x})", "[a + {n} for a in {x}]", "[a for a in {x} if a > {n}]", "xs"),
    *("[a * b for a, b in zip({x}, {y})]", "[i * a for i, a in enumerate({x})]"),
    *("[a - b for a in {x} for b in {y}]", "({x} if {n} else {y})", "[v for k, v in items(d)]"),
    "[len(f'{{a}}_{{b:02d}}') for a, b in zip({x}, range(3))]",
)


def typed(depth):
    """Expressions of numbers, and of lists of numbers: most of them have a value."""
    if depth == 0:
        return st.integers(0, 9).map(str) | st.sampled_from("abc"), st.sampled_from(["xs", "[2]"])
    numbers, lists = typed(depth - 1)
    parts = {"n": numbers, "m": numbers, "x": lists, "y": lists}
    return forms(NUMBER_FORMS, **parts) | numbers, forms(LIST_FORMS, **parts) | lists


NUMBERS, LISTS = typed(3)
STRICTER = re.compile("text is made of text and numbers|`%` does not format text")
EXPRESSIONS = NUMBERS | LISTS | st.recursive(ATOMS, combined, max_leaves=12)

PIECES = (
    "a b x xs depths name skips _ __class__ random true None lambda if else for in is not and or "
    "( ) [ ] { } , : . = == != < > + - * / ** // % @ | & ~ ! := ... # \\ \" ' f\" f' {{ }} !r \n "
    "0 1 2 9999999999 1e3 0x 1j é 日 \x00 \ud800 range( len( zip( max( [0]* .shape int( 'a'"
)
WORDS = st.sampled_from(PIECES.split(" "))
SOUP = st.lists(WORDS, max_size=25).map(" ".join) | st.lists(WORDS, max_size=25).map("".join)


def in_python(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `1[0]`: Python guesses that a comma is missing
        try:
            return eval(text, {**PYTHON, **VALUES})  # noqa: S307 - Python is what we compare with
        except Exception as error:
            return error


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_printed_text_parses_to_the_same_tree(text):
    tree = parse(text).tree
    printed = unparse(tree)
    assert ast.dump(parse(printed).tree) == ast.dump(tree)
    assert "\n" not in printed


@settings(max_examples=600, deadline=None)
@given(EXPRESSIONS)
def test_values_are_pythons(text):
    try:
        ours = evaluate(parse(text), VALUES, budget=Budget(100_000))
    except ExpressionError as error:
        # Ours ran first: what is too large for us is not given to Python.
        if error.code not in ("S305", "S310") and not STRICTER.search(error.message):
            assert isinstance(in_python(text), Exception | complex), error.message
        return
    assert repr(in_python(text)) == repr(ours)


def check_only_refused(text):
    try:
        expression = parse(text)
        assert ast.dump(parse(unparse(expression.tree)).tree) == ast.dump(expression.tree)
        evaluate(expression, SCOPE, budget=Budget(5_000))
    except ExpressionError as error:
        assert 0 <= error.start <= error.end <= len(text)
        assert error.message
        assert error.code.startswith("S3")


@settings(max_examples=1000, deadline=None)
@given(SOUP)
def test_word_soup_is_only_refused(text):
    check_only_refused(text)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_is_only_refused(text):
    check_only_refused(text)

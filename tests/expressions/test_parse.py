"""The grammar: what parses, what is refused, and at which characters."""

import ast
import time

import pytest

from specc.expressions import ExpressionError, free_names, parse
from specc.expressions.limits import MAX_DEPTH, MAX_DIGITS, MAX_FORMAT_WIDTH, MAX_LENGTH


def refused(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    return error.code, text[error.start : error.end]


ACCEPTED = {
    "name": "width",
    "the step before": "_ + 1",
    "arithmetic": "-a + b - c * d / e // f % g ** +h",
    "matrix product": "flat @ embeddings",
    "chained comparison": "0 < a <= b != c",
    "membership": "a in b and a not in c",
    "none": "x is None or y is not null",
    "conditional": "a if not b else c",
    "collections": "[a, (b, c), {'k': d, 1: e}]",
    "empty collections": "[[], (), {}]",
    "unparenthesised tuple": "a, b",
    "index and slices": "x[0][1:2][::-1][:, 1:]",
    "ellipsis in an index": "x[..., 0] + x[...]",
    "comprehensions": "[{k: v for k, v in items(d)} for d in ds if d if not e]",
    "nested targets": "[a + b + c for a, (b, c) in zip(x, y)]",
    "generator as the only argument": "sum(x * x for x in xs)",
    "call with keywords": "sum(flat ** 2, axis=1, keepdims=True)",
    "random functions": "random.normal(shape(x), stddev=0.1)",
    "attributes": "embedding.embeddings.shape[-1]",
    "attribute of a call": "f(x).shape[0]",
    "f-string": "f'block{i:02d}_{a[\"x\"]}{{}}'",
    "formats": "f'{a:.3f}{b:>8}{c:+d}{d:,}{e:.2%}'",
    "lower-case constants": "[true, false, null]",
    "several lines": "a +\n  b\n  + f(c,\n d)",
    "spaces around": "  a  ",
    "text beyond ASCII": "'日本' + \"é\"",
    "escapes": r"'\\ \' \" \n \t \x41 \u00e9 \U0001F600'",
    "numbers": "[1, 1_000, 0x1f, 0b1, 0o7, 1., .5, 1e-3, 1.5E+3]",
    "keyword touching a text": "'a'if b else'c'",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(text):
    parsed = parse(text)
    assert parsed.text == text
    assert ast.dump(parse(ast.unparse(parsed.tree)).tree) == ast.dump(parsed.tree)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        pytest.param("", "S301", "", id="nothing"),
        pytest.param(" \n ", "S301", " \n ", id="only spaces"),
        pytest.param("a +", "S301", "", id="stops too early"),
        pytest.param("a + * b", "S301", "*", id="operator in a wrong place"),
        pytest.param("é\n".replace("é", "'é'") + " + * b", "S301", "*", id="on the second line"),
        pytest.param("a b", "S301", "b", id="two names"),
        pytest.param("a 1", "S301", "1", id="name and number"),
        pytest.param("f(a) b", "S301", "b", id="call and name"),
        pytest.param("x = 3", "S301", "=", id="assignment"),
        pytest.param("[x = 3]", "S301", "=", id="assignment in a list"),
        pytest.param("f(x.y=3)", "S301", "x", id="argument that is no name"),
        pytest.param("if a", "S301", "if", id="statement"),
        pytest.param("a if b", "S301", "a", id="conditional without else"),
        pytest.param("12abc", "S301", "12abc", id="number and letters"),
        pytest.param("1j", "S301", "1j", id="complex number"),
        pytest.param("007", "S301", "007", id="leading zeros"),
        pytest.param("a; b", "S303", ";", id="semicolon"),
        pytest.param("a\\\n+ b", "S303", "\\", id="line continuation"),
        pytest.param("a\r+ b", "S301", "\r", id="carriage return"),
        pytest.param("a\x00b", "S301", "\x00", id="NUL"),
        pytest.param("'a\ud800'", "S301", "'a\ud800'", id="lone surrogate"),
        pytest.param(r"'\ud800'", "S301", r"'\ud800'", id="escaped surrogate"),
        pytest.param(r"'a\d'", "S301", r"\d", id="unknown escape"),
        pytest.param(r"'\N{DASH}'", "S301", r"\N", id="escape by name"),
        pytest.param("a) + (b", "S302", ")", id="closes nothing"),
        pytest.param("f(a, [b)", "S302", ")", id="wrong closer"),
        pytest.param("min(a", "S302", "(", id="not closed"),
        pytest.param("[1, (2, 3]", "S302", "]", id="inner bracket not closed"),
        pytest.param("a + 'b", "S302", "'b", id="quote not closed"),
        pytest.param("'a\nb'", "S302", "'a", id="text over two lines"),
        pytest.param("'''a'''", "S303", "'''a'", id="triple quotes"),
        pytest.param("lambda x: x", "S303", "lambda", id="lambda"),
        pytest.param("f(y := 3)", "S303", ":=", id="walrus"),
        pytest.param("[await x]", "S303", "await", id="await"),
        pytest.param("(yield)", "S303", "yield", id="yield"),
        pytest.param("[x async for x in y]", "S303", "async", id="async"),
        pytest.param("import os", "S303", "import", id="import"),
        pytest.param("f(*args)", "S303", "*args", id="star argument"),
        pytest.param("[*a, b]", "S303", "*a", id="star in a list"),
        pytest.param("f(a, **kwargs)", "S303", "**kwargs", id="keyword arguments"),
        pytest.param("{'a': 1, **b}", "S303", "b", id="mapping in a mapping"),
        pytest.param("{1, 2}", "S303", "{1, 2}", id="set"),
        pytest.param("{x for x in y}", "S303", "{x for x in y}", id="set comprehension"),
        pytest.param("a + (x for x in y)", "S303", "(x for x in y)", id="bare generator"),
        pytest.param("f((x for x in y), 1)", "S303", "(x for x in y)", id="one of two arguments"),
        pytest.param("a & b", "S303", "&", id="bitwise and"),
        pytest.param("a << b", "S303", "<<", id="shift"),
        pytest.param("~a", "S303", "~", id="invert"),
        pytest.param("!a", "S303", "!", id="C's not"),
        pytest.param("a && b", "S303", "&&", id="C's and"),
        pytest.param("a ? b : c", "S303", "?", id="C's conditional"),
        pytest.param("a # b", "S303", "#", id="comment"),
        pytest.param("x is y", "S303", "y", id="is with a name"),
        pytest.param("x is true", "S303", "true", id="is with a boolean"),
        pytest.param("...", "S303", "...", id="bare ellipsis"),
        pytest.param("f(...)", "S303", "...", id="ellipsis as an argument"),
        pytest.param("b'a'", "S303", "b", id="bytes"),
        pytest.param("rf'a'", "S303", "rf", id="raw text"),
        pytest.param("'a' 'b'", "S303", "'a' 'b'", id="texts side by side"),
        pytest.param("'%s'.join(a)", "S303", "'%s'.join", id="method of a text"),
        pytest.param("x.upper()", "S303", "x.upper", id="method"),
        pytest.param("random.a.b()", "S303", "random.a.b", id="deeper than random"),
        pytest.param("f(x)(y)", "S303", "f(x)", id="call of a result"),
        pytest.param("f[0](x)", "S303", "f[0]", id="call of an item"),
        pytest.param("f(a=1, b=2, a=3)", "S303", "a=1", id="argument twice"),
        pytest.param("{'a': 1, 'a': 2}", "S303", "'a'", id="key twice"),
        pytest.param("[1 for x.y in z]", "S303", "x.y", id="target that is no name"),
        pytest.param("[1 for true in z]", "S303", "true", id="target that is a constant"),
        pytest.param("true(1)", "S303", "true", id="call of a constant"),
        pytest.param("größe * 2", "S303", "größe", id="letters beyond ASCII"),
        pytest.param("ﬁlters", "S303", "ﬁlters", id="ligature"),
        pytest.param("＿x", "S303", "＿x", id="full-width underscore"),
        pytest.param("f'{a!r}'", "S303", "f'{a!r}'", id="conversion"),
        pytest.param("f'{a=}'", "S303", "f'{a=}'", id="debugging f-string"),
        pytest.param("f'{a:{b}}'", "S303", "f'{a:{b}}'", id="computed format"),
        pytest.param("f'{a:*^9}'", "S303", "f'{a:*^9}'", id="fill character"),
        pytest.param("f'{a:%Y}'", "S303", "f'{a:%Y}'", id="date format"),
        pytest.param("""f'{f"{a}"}'""", "S303", """f'{f"{a}"}'""", id="f-string in an f-string"),
        pytest.param('f"{d["a"]}"', "S301", "a", id="same quotes inside"),
        pytest.param('f"{d["if"]}" * 2', "S301", 'f"{d["', id="same quotes around a keyword"),
        pytest.param(r"f'\t{a}'", "S303", r"f'\t{a}'", id="backslash in an f-string"),
        pytest.param("a + f'{}'", "S301", "f'{}'", id="empty f-string part"),
        pytest.param("f'{a}' + f'{b c}'", "S301", "f'{b c}'", id="fault in an f-string"),
        pytest.param("f'{lambda: 1}'", "S301", "f'{lambda: 1}'", id="lambda in an f-string"),
        pytest.param("f'{(lambda: 1)}'", "S303", "lambda: 1", id="bracketed lambda in an f-string"),
        pytest.param("f'{a.__class__}'", "S304", "__class__", id="dunder in an f-string"),
        pytest.param("__import__('os')", "S304", "__import__", id="dunder name"),
        pytest.param("_private + 1", "S304", "_private", id="private name"),
        pytest.param("a.b.__class__.c", "S304", "__class__", id="dunder attribute"),
        pytest.param("a . _b", "S304", "_b", id="private attribute"),
        pytest.param("f(_a=1)", "S304", "_a=1", id="private argument"),
        pytest.param("[_a for _a in b]", "S304", "_a", id="private variable"),
    ],
)
def test_refuses(text, code, place):
    assert refused(text) == (code, place)


@pytest.mark.parametrize(
    ("at_limit", "over", "code"),
    [
        pytest.param("a" * MAX_LENGTH, "a" * (MAX_LENGTH + 1), "S305", id="length"),
        pytest.param("-" * MAX_DEPTH + "a", "-" * (MAX_DEPTH + 1) + "a", "S305", id="signs"),
        pytest.param("a" + "+a" * MAX_DEPTH, "a" + "+a" * (MAX_DEPTH + 1), "S305", id="terms"),
        pytest.param(
            "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
            "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
            "S305",
            id="brackets",
        ),
        pytest.param(
            "f'{" + "-" * (MAX_DEPTH - 4) + "a}'",
            "f'{" + "-" * (MAX_DEPTH - 3) + "a}'",
            "S305",
            id="signs in an f-string",
        ),
        pytest.param(
            "1." + "0" * (MAX_DIGITS - 2), "1." + "0" * (MAX_DIGITS - 1), "S305", id="digits"
        ),
        pytest.param(hex(2**4096 - 1), hex(2**4096), "S305", id="integer"),
        pytest.param(
            f"f'{{a:{MAX_FORMAT_WIDTH}}}'", f"f'{{a:{MAX_FORMAT_WIDTH + 1}}}'", "S305", id="width"
        ),
        pytest.param("f'{a:.99f}'", "f'{a:.100f}'", "S305", id="precision"),
    ],
)
def test_limit(at_limit, over, code):
    parse(at_limit)
    assert refused(over)[0] == code


def test_a_long_flat_list_is_not_deep():
    assert len(parse(f"[{'-1, ' * 900}]").tree.elts) == 900


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 10**6, id="open brackets"),
        pytest.param("[" * 1999 + "]" * 1999, id="nested lists"),
        pytest.param("-" * 3999 + "1", id="signs"),
        pytest.param("not " * 999 + "a", id="nots"),
        pytest.param("f'{" + "not " * 900 + "a}'", id="nots in an f-string"),
        pytest.param("a" + ".a" * 1900, id="attributes"),
        pytest.param("a" + "[0]" * 1300, id="indices"),
        pytest.param("a if b else " * 330 + "c", id="conditionals"),
        pytest.param("{1:" * 1300 + "1" + "}" * 1300, id="mappings"),
        pytest.param("9" * 10**6, id="digits"),
        pytest.param("'" + "\\" * 3998, id="backslashes"),
        pytest.param("'a' " * 900, id="texts"),
        pytest.param('f"{' * 1300, id="open f-strings"),
        pytest.param("lambda: " * 400 + "1", id="lambdas"),
        pytest.param("f(" * 99 + "1 1" + ")" * 99, id="fault inside calls"),
        pytest.param("{" * 99 + "a=b" + "}" * 99, id="fault inside braces"),
        pytest.param("(x for x in " * 90 + "a" + ")" * 90, id="generators"),
    ],
)
def test_hostile_text_is_refused_at_once(text):
    begin = time.process_time()
    code, _ = refused(text)
    assert code in {"S301", "S302", "S303", "S305"}
    assert time.process_time() - begin < 1


def test_lower_case_constants_are_constants():
    assert ast.literal_eval(parse("[true, false, null]").tree) == [True, False, None]
    assert parse("true").names == frozenset()
    assert ast.unparse(parse("f'{true}' + f(true=false)").tree) == "f'{True}' + f(true=False)"


def test_names_are_those_a_scope_must_give():
    expression = parse("f(a, random.normal(b)) + [x + y for x in xs for y in x][c] + d.shape[0]")
    assert expression.names == {"f", "a", "b", "xs", "c", "y", "d"} - {"y"}
    assert free_names(parse("[x for x in x]").tree) == {"x"}


def test_equal_text_is_parsed_once():
    assert parse("cached + text") is parse("cached + text")
    long = "a + " + "[1, " * 60 + "]" * 60
    assert parse(long) is parse(long)

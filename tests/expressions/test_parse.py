"""The grammar: what parses, what is refused, and at which characters."""

import ast
import time

import pytest

from specc.expressions import ExpressionError, free_names, parse, unparse
from specc.expressions.limits import MAX_DEPTH, MAX_DIGITS, MAX_FORMAT_WIDTH, MAX_LENGTH
from tests.expressions.marks import unmarked


def refusal(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    return caught.value


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
    assert ast.dump(parse(unparse(parsed.tree)).tree) == ast.dump(parsed.tree)


REFUSED = {
    "nothing": ("«»", "S301"),
    "only spaces": ("« \n »", "S301"),
    "stops too early": ("a +«»", "S301"),
    "operator in a wrong place": ("a + «*» b", "S301"),
    "on the second line": ("'é'\n + «*» b", "S301"),
    "two names": ("a «b»", "S301"),
    "name and number": ("a «1»", "S301"),
    "call and name": ("f(a) «b»", "S301"),
    "assignment": ("x «=» 3", "S301"),
    "assignment in a list": ("[x «=» 3]", "S301"),
    "argument that is no name": ("f(«x».y=3)", "S301"),
    "statement": ("«if» a", "S301"),
    "conditional without else": ("«a» if b", "S301"),
    "number and letters": ("«12abc»", "S301"),
    "complex number": ("«1j»", "S301"),
    "leading zeros": ("«007»", "S301"),
    "semicolon": ("a«;» b", "S303"),
    "line continuation": ("a«\\»\n+ b", "S303"),
    "carriage return": ("a«\r»+ b", "S301"),
    "NUL": ("a«\x00»b", "S301"),
    "lone surrogate": ("a + «'a\ud800'»", "S301"),
    "lone surrogate in an f-string": ("a + «f'{a}\ud800'»", "S301"),
    "escaped surrogate": ("«'\\ud800'»", "S301"),
    "unknown escape": ("'a«\\d»'", "S301"),
    "escape by name": ("'«\\N»{DASH}'", "S301"),
    "closes nothing": ("a«)» + (b", "S302"),
    "wrong closer": ("f(a, [b«)»", "S302"),
    "not closed": ("min«(»a", "S302"),
    "inner bracket not closed": ("[1, (2, 3«]»", "S302"),
    "quote not closed": ("a + «'b»", "S302"),
    "text over two lines": ("«'a»\nb'", "S302"),
    "triple quotes": ("«'''a'»''", "S303"),
    "lambda": ("«lambda» x: x", "S303"),
    "walrus": ("f(y «:=» 3)", "S303"),
    "await": ("[«await» x]", "S303"),
    "yield": ("(«yield»)", "S303"),
    "async": ("[x «async» for x in y]", "S303"),
    "import": ("«import» os", "S303"),
    "star argument": ("f(«*args»)", "S303"),
    "star in a list": ("[«*a», b]", "S303"),
    "keyword arguments": ("f(a, «**kwargs»)", "S303"),
    "mapping in a mapping": ("{'a': 1, **«b»}", "S303"),
    "set": ("«{1, 2}»", "S303"),
    "set comprehension": ("«{x for x in y}»", "S303"),
    "bare generator": ("a + «(x for x in y)»", "S303"),
    "one of two arguments": ("f(«(x for x in y)», 1)", "S303"),
    "bitwise and": ("a «&» b", "S303"),
    "shift": ("a «<<» b", "S303"),
    "invert": ("«~»a", "S303"),
    "C's not": ("«!»a", "S303"),
    "C's and": ("a «&&» b", "S303"),
    "C's conditional": ("a «?» b : c", "S303"),
    "comment": ("a «#» b", "S303"),
    "is with a name": ("x is «y»", "S303"),
    "is with a boolean": ("x is «true»", "S303"),
    "bare ellipsis": ("«...»", "S303"),
    "ellipsis as an argument": ("f(«...»)", "S303"),
    "bytes": ("«b»'a'", "S303"),
    "raw text": ("«rf»'a'", "S303"),
    "texts side by side": ("«'a' 'b'»", "S303"),
    "method of a text": ("«'%s'.join»(a)", "S303"),
    "method": ("«x.upper»()", "S303"),
    "deeper than random": ("«random.a.b»()", "S303"),
    "call of a result": ("«f(x)»(y)", "S303"),
    "call of an item": ("«f[0]»(x)", "S303"),
    "argument twice": ("f(«a=1», b=2, a=3)", "S303"),
    "key twice": ("{'a': 1, «'a'»: 2}", "S303"),
    "target that is no name": ("[1 for «x.y» in z]", "S303"),
    "target that is a constant": ("[1 for «true» in z]", "S303"),
    "call of a constant": ("«true»(1)", "S303"),
    "letters beyond ASCII": ("«größe» * 2", "S303"),
    "ligature": ("«ﬁlters»", "S303"),
    "full-width underscore": ("«＿»x", "S301"),
    "conversion": ("«f'{a!r}'»", "S303"),
    "debugging f-string": ("«f'{a=}'»", "S303"),
    "computed format": ("«f'{a:{b}}'»", "S303"),
    "fill character": ("«f'{a:*^9}'»", "S303"),
    "date format": ("«f'{a:%Y}'»", "S303"),
    "f-string in an f-string": ("«f'{f\"{a}\"}'»", "S303"),
    "same quotes inside": ('f"{d["«a»"]}"', "S301"),
    "same quotes around a keyword": ('«f"{d["»if"]}" * 2', "S301"),
    "backslash in an f-string": ("«f'\\t{a}'»", "S303"),
    "empty f-string part": ("a + «f'{}'»", "S301"),
    "fault in an f-string": ("f'{a}' + «f'{b c}'»", "S301"),
    "what Python warns of": ("a + «f'{1if a else b}'»", "S301"),
    "lambda in an f-string": ("«f'{lambda: 1}'»", "S301"),
    "bracketed lambda in an f-string": ("f'{(«lambda: 1»)}'", "S303"),
    "dunder in an f-string": ("f'{a.«__class__»}'", "S304"),
    "dunder name": ("«__import__»('os')", "S304"),
    "private name": ("«_private» + 1", "S304"),
    "dunder attribute": ("a.b.«__class__».c", "S304"),
    "private attribute": ("a . «_b»", "S304"),
    "private argument": ("f(«_a=1»)", "S304"),
    "private variable": ("[«_a» for _a in b]", "S304"),
}


@pytest.mark.parametrize(("marked", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses(marked, code):
    text, place = unmarked(marked)
    error = refusal(text)
    assert (error.code, (error.start, error.end)) == (code, place)


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
        pytest.param(hex(2**1024 - 1), hex(2**1024), "S305", id="integer"),
        pytest.param(
            f"f'{{a:{MAX_FORMAT_WIDTH}}}'", f"f'{{a:{MAX_FORMAT_WIDTH + 1}}}'", "S305", id="width"
        ),
        pytest.param("f'{a:.99f}'", "f'{a:.100f}'", "S305", id="precision"),
    ],
)
def test_limit(at_limit, over, code):
    parse(at_limit)
    assert refusal(over).code == code


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
    error = refusal(text)
    assert error.code in {"S301", "S302", "S303", "S305"}
    assert time.process_time() - begin < 1


def test_lower_case_constants_are_constants():
    assert ast.literal_eval(parse("[true, false, null]").tree) == [True, False, None]
    assert parse("true").names == frozenset()
    assert unparse(parse("f'{true}' + f(true=false)").tree) == "f'{True}' + f(true=False)"


def test_names_are_those_a_scope_must_give():
    expression = parse("f(a, random.normal(b)) + [x + y for x in xs for y in x][c] + d.shape[0]")
    assert expression.names == {"f", "a", "b", "xs", "c", "y", "d"} - {"y"}
    assert free_names(parse("[x for x in x]").tree) == {"x"}


def test_equal_text_is_parsed_once():
    assert parse("cached + text") is parse("cached + text")
    long = "a + " + "[1, " * 60 + "]" * 60
    assert parse(long) is parse(long)

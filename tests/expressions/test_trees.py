"""Questions about trees, and substitution."""

import ast

import pytest

from specc.expressions import (
    ExpressionError,
    attribute_reads,
    bound_names,
    called_names,
    evaluate,
    free_name_nodes,
    free_names,
    parse,
    span_of,
    substitute,
    unparse,
)
from specc.expressions.limits import MAX_DEPTH, MAX_NODES


def tree(text):
    return parse(text).tree


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a + b.c[d]", "a b d", id="names and owners"),
        pytest.param("f(a, key=b)", "f a b", id="calls"),
        pytest.param("random.normal(a)", "a", id="random is no name"),
        pytest.param("random + 1", "random", id="but may be one"),
        pytest.param("[x + a for x in b if c]", "a b c", id="comprehension"),
        pytest.param("[x for x in x]", "x", id="first iterable is outside"),
        pytest.param("[y for x in a for y in y]", "a", id="second iterable is inside"),
        pytest.param("{k: [v for v in w] for k, (v, w) in a}", "a", id="nested"),
        pytest.param("[x for x in a] + x", "a x", id="after its loop"),
        pytest.param("f'{a}{b:02d}'", "a b", id="f-string"),
    ],
)
def test_free_names(text, names):
    assert free_names(tree(text)) == set(names.split())


def test_free_name_nodes_have_their_places():
    text = "[a * i for i in range(a)]"
    spans = [span_of(text, node) for node in free_name_nodes(tree(text)) if node.id == "a"]
    assert sorted(spans) == [(1, 2), (22, 23)]


def test_bound_names():
    assert bound_names(tree("[1 for a, (b, c) in x for d in y]")) == {"a", "b", "c", "d"}


def test_attribute_reads():
    reads = attribute_reads(
        tree("x.shape[0] + embedding.embeddings.dtype + random.f(y.z) + f(x).w")
    )
    assert reads == {("x", "shape"), ("embedding", "embeddings"), ("y", "z")}


def test_called_names():
    assert called_names(tree("f(g(x), [random.h(y) for y in z])")) == {"f", "g", "random.h"}


def test_unparse_is_one_line():
    assert unparse(tree("a+(\n  b ) *[ 1,2 ]")) == "a + b * [1, 2]"


@pytest.mark.parametrize(
    ("text", "replacements", "expected"),
    [
        pytest.param("a + b * a", {"a": "c - 1"}, "c - 1 + b * (c - 1)", id="each place"),
        pytest.param("a + b", {"a": "b", "b": "a"}, "b + a", id="at once"),
        pytest.param("a.shape[a]", {"a": "x"}, "x.shape[x]", id="owner and index"),
        pytest.param("f(x, a=a)", {"a": "1"}, "f(x, a=1)", id="argument names stay"),
        pytest.param("f(x)", {"f": "g"}, "g(x)", id="function by another"),
        pytest.param("random.f(a)", {"random": "1", "a": "b"}, "random.f(b)", id="random stays"),
        pytest.param("f'{a}'", {"a": "b + 1"}, "f'{b + 1}'", id="f-string"),
        pytest.param("[i * a for i in a]", {"a": "b"}, "[i * b for i in b]", id="comprehension"),
        pytest.param("[i for i in i]", {"i": "b"}, "[i for i in b]", id="bound variable stays"),
        pytest.param("[i * a for i in x]", {"a": "i"}, "[i_1 * i for i_1 in x]", id="no capture"),
        pytest.param(
            "[i * a for i in a if i_1]",
            {"a": "i"},
            "[i_2 * i for i_2 in i if i_1]",
            id="fresh name",
        ),
        pytest.param(
            "{i: [a + i + j for j in i] for i, j in x}",
            {"a": "j"},
            "{i: [j + i + j_1 for j_1 in i] for i, j_1 in x}",
            id="nested, no capture",
        ),
        pytest.param("a + b", {"c": "d"}, "a + b", id="nothing to replace"),
    ],
)
def test_substitute(text, replacements, expected):
    given = tree(text)
    before = ast.dump(given, include_attributes=True)
    result = substitute(given, {name: tree(new) for name, new in replacements.items()})
    assert unparse(result) == expected
    assert ast.dump(given, include_attributes=True) == before


def test_substituted_parts_stand_where_the_name_stood():
    text = "1 + width"
    result = substitute(tree(text), {"width": tree("some_long + expression")})
    assert [span_of(text, node) for node in free_name_nodes(result)] == [(4, 9), (4, 9)]


def test_only_a_name_can_be_called():
    with pytest.raises(ExpressionError, match="`1 \\+ 2` cannot be called"):
        substitute(tree("f(x)"), {"f": tree("1 + 2")})


def test_substitution_cannot_explode():
    doubled = tree("x + x")
    result = doubled
    with pytest.raises(ExpressionError) as caught:
        for _ in range(MAX_DEPTH):
            result = substitute(doubled, {"x": result})
    assert caught.value.code == "S305"
    wide = tree(f"[{'x, ' * 1000}]")
    with pytest.raises(ExpressionError) as caught:
        substitute(wide, {"x": tree(f"[{'y, ' * (MAX_NODES // 1000)}]")})
    assert caught.value.code == "S305"


def test_the_deepest_tree_fits_the_stack():
    def under(frames, work):
        return work() if frames == 0 else under(frames - 1, work)

    deep = "f(" * (MAX_DEPTH // 2) + "-" * (MAX_DEPTH // 2) + "a" + ")" * (MAX_DEPTH // 2)
    expression = under(400, lambda: parse(deep))
    value = under(400, lambda: evaluate(expression, {"a": 1}, {"f": lambda x: x}))
    assert value == 1
    assert under(400, lambda: substitute(expression.tree, {"a": tree("b")}))


PRINTED = {
    "precedence": ("(a+b)*-c**-d", "(a + b) * -c ** -d"),
    "powers": ("(-a)**(b**c)", "(-a) ** b ** c"),
    "associativity": ("(a-(b-c))-d", "a - (b - c) - d"),
    "logic": ("not (a and (b or not c))", "not (a and (b or not c))"),
    "comparisons": ("(a<b)<(not c)", "(a < b) < (not c)"),
    "condition in a branch": ("(a if b else c)if d else e", "(a if b else c) if d else e"),
    "condition after else": ("a if b else(c if d else e)", "a if b else c if d else e"),
    "tuple of one": ("a,", "(a,)"),
    "indices": ("x[(1,)], x[1:, ::2, ...], x[()]", "(x[1,], x[1:, ::2, ...], x[()])"),
    "generator": ("f((x for x in y))", "f(x for x in y)"),
    "loop": ("[a for (b, c) in (d if e else f)]", "[a for b, c in (d if e else f)]"),
    "filter": ("[a for b in c if (d if e else f)]", "[a for b in c if (d if e else f)]"),
    "numbers": ("(1).shape + 1e999 + 0x10", "(1).shape + 1e999 + 16"),
    "quotes": ("\"it's\" + '\"'", "\"it's\" + '\"'"),
    "f-string": ("f'{i}_{j:02d}{{'", "f'{i}_{j:02d}{{'"),
    "quotes in an f-string": ("f\"it's {a['k']}\"", "f\"it's {a['k']}\""),
    "mapping in an f-string": ("f\"{ {'a': 1}['a']}\"", 'f\'{ {"a": 1}["a"]}\''),
    "signs": ("+ +a", "++a"),
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.values(), ids=PRINTED)
def test_unparse(text, printed):
    assert unparse(tree(text)) == printed
    assert ast.dump(tree(printed)) == ast.dump(tree(text))

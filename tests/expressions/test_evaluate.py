"""The static evaluator: values, faults, and bounds."""

import math
import time

import pytest

from specc.expressions import (
    Budget,
    Evaluator,
    ExpressionError,
    Opaque,
    evaluate,
    parse,
)
from specc.expressions.limits import (
    MAX_DIGITS,
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_NESTING,
    MAX_ROUND_DIGITS,
    MAX_STEPS,
    MAX_TEXT,
)


class Node(Opaque):
    def __init__(self, shape=(None, 28, 3)):
        self._shape = shape

    def expression_attribute(self, name):
        if name == "shape":
            return self._shape
        if name == "kernel":
            raise AttributeError("the weight `kernel` is not made yet")
        raise AttributeError


class UnknownSize(Opaque):
    expression_kind = "an unknown size"
    expression_help = "make it a param"


X, Y = Node(), Node()
SCOPE = {
    "width": 32,
    "rate": 0.5,
    "depths": [3, 4, 6, 3],
    "pair": (1, 2),
    "name": "res",
    "options": {"dropout": 0.1, "heads": 8},
    "flag": True,
    "nothing": None,
    "x": X,
    "skips": [X, Y],
    "dynamic": Node((UnknownSize(), 8)),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("width", 32, id="name"),
        pytest.param("64 * 2**3", 512, id="arithmetic"),
        pytest.param("7 // -2, 7 % -2, 7 / 2, -7 // 2", (-4, -1, 3.5, -4), id="division"),
        pytest.param("2 ** -1", 0.5, id="negative power"),
        pytest.param("-2 ** 2", -4, id="precedence"),
        pytest.param("True + True", 2, id="booleans count"),
        pytest.param("2 if flag and width == 32 else 1", 2, id="conditional"),
        pytest.param("[1 / 0] if false else null", None, id="other branch is not computed"),
        pytest.param("false and 1 / 0", False, id="and stops"),
        pytest.param("[] or name or 1 / 0", "res", id="or gives the value"),
        pytest.param("not nothing", True, id="not"),
        pytest.param("0 < width <= 32 > 3", True, id="chain"),
        pytest.param("3 < 2 < 1 / 0", False, id="chain stops"),
        pytest.param("nothing is None, x is None, x is not null", (True, False, True), id="is"),
        pytest.param("4 in depths, 'a' not in 'cat', 'heads' in options", (True, False, True), id="in"),
        pytest.param("1 == 1.0, 'a' < 'b', [1, 2] < [1, 3], {} == {}", (True,) * 4, id="compare"),
        pytest.param("name + 'net'", "resnet", id="join texts"),
        pytest.param("[1] + [2] * 2, (1,) + pair, 2 * 'ab'", ([1, 2, 2], (1, 1, 2), "abab"), id="join"),
        pytest.param("depths[0] + depths[-1]", 6, id="index"),
        pytest.param("depths[1:], depths[::-1], name[:2]", ([4, 6, 3], [3, 6, 4, 3], "re"), id="slices"),
        pytest.param("options['heads'], {1: 2}[1.0]", (8, 2), id="keys"),
        pytest.param("[i * 2 for i in range(4) if i % 2]", [2, 6], id="comprehension"),
        pytest.param("[(i, j) for i in range(3) for j in range(i)]", [(1, 0), (2, 0), (2, 1)], id="loops"),
        pytest.param("[[j for j in range(i)] for i in range(3)]", [[], [0], [0, 1]], id="nested"),
        pytest.param("{k: v * 2 for k, v in items(options)}", {"dropout": 0.2, "heads": 16}, id="dict"),
        pytest.param("[a + b + c for a, (b, c) in enumerate(zip(depths, depths))]", [6, 9, 14, 9], id="unpack"),
        pytest.param("[width for width in [1]] + [width]", [1, 32], id="variables end with the loop"),
        pytest.param("[depths for depths in depths]", [3, 4, 6, 3], id="first iterable is outside"),
        pytest.param("sum(d * d for d in depths)", 70, id="generator"),
        pytest.param("f'{name}{width:04d}_{rate:.2f}_{flag}'", "res0032_0.50_True", id="f-string"),
        pytest.param("f'{name:>5}|{{}}|{width + 1}'", "  res|{}|33", id="f-string details"),
        pytest.param("range(3), range(1, 4), range(5, 0, -2)", ([0, 1, 2], [1, 2, 3], [5, 3, 1]), id="range"),
        pytest.param("range(0), range(3, 1), range(0, 10, 4)", ([], [], [0, 4, 8]), id="range ends"),
        pytest.param("len(depths), len(name), len(options)", (4, 3, 2), id="len"),
        pytest.param("min(depths), max(3, 1.5), min('b', 'a'), max([1])", (3, 3, "a", 1), id="extremes"),
        pytest.param("max(1, 1.0), max(1.0, 1)", (1, 1.0), id="the first of equals"),
        pytest.param("sum(depths), sum([], 5), sum([1.5, 2])", (16, 5, 3.5), id="sum"),
        pytest.param("abs(-3), abs(-1.5)", (3, 1.5), id="abs"),
        pytest.param("round(2.5), round(3.14159, 2), round(1234, -2)", (2, 3.14, 1200), id="round"),
        pytest.param("int('12'), int(3.9), int(true), int(-1.5)", (12, 3, 1, -1), id="int"),
        pytest.param("float('1e-3'), float(2), str(1.5), str(true)", (0.001, 2.0, "1.5", "True"), id="float and str"),
        pytest.param("enumerate(name), enumerate([7], 1)", ([(0, "r"), (1, "e"), (2, "s")], [(1, 7)]), id="enumerate"),
        pytest.param("zip(depths, 'ab'), zip(), zip([1], [2], strict=true)", ([(3, "a"), (4, "b")], [], [(1, 2)]), id="zip"),
        pytest.param("reversed(depths), reversed(pair)", ([3, 6, 4, 3], [2, 1]), id="reversed"),
        pytest.param("items({'a': 1})", [("a", 1)], id="items"),
        pytest.param("x", X, id="tensor by name"),
        pytest.param("skips[-1], reversed(skips)", (Y, [Y, X]), id="tensors in lists"),
        pytest.param("[t for i, t in zip(depths, skips) if i == 4]", [Y], id="tensors in loops"),
        pytest.param("enumerate(skips)[1]", (1, Y), id="tensors counted"),
        pytest.param("{'a': x}['a']", X, id="tensor in a mapping"),
        pytest.param("x.shape[-1] * 2", 6, id="shape"),
        pytest.param("[d for d in x.shape if d is not None]", [28, 3], id="shape in a loop"),
        pytest.param("len(skips)", 2, id="how many tensors"),
    ],
)  # fmt: skip
def test_value(text, expected):
    value = evaluate(parse(text), SCOPE)
    assert value == expected
    assert type(value) is type(expected)


def test_not_a_number_is_a_value():
    assert math.isnan(evaluate(parse("float('nan')"), {}))
    assert evaluate(parse("1e999"), {}) == math.inf


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        pytest.param("widht", "S306", "widht", "nothing here is called", id="unknown name"),
        pytest.param("1 + len", "S306", "len", "is a function", id="function as a value"),
        pytest.param("lenn(depths)", "S306", "lenn", "no function `lenn`", id="unknown function"),
        pytest.param("1 + random.normal(3)", "S306", "random.normal", "random.normal", id="random"),
        pytest.param("open('a')", "S306", "open", "no function `open`", id="Python's own function"),
        pytest.param("[z for y in [1] for z in z]", "S306", "z", "before its loop", id="unbound"),
        pytest.param("width(3)", "S307", "width", "`width` is an integer", id="call of a number"),
        pytest.param("[len(1) for len in depths]", "S307", "len", "cannot be called", id="hidden"),
        pytest.param("1 + range()", "S307", "range()", "1 to 3", id="no arguments"),
        pytest.param("range(1, 2, 3, 4)", "S307", "range(1, 2, 3, 4)", "not 4", id="four arguments"),
        pytest.param("len(depths, 1)", "S307", "len(depths, 1)", "does not take", id="too many"),
        pytest.param("max(1, 2, key=len(name))", "S307", "max(1, 2, key=len(name))", "take", id="key"),
        pytest.param("min()", "S307", "min()", "a list, or two", id="min of nothing"),
        pytest.param("name + 1", "S308", "name + 1", "text and an integer", id="text and number"),
        pytest.param("depths + pair", "S308", "depths + pair", "a list and a tuple", id="list, tuple"),
        pytest.param("name - name", "S308", "name - name", "text and text", id="texts subtracted"),
        pytest.param("options * 2", "S308", "options * 2", "a mapping and an integer", id="mapping"),
        pytest.param("'%s' % 1", "S308", "'%s' % 1", "does not format", id="text formatting"),
        pytest.param("2 @ 3", "S308", "2 @ 3", "multiplies tensors", id="matrix product"),
        pytest.param("2 * -name", "S308", "-name", "text", id="negative text"),
        pytest.param("1 < 'a'", "S308", "1 < 'a'", "an integer with text", id="unlike things"),
        pytest.param("1 < 2 < 'a'", "S308", "1 < 2 < 'a'", "an integer with text", id="in a chain"),
        pytest.param("1 in 5", "S308", "1 in 5", "in an integer", id="in a number"),
        pytest.param("width[0]", "S308", "width", "an integer, which has no items", id="index of a number"),
        pytest.param("depths['a']", "S308", "'a'", "is text", id="list by key"),
        pytest.param("depths[0, 1]", "S308", "0, 1", "is a tuple", id="list by tuple"),
        pytest.param("depths['a':]", "S308", "depths['a':]", "integers", id="slice by text"),
        pytest.param("options[[1]]", "S308", "options[[1]]", "a key cannot be a list", id="list as key"),
        pytest.param("{(1, []): 2}", "S308", "(1, [])", "a key cannot be a list", id="key holds a list"),
        pytest.param("[i for i in width]", "S308", "width", "cannot be looped over", id="loop over a number"),
        pytest.param("[a for a, b in depths]", "S308", "a, b", "an integer does not unpack", id="unpack"),
        pytest.param("[a for a, b in [(1, 2, 3)]]", "S308", "a, b", "a tuple of 3", id="unpack three"),
        pytest.param("len(width)", "S308", "width", "has no length", id="length of a number"),
        pytest.param("range(1.5)", "S308", "1.5", "an integer is wanted", id="range of a float"),
        pytest.param("sum(['a'])", "S308", "sum(['a'])", "not text", id="sum of texts"),
        pytest.param("max(1, 'a')", "S308", "max(1, 'a')", "text with an integer", id="max of unlike"),
        pytest.param("items(depths)", "S308", "depths", "a mapping is wanted", id="items of a list"),
        pytest.param("f'{depths}'", "S308", "depths", "is a list", id="list in text"),
        pytest.param("str(nothing)", "S308", "nothing", "is null", id="null as text"),
        pytest.param("f'{name:d}'", "S308", "name", "not for text", id="format for numbers"),
        pytest.param("1 + width / 0", "S309", "width / 0", "division by zero", id="division by zero"),
        pytest.param("width % 0.0", "S309", "width % 0.0", "division by zero", id="modulo zero"),
        pytest.param("0 ** -1", "S309", "0 ** -1", "division by zero", id="power of zero"),
        pytest.param("10.0 ** 400", "S309", "10.0 ** 400", "too large", id="float overflow"),
        pytest.param("2 ** 2000 / 3", "S309", "2 ** 2000 / 3", "too large", id="quotient overflow"),
        pytest.param("(-8) ** 0.5", "S309", "(-8) ** 0.5", "complex", id="complex power"),
        pytest.param("1 + depths[4]", "S309", "depths", "4 items, and no index `4`", id="past the end"),
        pytest.param("options['head']", "S309", "options", "no key `head`", id="missing key"),
        pytest.param("depths[::0]", "S309", "depths[::0]", "zero", id="slice step"),
        pytest.param("range(1, 2, 0)", "S309", "range(1, 2, 0)", "zero", id="range step"),
        pytest.param("max([])", "S309", "max([])", "empty", id="max of an empty list"),
        pytest.param("int('x')", "S309", "'x'", "is no integer", id="int of letters"),
        pytest.param("int(float('nan'))", "S309", "float('nan')", "is no integer", id="int of nan"),
        pytest.param("round(float('inf'))", "S309", "float('inf')", "integer", id="round of inf"),
        pytest.param("float(10 ** 400)", "S309", "10 ** 400", "is no number", id="float of a huge int"),
        pytest.param("zip([1], [], strict=true)", "S309", "zip([1], [], strict=true)", "1, 0", id="strict"),
        pytest.param("1 + x * 2", "S311", "x", "`x` is a tensor; only a tensor", id="tensor, times"),
        pytest.param("-x", "S311", "x", "is a tensor", id="negative tensor"),
        pytest.param("1 if x else 2", "S311", "x", "is a tensor", id="tensor as condition"),
        pytest.param("x and 1", "S311", "x", "is a tensor", id="tensor and"),
        pytest.param("1 < x", "S311", "x", "is a tensor", id="tensor compared"),
        pytest.param("0 < 1 == x", "S311", "x", "is a tensor", id="tensor in a chain"),
        pytest.param("skips == skips", "S311", "skips", "holds a tensor", id="tensors compared"),
        pytest.param("x in skips", "S311", "x", "is a tensor", id="tensor looked for"),
        pytest.param("x[0]", "S311", "x", "is a tensor", id="tensor indexed"),
        pytest.param("depths[x]", "S311", "x", "is a tensor", id="indexed by a tensor"),
        pytest.param("{x: 1}", "S311", "x", "is a tensor", id="tensor as key"),
        pytest.param("max(1, x)", "S311", "x", "is a tensor", id="max with a tensor"),
        pytest.param("max(x, 1)", "S311", "x", "is a tensor", id="max of a tensor"),
        pytest.param("sum(skips)", "S311", "skips", "is a tensor", id="sum of tensors"),
        pytest.param("len(x)", "S311", "x", "is a tensor", id="length of a tensor"),
        pytest.param("f'{x}'", "S311", "x", "is a tensor", id="tensor in text"),
        pytest.param("[i for i in x]", "S311", "x", "is a tensor", id="loop over a tensor"),
        pytest.param("[a for a, b in skips]", "S308", "a, b", "a tensor does not unpack", id="unpack tensor"),
        pytest.param("dynamic.shape[0] + 1", "S311", "dynamic.shape[0]", "an unknown size", id="unknown size"),
        pytest.param("depths.shape", "S312", "depths.shape", "a list has no attribute", id="list's attribute"),
        pytest.param("x.shapes", "S312", "x.shapes", "a tensor has no attribute", id="node's attribute"),
        pytest.param("x.kernel", "S312", "x.kernel", "not made yet", id="the node's own words"),
    ],
)  # fmt: skip
def test_fault(text, code, place, message):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), SCOPE)
    error = caught.value
    assert (error.code, text[error.start : error.end]) == (code, place)
    assert message in error.message


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        pytest.param("widht", "did you mean `width`?", id="name"),
        pytest.param("enumrate(depths)", "did you mean `enumerate`?", id="function"),
        pytest.param("options['droput']", "did you mean `dropout`?", id="key"),
        pytest.param("name + 1", 'f"block{i}"', id="f-string"),
        pytest.param("[i for i in width]", "range", id="range"),
        pytest.param("dynamic.shape[0] * 2", "make it a param", id="the value's own mend"),
        pytest.param("len(depths, 1)", "`len(value)`", id="signature"),
    ],
)
def test_mend(text, mend):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), SCOPE)
    assert mend in caught.value.help


@pytest.mark.parametrize(
    ("at_limit", "over"),
    [
        pytest.param(f"2 ** {MAX_INTEGER_BITS - 1}", f"2 ** {MAX_INTEGER_BITS}", id="power"),
        pytest.param(f"1 ** 10 ** {MAX_DIGITS - 100}", "9**9**9", id="tower"),
        pytest.param("2 ** 2000 * 2 ** 2000", "2 ** 2050 * 2 ** 2050", id="product"),
        pytest.param(f"len('a' * {MAX_TEXT})", f"len('a' * {MAX_TEXT + 1})", id="text repeated"),
        pytest.param("0 * 'a'", "'a' * 10**9", id="text bomb"),
        pytest.param(f"[0] * {MAX_ITEMS}", f"{MAX_ITEMS + 1} * [0]", id="list repeated"),
        pytest.param("10**12 * []", "[0] * 10**30", id="list bomb"),
        pytest.param(f"range({MAX_ITEMS})", f"range({MAX_ITEMS + 1})", id="range"),
        pytest.param("range(0, 10**12, 10**10)", "range(10**12)", id="range with steps"),
        pytest.param("range(10**40, 0)", "range(10**40, 0, -1)", id="range down"),
        pytest.param(f"round(5, -{MAX_ROUND_DIGITS})", "round(5, -10**9)", id="rounding"),
        pytest.param(f"len(long[:{MAX_DIGITS}]) and int('1')", "int(long)", id="digits"),
        pytest.param("f'{half}{half}'", "f'{half}{half}a'", id="f-string"),
        pytest.param("half + half", "half + half + 'a'", id="texts joined"),
        pytest.param(
            f"{'[' * MAX_NESTING}{']' * MAX_NESTING}",
            f"{'[' * (MAX_NESTING + 2)}{']' * (MAX_NESTING + 2)}",
            id="nesting",
        ),
        pytest.param(
            "[0 for i in range(500) for j in range(100)]",
            "[0 for i in range(5000) for j in range(1000)]",
            id="loops",
        ),
        pytest.param("[[[0] * 50] * 50] * 50", "[[[0] * 200] * 200] * 200", id="shared lists"),
    ],
)
def test_limit(at_limit, over):
    scope = {"long": "9" * (MAX_DIGITS + 1), "half": "a" * (MAX_TEXT // 2)}
    evaluate(parse(at_limit), scope)
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(over), scope)
    assert caught.value.code == "S310"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[[x] * 1000 for x in [[0] * 1000] for x in [[x] * 1000]]", id="doubling lists"),
        pytest.param(
            "[0 for a in range(99999) for b in range(99999) for c in range(99999)]", id="loops"
        ),
        pytest.param("[i for i in range(99999) for j in [] for k in range(9)]", id="idle loops"),
        pytest.param("[0 for i in range(99999) if [0] * 99999 == [0] * 99999]", id="comparisons"),
        pytest.param("[0 for i in range(99999) if 'ab' in 'a' * 9999]", id="searches"),
        pytest.param("[max(big) for i in range(99999)]", id="functions"),
        pytest.param("[3**2500 * 3**2500 % 7**1400 for i in range(99999)]", id="large numbers"),
        pytest.param("[f'{7**1400:>99}' for i in range(99999)]", id="digits of large numbers"),
        pytest.param("[int('9' * 1233) for i in range(99999)]", id="numbers from text"),
        pytest.param("[{i: big[1:] for i in range(9999)} for i in range(9999)]", id="slices"),
        pytest.param("[sum(range(99999)) for i in range(99999)]", id="sums"),
        pytest.param("[round(7**1400, -300) for i in range(99999)]", id="roundings"),
        pytest.param("[len(zip(big, big, big)) for i in range(99999)]", id="zips"),
    ],
)
def test_hostile_computation_ends_soon(text):
    begin = time.process_time()
    scope = {"big": list(range(90_000))}
    try:
        evaluate(parse(text), scope)
    except ExpressionError as error:
        assert error.code == "S310"
    assert time.process_time() - begin < 5


def test_a_budget_can_be_shared():
    budget = Budget(steps=250)
    evaluate(parse("range(100)"), {}, budget=budget)
    evaluate(parse("range(100)"), {}, budget=budget)
    with pytest.raises(ExpressionError, match="steps"):
        evaluate(parse("range(100)"), {}, budget=budget)
    assert MAX_STEPS > MAX_ITEMS


def test_hooks_make_another_interpreter():
    class Symbolic(Evaluator):
        def lookup(self, name, node):
            return f"<{name}>"

        def binary(self, op, left, right, node):
            if isinstance(left, str) or isinstance(right, str):
                return f"({left} {op} {right})"
            return super().binary(op, left, right, node)

        def index(self, value, key, node):
            return f"{value}{key}"

        def call(self, name, args, kwargs, node):
            return name, args, kwargs

    expression = parse("random.normal(a @ (1 + 2), axis=b[..., 1:])")
    assert Symbolic(expression, {}).run() == (
        "random.normal",
        ["(<a> @ 3)"],
        {"axis": f"<b>{(..., slice(1, None, None))}"},
    )


def test_visitors_can_be_overridden():
    class Doubled(Evaluator):
        def visit_Constant(self, node):
            return node.value * 2

    assert Doubled(parse("[1, 2]"), {}).run() == [2, 4]

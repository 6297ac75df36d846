"""What a computation may cost: every limit at its edge, and hostile expressions."""

import time

import pytest

from specc.expressions import Budget, ExpressionError, evaluate, parse
from specc.expressions.limits import (
    MAX_DIGITS,
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_NESTING,
    MAX_ROUND_DIGITS,
    MAX_STEPS,
    MAX_TEXT,
)


@pytest.mark.parametrize(
    ("at_limit", "over"),
    [
        pytest.param(f"2 ** {MAX_INTEGER_BITS - 1}", f"2 ** {MAX_INTEGER_BITS}", id="power"),
        pytest.param("1 ** 10 ** 300", "9**9**9", id="tower"),
        pytest.param("2 ** 500 * 2 ** 500", "2 ** 512 * 2 ** 512", id="product"),
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
        pytest.param(
            "[[x] * 1000 for x in [[0] * 1000] for x in [[x] * 1000]]", id="doubling lists"
        ),
        pytest.param(
            "[0 for a in range(99999) for b in range(99999) for c in range(99999)]", id="loops"
        ),
        pytest.param("[i for i in range(99999) for j in [] for k in range(9)]", id="idle loops"),
        pytest.param("[0 for i in range(99999) if [0] * 99999 == [0] * 99999]", id="comparisons"),
        pytest.param("[0 for i in range(99999) if 'ab' in 'a' * 9999]", id="searches"),
        pytest.param("[max(big) for i in range(99999)]", id="functions"),
        pytest.param("[3**600 % 7**300 for i in range(99999)]", id="large numbers"),
        pytest.param("[f'{7**360:>99}' for i in range(99999)]", id="digits of large numbers"),
        pytest.param("[int('9' * 300) for i in range(99999)]", id="numbers from text"),
        pytest.param("[{i: big[1:] for i in range(9999)} for i in range(9999)]", id="slices"),
        pytest.param("[sum(range(99999)) for i in range(99999)]", id="sums"),
        pytest.param("[round(7**360, -400) for i in range(99999)]", id="roundings"),
        pytest.param("[len(zip(big, big, big)) for i in range(99999)]", id="zips"),
    ],
)
def test_hostile_computation_ends_soon(text):
    begin = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), {"big": list(range(9_000))}, budget=Budget(MAX_STEPS // 10))
    assert caught.value.code == "S310"
    assert time.process_time() - begin < 1


def test_a_budget_can_be_shared():
    budget = Budget(steps=250)
    evaluate(parse("range(100)"), {}, budget=budget)
    evaluate(parse("range(100)"), {}, budget=budget)
    with pytest.raises(ExpressionError, match="steps"):
        evaluate(parse("range(100)"), {}, budget=budget)
    assert MAX_STEPS > MAX_ITEMS

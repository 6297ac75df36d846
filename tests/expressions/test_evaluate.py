"""The static evaluator: values, and faults with their places."""

import math

import pytest

from specc.expressions import ExpressionError, evaluate, parse
from tests.expressions.marks import unmarked
from tests.expressions.scope import SCOPE, X, Y

VALUES = {
    "name": ("width", 32),
    "arithmetic": ("64 * 2**3", 512),
    "division": ("7 // -2, 7 % -2, 7 / 2, -7 // 2", (-4, -1, 3.5, -4)),
    "negative power": ("2 ** -1", 0.5),
    "precedence": ("-2 ** 2", -4),
    "booleans count": ("True + True", 2),
    "conditional": ("2 if flag and width == 32 else 1", 2),
    "other branch is not computed": ("[1 / 0] if false else null", None),
    "and stops": ("false and 1 / 0", False),
    "or gives the value": ("[] or name or 1 / 0", "res"),
    "not": ("not nothing", True),
    "chain": ("0 < width <= 32 > 3", True),
    "chain stops": ("3 < 2 < 1 / 0", False),
    "is": ("nothing is None, x is None, x is not null", (True, False, True)),
    "in": ("4 in depths, 'a' not in 'cat', 'heads' in options", (True, False, True)),
    "compare": ("1 == 1.0, 'a' < 'b', [1, 2] < [1, 3], {} == {}", (True,) * 4),
    "join texts": ("name + 'net'", "resnet"),
    "join": ("[1] + [2] * 2, (1,) + pair, 2 * 'ab'", ([1, 2, 2], (1, 1, 2), "abab")),
    "index": ("depths[0] + depths[-1]", 6),
    "slices": ("depths[1:], depths[::-1], name[:2]", ([4, 6, 3], [3, 6, 4, 3], "re")),
    "keys": ("options['heads'], {1: 2}[1.0]", (8, 2)),
    "comprehension": ("[i * 2 for i in range(4) if i % 2]", [2, 6]),
    "loops": ("[(i, j) for i in range(3) for j in range(i)]", [(1, 0), (2, 0), (2, 1)]),
    "nested": ("[[j for j in range(i)] for i in range(3)]", [[], [0], [0, 1]]),
    "dict": ("{k: v * 2 for k, v in items(options)}", {"dropout": 0.2, "heads": 16}),
    "unpack": ("[a + b + c for a, (b, c) in enumerate(zip(depths, depths))]", [6, 9, 14, 9]),
    "variables end with the loop": ("[width for width in [1]] + [width]", [1, 32]),
    "first iterable is outside": ("[depths for depths in depths]", [3, 4, 6, 3]),
    "generator": ("sum(d * d for d in depths)", 70),
    "f-string": ("f'{name}{width:04d}_{rate:.2f}_{flag}'", "res0032_0.50_True"),
    "f-string details": ("f'{name:>5}|{{}}|{width + 1}'", "  res|{}|33"),
    "range": ("range(3), range(1, 4), range(5, 0, -2)", ([0, 1, 2], [1, 2, 3], [5, 3, 1])),
    "range ends": ("range(0), range(3, 1), range(0, 10, 4)", ([], [], [0, 4, 8])),
    "len": ("len(depths), len(name), len(options)", (4, 3, 2)),
    "extremes": ("min(depths), max(3, 1.5), min('b', 'a'), max([1])", (3, 3, "a", 1)),
    "the first of equals": ("max(1, 1.0), max(1.0, 1)", (1, 1.0)),
    "sum": ("sum(depths), sum([], 5), sum([1.5, 2])", (16, 5, 3.5)),
    "abs": ("abs(-3), abs(-1.5)", (3, 1.5)),
    "round": ("round(2.5), round(3.14159, 2), round(1234, -2)", (2, 3.14, 1200)),
    "int": ("int('12'), int(3.9), int(true), int(-1.5)", (12, 3, 1, -1)),
    "float and str": ("float('1e-3'), float(2), str(1.5), str(true)", (0.001, 2.0, "1.5", "True")),
    "enumerate": ("enumerate(name), enumerate([7], 1)", ([(0, "r"), (1, "e"), (2, "s")], [(1, 7)])),
    "zip": (
        "zip(pair, 'ab'), zip(), zip([1], [2], strict=true)",
        ([(1, "a"), (2, "b")], [], [(1, 2)]),
    ),
    "reversed": ("reversed(depths), reversed(pair)", ([3, 6, 4, 3], [2, 1])),
    "items": ("items({'a': 1})", [("a", 1)]),
    "tensor by name": ("x", X),
    "tensors in lists": ("skips[-1], reversed(skips)", (Y, [Y, X])),
    "tensors in loops": ("[t for i, t in zip(depths, skips) if i == 4]", [Y]),
    "tensors counted": ("enumerate(skips)[1]", (1, Y)),
    "tensor in a mapping": ("{'a': x}['a']", X),
    "shape": ("x.shape[-1] * 2", 6),
    "shape in a loop": ("[d for d in x.shape if d is not None]", [28, 3]),
    "how many tensors": ("len(skips)", 2),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_value(text, expected):
    value = evaluate(parse(text), SCOPE)
    assert value == expected
    assert type(value) is type(expected)


def test_not_a_number_is_a_value():
    assert math.isnan(evaluate(parse("float('nan')"), {}))
    assert evaluate(parse("1e999"), {}) == math.inf


FAULTS = {
    "unknown name": ("«widht»", "S306", "nothing here is called"),
    "function as a value": ("1 + «len»", "S306", "is a function"),
    "unknown function": ("«lenn»(depths)", "S306", "no function `lenn`"),
    "random": ("1 + «random.normal»(3)", "S306", "random.normal"),
    "Python's own function": ("«open»('a')", "S306", "no function `open`"),
    "unbound": ("[z for y in [1] for z in «z»]", "S306", "before its loop"),
    "call of a number": ("«width»(3)", "S307", "`width` is an integer"),
    "hidden": ("[«len»(1) for len in depths]", "S307", "cannot be called"),
    "no arguments": ("1 + «range()»", "S307", "1 to 3"),
    "four arguments": ("«range(1, 2, 3, 4)»", "S307", "not 4"),
    "too many": ("«len(depths, 1)»", "S307", "does not take"),
    "key": ("«max(1, 2, key=len(name))»", "S307", "take"),
    "min of nothing": ("«min()»", "S307", "a list, or two"),
    "text and number": ("«name + 1»", "S308", "text and an integer"),
    "list, tuple": ("«depths + pair»", "S308", "a list and a tuple"),
    "texts subtracted": ("«name - name»", "S308", "text and text"),
    "mapping": ("«options * 2»", "S308", "a mapping and an integer"),
    "text formatting": ("«'%s' % 1»", "S308", "does not format"),
    "matrix product": ("«2 @ 3»", "S308", "multiplies tensors"),
    "negative text": ("2 * «-name»", "S308", "text"),
    "unlike things": ("«1 < 'a'»", "S308", "an integer with text"),
    "in a chain": ("«1 < 2 < 'a'»", "S308", "an integer with text"),
    "in a number": ("«1 in 5»", "S308", "in an integer"),
    "index of a number": ("«width»[0]", "S308", "an integer, which has no items"),
    "list by key": ("depths[«'a'»]", "S308", "is text"),
    "list by tuple": ("depths[«0, 1»]", "S308", "is a tuple"),
    "slice by text": ("«depths['a':]»", "S308", "integers"),
    "list as key": ("«options[[1]]»", "S308", "a key cannot be a list"),
    "key holds a list": ("{«(1, [])»: 2}", "S308", "a key cannot be a list"),
    "loop over a number": ("[i for i in «width»]", "S308", "cannot be looped over"),
    "unpack": ("[a for «a, b» in depths]", "S308", "an integer does not unpack"),
    "unpack three": ("[a for «a, b» in [(1, 2, 3)]]", "S308", "a tuple of 3"),
    "length of a number": ("len(«width»)", "S308", "has no length"),
    "range of a float": ("range(«1.5»)", "S308", "an integer is wanted"),
    "sum of texts": ("«sum(['a'])»", "S308", "not text"),
    "max of unlike": ("«max(1, 'a')»", "S308", "text with an integer"),
    "items of a list": ("items(«depths»)", "S308", "a mapping is wanted"),
    "list in text": ("f'{«depths»}'", "S308", "is a list"),
    "null as text": ("str(«nothing»)", "S308", "is null"),
    "format for numbers": ("f'{«name»:d}'", "S308", "not for text"),
    "division by zero": ("1 + «width / 0»", "S309", "division by zero"),
    "modulo zero": ("«width % 0.0»", "S309", "division by zero"),
    "power of zero": ("«0 ** -1»", "S309", "division by zero"),
    "float overflow": ("«10.0 ** 400»", "S309", "too large"),
    "quotient overflow": ("«(2**1023 + (2**1023 - 1)) / 1»", "S309", "too large"),
    "complex power": ("«(-8) ** 0.5»", "S309", "complex"),
    "past the end": ("1 + «depths»[4]", "S309", "4 items, and no index `4`"),
    "missing key": ("«options»['head']", "S309", "no key `head`"),
    "slice step": ("«depths[::0]»", "S309", "zero"),
    "range step": ("«range(1, 2, 0)»", "S309", "zero"),
    "max of an empty list": ("«max([])»", "S309", "empty"),
    "int of letters": ("int(«'x'»)", "S309", "is no integer"),
    "int of nan": ("int(«float('nan')»)", "S309", "is no integer"),
    "round of inf": ("round(«float('inf')»)", "S309", "integer"),
    "float of a huge int": ("float(«2**1023 + (2**1023 - 1)»)", "S309", "is no number"),
    "strict": ("«zip([1], [], strict=true)»", "S309", "1, 0"),
    "tensor, times": ("1 + «x» * 2", "S311", "`x` is a tensor; only a tensor"),
    "negative tensor": ("-«x»", "S311", "is a tensor"),
    "tensor as condition": ("1 if «x» else 2", "S311", "is a tensor"),
    "tensor and": ("«x» and 1", "S311", "is a tensor"),
    "tensor compared": ("1 < «x»", "S311", "is a tensor"),
    "tensor in a chain": ("0 < 1 == «x»", "S311", "is a tensor"),
    "tensors compared": ("«skips» == skips", "S311", "holds a tensor"),
    "tensor looked for": ("«x» in skips", "S311", "is a tensor"),
    "tensor indexed": ("«x»[0]", "S311", "is a tensor"),
    "indexed by a tensor": ("depths[«x»]", "S311", "is a tensor"),
    "tensor as key": ("{«x»: 1}", "S311", "is a tensor"),
    "max with a tensor": ("max(1, «x»)", "S311", "is a tensor"),
    "max of a tensor": ("max(«x», 1)", "S311", "is a tensor"),
    "sum of tensors": ("sum(«skips»)", "S311", "is a tensor"),
    "length of a tensor": ("len(«x»)", "S311", "is a tensor"),
    "tensor in text": ("f'{«x»}'", "S311", "is a tensor"),
    "loop over a tensor": ("[i for i in «x»]", "S311", "is a tensor"),
    "unpack tensor": ("[a for «a, b» in skips]", "S308", "a tensor does not unpack"),
    "unknown size": ("«dynamic.shape[0]» + 1", "S311", "an unknown size"),
    "list's attribute": ("«depths.shape»", "S312", "a list has no attribute"),
    "node's attribute": ("«x.shapes»", "S312", "a tensor has no attribute"),
    "the node's own words": ("«x.kernel»", "S312", "not made yet"),
}


@pytest.mark.parametrize(("marked", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_fault(marked, code, message):
    text, place = unmarked(marked)
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), SCOPE)
    error = caught.value
    assert (error.code, (error.start, error.end)) == (code, place)
    assert message in error.message


MENDS = {
    "name": ("widht", "did you mean `width`?"),
    "function": ("enumrate(depths)", "did you mean `enumerate`?"),
    "key": ("options['droput']", "did you mean `dropout`?"),
    "f-string": ("name + 1", 'f"block{i}"'),
    "range": ("[i for i in width]", "range"),
    "the value's own mend": ("dynamic.shape[0] * 2", "make it a param"),
    "signature": ("len(depths, 1)", "`len(value)`"),
}


@pytest.mark.parametrize(("text", "mend"), MENDS.values(), ids=MENDS)
def test_mend(text, mend):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), SCOPE)
    assert mend in caught.value.help

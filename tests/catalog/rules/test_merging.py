"""Layers of several inputs, beside Keras's own."""

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from specc.catalog.rules.layers.merging import ELEMENTWISE
from tests.catalog.rules.cases import EXAMPLES, Case

CASES = {
    "add": Case("Add", [(None, 4, 8), (None, 4, 8), (None, 4, 8)]),
    "add broadcast": Case("Add", [(None, 4, 8), (None, 1, 8)]),
    "add of two ranks": Case("Add", [(None, 8), (None, 4, 8)]),
    "add unknown": Case("Add", [(None, None, 8), (2, 4, 8)]),
    "add a tuple": Case("Add", ((2, 4), (2, 4))),
    "add one": Case("Add", [(2, 4)]),
    "add batches": Case("Add", [(3, 4), (2, 4)]),
    "add other sizes": Case("Add", [(None, 4, 8), (None, 4, 6)]),
    "add a tensor": Case("Add", (None, 4, 8)),
    "add integers": Case("Add", [TensorSpec((2, 3), "int32"), TensorSpec((2, 3), "int32")]),
    "add mixed": Case("Add", [(2, 3), TensorSpec((2, 3), "float16")], dtype="mixed_bfloat16"),
    "multiply by rank 1": Case("Multiply", [(None, 4, 8), (None,)]),
    "subtract": Case("Subtract", [(None, 4, 8), (None, 4, 8)]),
    "subtract three": Case("Subtract", [(None, 4, 8)] * 3),
    "subtract one": Case("Subtract", [(None, 4, 8)]),
    "maximum of scalars": Case("Maximum", [(), ()]),
    "concatenate": Case("Concatenate", [(None, 4, 8), (None, 4, 3), (None, 4, 1)]),
    "concatenate axis": Case("Concatenate", [(None, 4, 8), (2, 5, 8)], {"axis": 1}),
    "concatenate unknown": Case("Concatenate", [(None, 4, 8), (None, 4, None), (2, 4, 2)]),
    "concatenate one": Case("Concatenate", [(None, 4, 8)]),
    "concatenate other sizes": Case("Concatenate", [(None, 4, 8), (None, 5, 8)]),
    "concatenate other ranks": Case("Concatenate", [(None, 4, 8), (None, 8)]),
    "concatenate missing axis": Case("Concatenate", [(None, 8), (None, 8)], {"axis": 2}),
    "concatenate one, missing axis": Case("Concatenate", [(None, 8)], {"axis": 2}),
    "concatenate a tensor": Case("Concatenate", (None, 4, 8)),
    "concatenate integers": Case("Concatenate", [TensorSpec((2, 3), "int32"), (2, 3)]),
    "dot": Case("Dot", [(None, 3, 5), (None, 10, 3)], {"axes": [1, 2]}),
    "dot one axis": Case("Dot", [(None, 8), (None, 8)], {"axes": 1}),
    "dot last axes": Case("Dot", [(None, 2, 8), (None, 8)], {"axes": -1}),
    "dot last axes, all round": Case("Dot", [(4, 2, 3), (4, 2)], {"axes": -4}),
    "dot normalized": Case("Dot", [(4, 2, 8), (4, 3, 8)], {"axes": -1, "normalize": True}),
    "dot other sizes": Case("Dot", [(None, 3, 5), (None, 10, 3)], {"axes": [1, 1]}),
    "dot missing axis": Case("Dot", [(None, 3), (None, 3)], {"axes": 2}),
    "dot three": Case("Dot", [(None, 8)] * 3, {"axes": 1}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


def test_joining_ranks_whose_sizes_are_unknown_never_runs(harness):
    harness.never_runs(Case("Concatenate", [(None, None), (None,)], {"axis": 1}))


@st.composite
def calls(draw, name):
    """Mostly variations of one shape, so that valid calls are as frequent as others."""
    size = st.integers(1, 3) if draw(st.booleans()) else st.none() | st.integers(1, 3)
    shape = draw(st.lists(size, min_size=draw(st.integers(0, 9)) > 0, max_size=4))
    count = draw(st.integers(1, 4) if name not in ("Dot", "Subtract") else st.sampled_from((2, 3)))
    inputs = [tuple(shape)]
    for _ in range(count - 1):
        other = list(shape)
        for place in draw(st.sets(st.integers(0, 3), max_size=2)):
            if place < len(other):
                other[place] = draw(size)
        inputs.append(tuple(other[draw(st.integers(0, 5)) == 0 :]))
    arguments = {}
    axes = st.integers(-len(shape) - 1, len(shape))
    if name == "Concatenate":
        arguments["axis"] = draw(axes)
        assume(len({len(each) for each in inputs}) == 1 or all(map(all, inputs)))
    if name == "Dot":
        arguments["axes"] = draw(axes | st.lists(axes, min_size=2, max_size=2))
    return Case(name, inputs, arguments, dtype=draw(st.sampled_from(("float32", "mixed_float16"))))


@EXAMPLES
@pytest.mark.parametrize("name", (*ELEMENTWISE, "Concatenate", "Dot"))
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)

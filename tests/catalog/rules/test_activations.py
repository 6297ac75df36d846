"""Activation layers, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from tests.catalog.rules.cases import EXAMPLES, Case

CASES = {
    "activation": Case("Activation", (None, 4), {"activation": "gelu"}),
    "activation layer": Case(
        "Activation", (None, 4), {"activation": {"LeakyReLU": {"negative_slope": 0.1}}}
    ),
    "activation of two": Case("Activation", [(None, 4), (2, 3)], {"activation": "relu"}),
    "activation of integers": Case(
        "Activation", TensorSpec((2, 3), "int32"), {"activation": "relu"}
    ),
    "relu": Case("ReLU", (None, 4, None), {"max_value": 6.0}),
    "leaky": Case("LeakyReLU", (None, 4), dtype="mixed_float16"),
    "elu": Case("ELU", (4,)),
    "softmax": Case("Softmax", (None, 4, 5), {"axis": [1, 2]}),
    "softmax mask": Case("Softmax", (2, 4), call={"mask": TensorSpec((2, 4), "bool")}),
    "prelu": Case("PReLU", (None, 4, 5)),
    "prelu shared": Case("PReLU", (None, None, 5), {"shared_axes": [1]}),
    "prelu shares one": Case("PReLU", (None, 3, 5), {"shared_axes": 2}),
    "prelu of unknown sizes": Case("PReLU", (None, None, 5)),
    "prelu shares an axis too many": Case("PReLU", (None, 4, 5), {"shared_axes": [3]}),
    "prelu half": Case("PReLU", (None, 4), dtype="mixed_float16"),
    "prelu of two": Case("PReLU", [(2, 3), (2, 3)]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@st.composite
def calls(draw):
    size = st.integers(1, 4) if draw(st.booleans()) else st.none() | st.integers(1, 4)
    shape = tuple(draw(st.lists(size, min_size=1, max_size=4)))
    axes = draw(st.none() | st.lists(st.integers(1, 4), min_size=1, max_size=3))
    return Case("PReLU", shape, {"shared_axes": axes})


@EXAMPLES
def test_drawn_slopes_agree(harness, examples):
    harness.all_agree(calls(), examples)

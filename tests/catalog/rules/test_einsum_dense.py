"""EinsumDense, beside Keras's own."""

import numpy as np
import pytest
from hypothesis import strategies as st

from specc.catalog.rules import UNKNOWN
from tests.catalog.rules.cases import EXAMPLES, Case


def einsum(inputs, equation, output_shape, dtype="float32", **arguments):
    given = {"equation": equation, "output_shape": output_shape, **arguments}
    return Case("EinsumDense", inputs, given, dtype=dtype)


CASES = {
    "dense": einsum((None, 8), "ab,bc->ac", 4, bias_axes="c"),
    "sequence": einsum((None, 5, 8), "abc,cd->abd", [None, 4], bias_axes="d"),
    "fixed sequence": einsum((None, 5, 8), "abc,cd->abd", [5, 4]),
    "dots left": einsum((None, 6, 6, 8), "...x,xy->...y", 4, bias_axes="y"),
    "dots left, rank 2": einsum((None, 8), "...x,xy->...y", 4),
    "dots right": einsum((None, 8, 5, 6), "ab...,bc->ac...", 4, bias_axes="c"),
    "heads": einsum((None, 5, 8), "abc,cde->abde", [None, 2, 4], bias_axes="de"),
    "bias in the middle": einsum((None, 5, 8), "abc,cde->abde", [5, 2, 4], bias_axes="b"),
    "from heads": einsum((None, 5, 2, 4), "abcd,cde->abe", [None, 8], bias_axes="e"),
    "lora": einsum((None, 8), "ab,bc->ac", 4, lora_rank=2, dtype="float16"),
    "float8": einsum((None, 8), "ab,bc->ac", 4, bias_axes="c", dtype="float8_from_float32"),
    "too short": einsum((None, 8), "abc,cd->abd", [None, 4]),
    "dots, too short": einsum((8,), "...ab,bc->...ac", [4]),
    "other size": einsum((None, 5, 8), "abc,cd->abd", [6, 4]),
    "size not known": einsum((None, 5, None), "abc,cd->abd", [5, 4]),
    "bias of unknown size": einsum((None, None, 8), "abc,cd->abd", [None, 4], bias_axes="bd"),
    "bias elsewhere": einsum((None, 8), "ab,bc->ac", 4, bias_axes="b"),
    "output from nowhere": einsum((None, 8), "ab,bc->ad", 4),
    "kernel from nowhere": einsum((None, 8), "ab,bd->a", []),
    "two tensors": einsum([(None, 8), (None, 8)], "ab,bc->ac", 4),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


UNKNOWN_CASES = {
    "output shape of another rank": einsum((None, 5, 8), "abc,cd->abd", [None, 4, 2]),
    "int8, where Keras squeezes": einsum(
        (None, 3, 4), "abc,bcde->de", [4, 2], dtype="int8_from_float32"
    ),
}


@pytest.mark.parametrize("case", UNKNOWN_CASES.values(), ids=UNKNOWN_CASES)
def test_what_is_not_covered_is_unknown(harness, case):
    found = harness.inferred(case)
    assert found.outputs == UNKNOWN or found.slots is None
    harness.agree(case, known=False)


def test_sizes_that_keras_turns_round_are_unknown(harness):
    case = einsum((None, 5, 6, 7, 8), "...x,xy->...y", 4, bias_axes="y")
    assert harness.inferred(case).outputs.shape == (None, None, 6, None, 4)
    assert harness.observed(harness.made(case), case)[0].shape == (None, 7, 6, 5, 4)
    assert harness.made(case)(np.zeros((1, 5, 6, 7, 8), "float32")).shape == (1, 5, 6, 7, 4)


def test_an_equation_of_another_rank_never_runs(harness):
    harness.never_runs(einsum((2, 3, 8), "ab,bc->ac", 4))


@st.composite
def calls(draw):
    """Letters of a batch, of shared, contracted and new axes, with some sizes gone wrong."""
    shared, lost, new = ("ab"[: draw(st.integers(1, 2))], "cd"[: draw(st.integers(1, 2))], "e")
    dots = draw(st.sampled_from(("", "...")))
    size = st.integers(1, 4) if draw(st.booleans()) else st.none() | st.integers(1, 4)
    sizes = {letter: draw(size) for letter in "abcd"} | {"e": draw(st.integers(1, 4))}
    equation = f"{dots}{shared}{lost},{lost}{new}->{dots}{shared}{new}"
    more = draw(st.lists(size, min_size=1, max_size=2)) if dots else []
    shape = (*more, *(sizes[letter] for letter in shared + lost))
    own = shared + new if dots else shared[1:] + new
    output = [sizes[letter] if draw(st.integers(0, 4)) else draw(size) for letter in own]
    axes = draw(st.none() | st.sampled_from((new, shared[-1], shared[-1] + new)))
    return einsum(shape, equation, output, bias_axes=axes)


@EXAMPLES
def test_drawn_equations_agree(harness, examples):
    harness.all_agree(calls(), examples)

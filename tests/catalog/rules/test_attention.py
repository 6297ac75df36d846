"""Attention layers, beside Keras's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.catalog.rules import RuleError
from tests.catalog.rules.cases import EXAMPLES, Case

M = {"num_heads": 2, "key_dim": 3}
G = {"num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3}
Q, V, K = (None, 5, 8), (None, 7, 6), (None, 7, 9)
VALUE = {"value": V}
SCORES = {"return_attention_scores": True}
CASES = {
    "heads": Case("MultiHeadAttention", Q, M, VALUE),
    "heads, key": Case("MultiHeadAttention", Q, M, {"value": V, "key": K}),
    "heads, key of another length": Case("MultiHeadAttention", Q, M, {"value": V, "key": Q}),
    "heads, key of another rank": Case("MultiHeadAttention", Q, M, {"value": V, "key": (2, 6)}),
    "heads, key of another batch": Case(
        "MultiHeadAttention", (2, 5, 8), M, {"value": (2, 7, 6), "key": (3, 7, 6)}
    ),
    "heads, scores": Case("MultiHeadAttention", Q, M, VALUE | SCORES),
    "heads, one length, scores": Case("MultiHeadAttention", Q, M, {"value": Q} | SCORES),
    "heads, value_dim": Case("MultiHeadAttention", Q, M | {"value_dim": 5}, VALUE),
    "heads, no bias": Case("MultiHeadAttention", Q, M | {"use_bias": False}, VALUE),
    "heads, gate": Case("MultiHeadAttention", Q, M | {"use_gate": True, "value_dim": 5}, VALUE),
    "heads, dropout": Case("MultiHeadAttention", Q, M | {"dropout": 0.5, "seed": 1}, VALUE),
    "heads, output": Case("MultiHeadAttention", Q, M | {"output_shape": 11}, VALUE),
    "heads, output of rank 2": Case("MultiHeadAttention", Q, M | {"output_shape": [4, 5]}, VALUE),
    "heads, mask": Case(
        "MultiHeadAttention", Q, M, VALUE | {"attention_mask": (None, 5, 7)} | SCORES
    ),
    "heads, causal": Case(
        "MultiHeadAttention", Q, M | {"sliding_window": 2}, VALUE | {"use_causal_mask": True}
    ),
    "heads, mixed": Case("MultiHeadAttention", Q, M, VALUE | SCORES, dtype="mixed_float16"),
    "heads, images": Case(
        "MultiHeadAttention",
        (None, 4, 5, 8),
        M | {"attention_axes": [1, 2]},
        {"value": (None, 4, 5, 6)},
    ),
    "heads, axis from the back": Case(
        "MultiHeadAttention",
        (None, 4, 5, 8),
        M | {"attention_axes": -2},
        {"value": (None, 4, 5, 6)},
    ),
    "heads, no such axis": Case("MultiHeadAttention", Q, M | {"attention_axes": 4}, VALUE),
    "heads, no such axis, from the back": Case(
        "MultiHeadAttention", Q, M | {"attention_axes": -9}, VALUE
    ),
    "heads, rank 2": Case("MultiHeadAttention", (None, 8), M, {"value": (None, 8)} | SCORES),
    "heads, two ranks": Case("MultiHeadAttention", (None, 3, 5, 8), M, VALUE),
    "heads, unknown width": Case("MultiHeadAttention", (None, 5, None), M, VALUE),
    "heads, unknown width of values": Case("MultiHeadAttention", Q, M, {"value": (None, 5, None)}),
    "heads, unknown lengths": Case(
        "MultiHeadAttention", (None, None, 8), M, {"value": (None, None, 8)} | SCORES
    ),
    "heads, no value": Case("MultiHeadAttention", [Q, V], M, VALUE),
    "groups": Case("GroupQueryAttention", Q, G, {"value": Q}),
    "groups, key": Case("GroupQueryAttention", Q, G, {"value": (None, 7, 8), "key": K} | SCORES),
    "groups, two widths": Case("GroupQueryAttention", Q, G, VALUE),
    "groups, scores": Case("GroupQueryAttention", Q, G, {"value": (None, 7, 8)} | SCORES),
    "groups, gate and dropout": Case(
        "GroupQueryAttention", Q, G | {"use_gate": True, "dropout": 0.1}, {"value": Q}
    ),
    "groups, no bias": Case("GroupQueryAttention", Q, G | {"use_bias": False}, {"value": Q}),
    "groups, mixed": Case("GroupQueryAttention", Q, G, {"value": Q}, dtype="mixed_bfloat16"),
    "groups, rank 2": Case("GroupQueryAttention", (None, 8), G, {"value": Q}),
    "heads, a scalar": Case("MultiHeadAttention", (), M, {"value": Q}),
    "groups, other lengths": Case("GroupQueryAttention", Q, G, {"value": Q, "key": (None, 7, 8)}),
    "heads, int8": Case("MultiHeadAttention", Q, M, VALUE, dtype="int8_from_float32"),
    "heads, int8, images": Case(
        "MultiHeadAttention",
        (None, 4, 5, 8),
        M | {"use_bias": False, "output_shape": [3, 4]},
        {"value": (None, 4, 5, 6)},
        dtype="int8_from_mixed_bfloat16",
    ),
    "heads, float8": Case("MultiHeadAttention", Q, M, VALUE, dtype="float8_from_mixed_float16"),
    "groups, int8": Case(
        "GroupQueryAttention", Q, G | {"use_gate": True}, {"value": Q}, dtype="int8_from_float32"
    ),
    "groups, float8": Case("GroupQueryAttention", Q, G, {"value": Q}, dtype="float8_from_float32"),
    "dot": Case("Attention", [Q, (None, 7, 8)]),
    "dot, key": Case("Attention", [Q, V, (None, 7, 8)], call=SCORES),
    "dot, two batches": Case("Attention", [(None, 3, 5, 8), (None, 7, 8)], call=SCORES),
    "dot, scale": Case("Attention", [Q, V], {"use_scale": True}),
    "dot, concat": Case("Attention", [Q, V], {"use_scale": True, "score_mode": "concat"}),
    "dot, dropout": Case("Attention", [Q, V], {"dropout": 0.5}, {"training": True}),
    "dot, one tensor": Case("Attention", Q),
    "dot, one tensor in a list": Case("Attention", [Q]),
    "dot, four tensors": Case("Attention", [Q, Q, Q, Q]),
    "dot, masks": Case("Attention", [Q, Q], call={"mask": [(None, 5), (None, 5)]}),
    "dot, one mask": Case("Attention", [Q, Q], call={"mask": [(None, 5)]}),
    "dot, a mask": Case("Attention", [Q, Q], call={"mask": (None, 5)}),
    "dot, half": Case("Attention", [Q, V], {"use_scale": True}, SCORES, dtype="float16"),
    "dot, unknown width": Case("Attention", [(None, 5, None), V], {"use_scale": True}),
    "additive": Case("AdditiveAttention", [Q, (None, 7, 8)], call=SCORES),
    "additive, no scale": Case("AdditiveAttention", [Q, V], {"use_scale": False}),
    "additive, dropout": Case("AdditiveAttention", [Q, V], {"dropout": 0.5}),
    "additive, unknown width": Case("AdditiveAttention", [(None, 5, None), V]),
    "additive, unknown width without scale": Case(
        "AdditiveAttention", [(None, 5, None), V], {"use_scale": False}
    ),
    "additive, mixed": Case("AdditiveAttention", [Q, Q], dtype="mixed_bfloat16"),
}
PARTLY_KNOWN = {
    "heads, rank 1": Case("MultiHeadAttention", (8,), M, {"value": (8,)}),
    "heads, lengths not known": Case(
        "MultiHeadAttention", Q, M, {"value": (None, None, 6), "key": (None, 7, 6)}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@pytest.mark.parametrize("case", PARTLY_KNOWN.values(), ids=PARTLY_KNOWN)
def test_agrees_as_far_as_known(harness, case):
    harness.agree(case, known=False)


def test_groups_of_a_higher_rank_never_run(harness):
    case = Case("GroupQueryAttention", (2, 5, 5, 8), G, {"value": (2, 5, 5, 8)})
    harness.observed(harness.made(case), case)
    with pytest.raises(RuleError, match="rank 3"):
        harness.inferred(case)
    values = np.zeros((2, 5, 5, 8))
    with pytest.raises(ValueError, match=r"\S"):
        harness.made(case)(values, values)


SIZES = st.sampled_from((None, 1, 3, 4))


@st.composite
def calls(draw, name):
    rank = draw(st.sampled_from((3, 3, 3, 2) if name[0] == "G" else (3, 3, 3, 2, 4)))
    length, width = draw(SIZES), draw(st.sampled_from((2, 4)))

    def shape():
        own = [draw(SIZES), *[length] * (rank - 2), width]
        if not draw(st.integers(0, 4)):
            own[draw(st.integers(0, rank - 1))] = draw(SIZES)
        return tuple(own)

    call = {"return_attention_scores": draw(st.booleans())}
    arguments = {"dropout": draw(st.sampled_from((0.0, 0.5)))}
    several = [shape(), shape(), *([shape()] if draw(st.booleans()) else [])]
    if name.endswith("eAttention") or name == "Attention":
        arguments["use_scale"] = draw(st.booleans())
        return Case(name, several, arguments, call)
    call |= dict(zip(("value", "key"), several[1:], strict=False))
    arguments |= {"use_bias": draw(st.booleans()), "use_gate": draw(st.booleans())}
    if name == "GroupQueryAttention":
        return Case(name, several[0], G | arguments, call)
    arguments["value_dim"] = draw(st.sampled_from((None, 5)))
    arguments["attention_axes"] = draw(st.none() | st.integers(-4, 4))
    arguments["output_shape"] = draw(st.sampled_from((None, 3, [2, 3])))
    return Case(name, several[0], M | arguments, call)


NAMES = ("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention")


@EXAMPLES
@pytest.mark.parametrize("name", NAMES)
def test_drawn_calls_agree(harness, name, examples):
    @settings(max_examples=examples)
    @given(calls(name))
    def run(case):
        harness.agree(case, known=False)

    run()

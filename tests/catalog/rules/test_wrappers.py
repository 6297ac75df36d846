"""Layers around a layer, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from tests.catalog.rules.cases import EXAMPLES, Case

S = (None, 5, 8)
BOTH = {"return_state": True, "return_sequences": True}
LSTM = {"LSTM": {"units": 3}}
DENSE = {"Dense": {"units": 3}}


def two_ways(inputs, layer, arguments=None, dtype="float32"):
    return Case("Bidirectional", inputs, {"layer": layer, **(arguments or {})}, dtype=dtype)


def each_step(inputs, layer, dtype="float32", **call):
    return Case("TimeDistributed", inputs, {"layer": layer}, call, dtype)


CASES = {
    "concat": two_ways(S, LSTM),
    "sum": two_ways(S, LSTM, {"merge_mode": "sum"}),
    "not merged": two_ways(S, LSTM, {"merge_mode": None}),
    "states": two_ways(S, {"LSTM": {"units": 3} | BOTH}),
    "states, not merged": two_ways(S, {"GRU": {"units": 3} | BOTH}, {"merge_mode": None}),
    "mixed": two_ways(S, {"GRU": {"units": 3} | BOTH}, dtype="mixed_float16"),
    "layer of another dtype": two_ways(S, {**LSTM, "dtype": "float16"}),
    "another layer backwards": two_ways(
        S, LSTM, {"backward_layer": {"GRU": {"units": 4, "go_backwards": True}}}
    ),
    "cells": two_ways(
        S, {"RNN": {"cell": [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 2}}]} | BOTH}
    ),
    "images": two_ways((2, 5, 8, 9, 3), {"ConvLSTM2D": {"filters": 4, "kernel_size": 3}}),
    "images, channels first": two_ways(
        (2, 5, 3, 8, 9),
        {"ConvLSTM2D": {"filters": 4, "kernel_size": 3, "data_format": "channels_first"}},
    ),
    "rank 2": two_ways((None, 8), LSTM),
    "unknown width": two_ways((None, 5, None), LSTM),
    "stateful without a batch": two_ways(S, {"LSTM": {"units": 3, "stateful": True}}),
    "dense": each_step(S, DENSE),
    "dense of its own dtype": each_step(S, {**DENSE, "dtype": "float16"}),
    "dense, mixed": each_step(S, DENSE, "mixed_bfloat16"),
    "dense, mask": each_step(S, DENSE, mask=(None, 5)),
    "dense, rank 2": each_step((None, 8), DENSE),
    "dense, unknown width": each_step((None, 5, None), DENSE),
    "conv": each_step((None, None, 8, 9, 3), {"Conv2D": {"filters": 4, "kernel_size": 3}}),
    "lstm": each_step((2, 5, 7, 8), LSTM),
    "lstm, unknown width": each_step((2, 5, 7, None), LSTM),
    "lstm with states": each_step((2, 5, 7, 8), {"LSTM": {"units": 3, "return_state": True}}),
    "in itself": each_step((2, 3, 5, 8), {"TimeDistributed": {"layer": DENSE}}),
    "two ways at each step": each_step((2, 3, 5, 8), {"Bidirectional": {"layer": LSTM}}),
    "of two ways": two_ways(S, {"LSTM": {"units": 3, "return_sequences": True}}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


def test_a_layer_of_several_inputs_is_unknown(harness):
    layer = {"MultiHeadAttention": {"num_heads": 2, "key_dim": 3}}
    harness.agree(each_step((None, 3, 5, 8), layer), known=False)


def test_a_layer_for_another_rank_never_runs(harness):
    harness.never_runs(each_step((2, 3, 4, 5, 8), LSTM))


SIZES = st.sampled_from((None, 1, 2, 4))
TWO_WAYS = st.builds(
    lambda shape, name, flags, mode: two_ways(
        shape, {name: {"units": 2, **flags}}, {"merge_mode": mode}
    ),
    st.tuples(SIZES, SIZES, st.sampled_from((None, 1, 3, 3, 3))),
    st.sampled_from(("SimpleRNN", "GRU", "LSTM")),
    st.fixed_dictionaries({flag: st.booleans() for flag in BOTH}),
    st.sampled_from(("concat", "sum", "mul", "ave", None)),
)
CONV = {"Conv1D": {"filters": 4, "kernel_size": 2}}
EACH_STEP = st.builds(
    lambda shape, layer: each_step(tuple(shape), layer),
    st.lists(SIZES, min_size=1, max_size=5),
    st.sampled_from((DENSE, LSTM, CONV)),
).filter(  # Keras checks the rank for the layers of sequences only when they run
    lambda case: case.arguments["layer"] is not LSTM or len(case.inputs) in (1, 2, 4)
)


@EXAMPLES
@pytest.mark.parametrize("calls", [TWO_WAYS, EACH_STEP], ids=["two ways", "each step"])
def test_drawn_calls_agree(harness, calls, examples):
    harness.all_agree(calls, examples)

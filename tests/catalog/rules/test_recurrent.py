"""Recurrent layers and their cells, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from tests.catalog.rules.cases import EXAMPLES, Case

S = (None, 5, 8)
U = {"units": 3}
BOTH = {"return_state": True, "return_sequences": True}
LSTM, GRU, PLAIN = {"LSTMCell": U}, {"GRUCell": {"units": 4}}, {"SimpleRNNCell": {"units": 5}}
STACK = {"StackedRNNCells": {"cells": [LSTM, GRU]}}
F = {"filters": 4, "kernel_size": 3}
FRAMES = (None, 5, 8, 9, 3)
STATE = (None, 3)
CASES = {
    "lstm": Case("LSTM", S, U),
    "lstm, sequences and states": Case("LSTM", S, U | BOTH),
    "lstm, states": Case("LSTM", (2, None, 8), U | {"return_state": True}),
    "lstm, no bias": Case("LSTM", S, U | {"use_bias": False, "dropout": 0.5, "seed": 3}),
    "lstm, backwards, unrolled": Case("LSTM", S, U | {"go_backwards": True, "unroll": True}),
    "lstm, mixed": Case("LSTM", S, U | BOTH, dtype="mixed_float16"),
    "lstm, quantised policy": Case("LSTM", S, U, dtype="int8_from_mixed_bfloat16"),
    "lstm, initial state": Case("LSTM", S, U, {"initial_state": [STATE, STATE]}),
    "lstm, rank 2": Case("LSTM", (None, 8), U),
    "lstm, rank 4": Case("LSTM", (None, 4, 5, 8), U),
    "lstm, unknown width": Case("LSTM", (None, 5, None), U),
    "lstm, stateful without a batch": Case("LSTM", S, U | {"stateful": True}),
    "lstm, two tensors": Case("LSTM", [S, S], U),
    "gru": Case("GRU", S, U | BOTH),
    "gru, reset before": Case("GRU", S, U | {"reset_after": False}),
    "gru, bfloat16": Case("GRU", S, U | {"return_state": True}, dtype="bfloat16"),
    "simple": Case("SimpleRNN", S, U | BOTH | {"recurrent_dropout": 0.1}),
    "simple, no bias": Case("SimpleRNN", S, U | {"use_bias": False}),
    "cell": Case("RNN", S, {"cell": LSTM} | BOTH),
    "cell of another dtype": Case(
        "RNN", S, {"cell": {**LSTM, "dtype": "float16"}, "return_state": True}
    ),
    "cells": Case("RNN", S, {"cell": [LSTM, GRU, PLAIN]} | BOTH, dtype="mixed_bfloat16"),
    "stacked cells": Case("RNN", S, {"cell": STACK, "return_state": True}),
    "one stacked cell": Case("RNN", S, {"cell": [GRU], "return_state": True}),
    "stacked in stacked": Case("RNN", S, {"cell": {"StackedRNNCells": {"cells": [STACK, GRU]}}}),
    "states of stacked in stacked": Case("RNN", S, {"cell": [STACK, GRU], "return_state": True}),
    "cell, rank 4": Case("RNN", (None, 5, 6, 8), {"cell": GRU, "return_sequences": True}),
    "cell, rank 1": Case("RNN", (2,), {"cell": GRU}),
    "cell, unknown width": Case("RNN", (None, 5, None), {"cell": GRU}),
    "cell, stateful without a batch": Case("RNN", S, {"cell": GRU, "stateful": True}),
    "lstm cell": Case("LSTMCell", (None, 8), U, {"states": [STATE, STATE]}),
    "lstm cell, one state": Case("LSTMCell", (None, 8), U, {"states": [STATE]}),
    "lstm cell, states of another size": Case(
        "LSTMCell", (None, 8), U, {"states": [STATE, (None, 4)]}
    ),
    "gru cell": Case("GRUCell", (None, 8), U, {"states": [STATE]}, dtype="mixed_float16"),
    "gru cell, a state alone": Case("GRUCell", (None, 8), U, {"states": STATE}),
    "simple cell, fixed batch": Case("SimpleRNNCell", (2, 8), U, {"states": [STATE]}),
    "simple cell, unknown width": Case("SimpleRNNCell", (2, None), U, {"states": [STATE]}),
    "stack of cells": Case(
        "StackedRNNCells",
        (None, 8),
        {"cells": [LSTM, GRU]},
        {"states": [[STATE, STATE], [(None, 4)]]},
    ),
    "stack of one cell": Case(
        "StackedRNNCells", (None, 8), {"cells": [LSTM]}, {"states": [[STATE, STATE]]}
    ),
    "images": Case("ConvLSTM2D", FRAMES, F | BOTH),
    "images, last": Case("ConvLSTM2D", FRAMES, F, dtype="mixed_float16"),
    "images, same": Case("ConvLSTM2D", FRAMES, F | {"padding": "same", "strides": 2}),
    "images, dilated": Case("ConvLSTM2D", FRAMES, F | {"dilation_rate": [1, 2]}),
    "images, channels first": Case(
        "ConvLSTM2D", (2, None, 3, 8, 9), F | {"data_format": "channels_first"} | BOTH
    ),
    "images, no bias": Case("ConvLSTM2D", FRAMES, F | {"use_bias": False}),
    "images, too small": Case("ConvLSTM2D", (2, 5, 2, 8, 3), F),
    "images, unknown sizes": Case("ConvLSTM2D", (2, 5, None, 8, 3), F),
    "images, unknown channels": Case("ConvLSTM2D", (2, 5, 8, 8, None), F),
    "images, rank 4": Case("ConvLSTM2D", (None, 5, 8, 3), F),
    "images, stateful without a batch": Case("ConvLSTM2D", FRAMES, F | {"stateful": True}),
    "rows": Case("ConvLSTM1D", (None, 5, 8, 3), F | BOTH),
    "volumes": Case("ConvLSTM3D", (None, 5, 8, 9, 7, 3), F | BOTH),
}
PARTLY_KNOWN = {
    "cell, rank 2": Case("RNN", (None, 8), {"cell": GRU}),
    "cell, rank 2, fixed": Case("RNN", (2, 8), {"cell": GRU}),
    "cell, rank 3": Case("GRUCell", (None, 5, 8), U, {"states": [STATE]}),
    "simple cell, two batches": Case("SimpleRNNCell", (2, 8), U, {"states": [(3, 3)]}),
    "simple cell, states of size 1": Case("SimpleRNNCell", (2, 8), U, {"states": [(2, 1)]}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@pytest.mark.parametrize("case", PARTLY_KNOWN.values(), ids=PARTLY_KNOWN)
def test_agrees_as_far_as_known(harness, case):
    harness.agree(case, known=False)


@pytest.mark.parametrize(
    ("name", "shape", "arguments"),
    [("LSTM", (2, 5, 8), U), ("ConvLSTM1D", (2, 5, 8, 3), F), ("RNN", (2, 5, 8), {"cell": [GRU]})],
)
def test_stateful_layers_keep_no_variables_of_the_model(harness, name, shape, arguments):
    # The harness makes no variables, but a stateful layer makes its states at once.
    case = Case(name, shape, arguments | {"stateful": True})
    layer = harness.made(case)
    outputs = layer(harness.symbolic(harness.specs_of(shape)))
    found = harness.inferred(case)
    assert found.outputs.shape == tuple(outputs.shape)
    made = {slot.key: tuple(slot.variable.shape) for slot in harness.slots_of(layer, "layer")}
    assert {f"layer.{slot.path}": slot.shape for slot in found.slots} == made


SIZES = st.sampled_from((None, 1, 2, 4, 6))
FLAGS = ("return_sequences", "return_state", "use_bias", "go_backwards")


@st.composite
def calls(draw, name):
    rank = {"ConvLSTM1D": 4, "ConvLSTM2D": 5, "ConvLSTM3D": 6}.get(name, 3)
    arguments = {flag: draw(st.booleans()) for flag in FLAGS}
    if rank == 3:
        arguments["units"] = draw(st.integers(1, 4))
    else:
        arguments |= {
            "filters": draw(st.integers(1, 3)),
            "kernel_size": draw(st.integers(1, 3)),
            "padding": draw(st.sampled_from(("valid", "same"))),
            "data_format": draw(st.sampled_from((None, "channels_last", "channels_first"))),
            draw(st.sampled_from(("strides", "dilation_rate"))): draw(st.integers(1, 2)),
        }
    known = st.integers(1, 7)
    rank = rank if draw(st.integers(0, 5)) else draw(st.integers(1, 6))
    steps = known if draw(st.integers(0, 3)) else SIZES
    shape = (draw(SIZES), draw(SIZES), *(draw(steps) for _ in range(rank - 2)))
    return Case(name, shape[:rank], arguments)


NAMES = ("SimpleRNN", "GRU", "LSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


@EXAMPLES
@pytest.mark.parametrize("name", NAMES)
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)


CELLS = st.lists(
    st.builds(
        lambda name, units, bias: {name: {"units": units, "use_bias": bias}},
        st.sampled_from(("SimpleRNNCell", "GRUCell", "LSTMCell")),
        st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def calls_of_cells(draw):
    cells = draw(CELLS)
    cell = {"StackedRNNCells": {"cells": cells}} if draw(st.booleans()) else cells
    flags = {flag: draw(st.booleans()) for flag in FLAGS[:2]}
    shape = (draw(SIZES), draw(SIZES), draw(st.integers(1, 4)))
    return Case("RNN", shape, {"cell": cell, **flags})


@EXAMPLES
def test_drawn_cells_agree(harness, examples):
    harness.all_agree(calls_of_cells(), examples)

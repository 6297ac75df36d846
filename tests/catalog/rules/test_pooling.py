"""Pooling, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import UNKNOWN
from specc.catalog.rules.layers.pooling import ADAPTIVE, GLOBAL, POOLING
from tests.catalog.rules.cases import EXAMPLES, Case

FIRST = {"data_format": "channels_first"}
CASES = {
    "max 1d": Case("MaxPooling1D", (None, 9, 2)),
    "max 2d": Case("MaxPooling2D", (None, 9, 8, 2)),
    "max 2d same": Case("MaxPooling2D", (None, 9, 8, 2), {"pool_size": 3, "padding": "same"}),
    "max 2d strided": Case("MaxPooling2D", (4, 9, 8, 2), {"pool_size": [3, 2], "strides": 1}),
    "max 2d first": Case("MaxPooling2D", (None, 2, 9, 8), FIRST),
    "max 2d unknown": Case("MaxPooling2D", (None, None, 8, None)),
    "max 2d too small": Case("MaxPooling2D", (None, 1, 8, 3)),
    "max 2d rank 3": Case("MaxPooling2D", (None, 8, 3)),
    "max 3d": Case("MaxPooling3D", (None, 9, 8, 7, 2)),
    "average 2d mixed": Case(
        "AveragePooling2D", (None, 9, 8, 2), {"pool_size": 2}, dtype="mixed_float16"
    ),
    "average 3d": Case("AveragePooling3D", (None, 9, 8, 7, 2), {"pool_size": 3}),
    "global 1d": Case("GlobalAveragePooling1D", (None, None, 2)),
    "global 2d first": Case("GlobalMaxPooling2D", (None, 2, 9, 8), FIRST),
    "global 3d keepdims": Case("GlobalMaxPooling3D", (None, 9, 8, 7, 2), {"keepdims": True}),
    "global 2d rank 3": Case("GlobalAveragePooling2D", (None, 8, 3)),
    "adaptive 1d": Case("AdaptiveMaxPooling1D", (None, 9, 2), {"output_size": 4}),
    "adaptive 2d": Case("AdaptiveAveragePooling2D", (None, 9, 8, 2), {"output_size": [4, 3]}),
    "adaptive 2d first": Case(
        "AdaptiveAveragePooling2D", (None, 2, 9, 8), FIRST | {"output_size": 3}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@pytest.mark.parametrize("shape", [(2, 8), (2, 8, 8, 8, 3)], ids=str)
def test_an_adaptive_layer_of_another_rank_never_runs(harness, shape):
    harness.never_runs(Case("AdaptiveAveragePooling2D", shape, {"output_size": 2}))


def test_an_adaptive_layer_of_a_single_image_is_unknown(harness):
    case = Case("AdaptiveAveragePooling2D", (8, 8, 3), {"output_size": 2})
    assert harness.inferred(case).outputs == UNKNOWN
    harness.agree(case, known=False)


@st.composite
def calls(draw, name):
    rank = int(name[-2])
    numbers = st.integers(1, 4) | st.lists(st.integers(1, 4), min_size=rank, max_size=rank)
    arguments = {"data_format": draw(st.sampled_from(("channels_last", "channels_first", None)))}
    if name in POOLING:
        arguments |= {
            "pool_size": draw(numbers),
            "strides": draw(st.none() | numbers),
            "padding": draw(st.sampled_from(("valid", "same"))),
        }
    elif name in GLOBAL:
        arguments["keepdims"] = draw(st.booleans())
    else:
        arguments["output_size"] = draw(numbers)
    length = rank + 2
    if name not in ADAPTIVE and not draw(st.integers(0, 9)):
        length = draw(st.integers(1, 6))
    size = st.integers(1, 12) if draw(st.booleans()) else st.none() | st.integers(1, 12)
    shape = tuple(draw(st.lists(size, min_size=length, max_size=length)))
    return Case(name, shape, arguments, dtype=draw(st.sampled_from(("float32", "mixed_float16"))))


@EXAMPLES
@pytest.mark.parametrize("name", (*POOLING, *GLOBAL, *ADAPTIVE))
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)

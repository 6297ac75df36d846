"""Normalization layers, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from tests.catalog.rules.cases import EXAMPLES, Case

CASES = {
    "batch": Case("BatchNormalization", (None, 8, 9, 3)),
    "batch first": Case("BatchNormalization", (None, 3, 8, 9), {"axis": 1}),
    "batch plain": Case("BatchNormalization", (None, 3), {"scale": False, "center": False}),
    "batch renorm": Case("BatchNormalization", (None, 3), {"renorm": True}),
    "batch mixed": Case("BatchNormalization", (None, 3), dtype="mixed_bfloat16"),
    "batch half": Case("BatchNormalization", (None, 3), dtype="float16"),
    "batch axis missing": Case("BatchNormalization", (None, 3), {"axis": 2}),
    "batch axis unknown": Case("BatchNormalization", (3, None)),
    "batch two tensors": Case("BatchNormalization", [(3, 2), (3, 2)]),
    "layer": Case("LayerNormalization", (None, 8, 9)),
    "layer axes": Case("LayerNormalization", (None, 8, 9), {"axis": [2, 1]}),
    "layer axes from both ends": Case("LayerNormalization", (None, 8, 9), {"axis": [1, -1]}),
    "layer half": Case("LayerNormalization", (None, 8, 9), dtype="mixed_float16"),
    "layer axis missing": Case("LayerNormalization", (None, 8, 9), {"axis": [3, 1]}),
    "layer axis unknown": Case("LayerNormalization", (None, None, 9), {"axis": [2, 1]}),
    "group": Case("GroupNormalization", (None, 8, 9, 64)),
    "group instance": Case("GroupNormalization", (None, 8, 9, 6), {"groups": -1}),
    "group first": Case("GroupNormalization", (None, 6, 9), {"groups": 3, "axis": 1}),
    "group more than channels": Case("GroupNormalization", (None, 8, 6)),
    "group not divided": Case("GroupNormalization", (None, 8, 6), {"groups": 4}),
    "group axis unknown": Case("GroupNormalization", (None, 8, None), {"groups": 4}),
    "rms": Case("RMSNormalization", (None, 8, 9)),
    "rms axes": Case("RMSNormalization", (None, 8, 9), {"axis": [1, 2]}, dtype="mixed_float16"),
    "unit": Case("UnitNormalization", (None, 8, None)),
    "unit axes": Case("UnitNormalization", (None, 8, 9), {"axis": [1, 2]}, dtype="float16"),
    "unit axis missing": Case("UnitNormalization", (None, 8, 9), {"axis": [1, 3]}),
    "spectral dense": Case("SpectralNormalization", (None, 8), {"layer": {"Dense": {"units": 3}}}),
    "spectral conv": Case(
        "SpectralNormalization",
        (None, 8, 8, 3),
        {"layer": {"Conv2D": {"filters": 3, "kernel_size": 3, "use_bias": False}}},
        dtype="mixed_bfloat16",
    ),
    "spectral embedding": Case(
        "SpectralNormalization",
        (None, 8),
        {"layer": {"Embedding": {"input_dim": 3, "output_dim": 4}}},
    ),
    "spectral of no kernel": Case(
        "SpectralNormalization", (None, 8), {"layer": {"BatchNormalization": {}}}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@st.composite
def calls(draw, name):
    rank = draw(st.integers(1, 5))
    size = st.integers(1, 6) if draw(st.booleans()) else st.none() | st.integers(1, 6)
    arguments = {"axis": draw(st.integers(-rank - 1, rank))}
    if name not in ("BatchNormalization", "GroupNormalization") and draw(st.booleans()):
        arguments["axis"] = draw(st.lists(st.integers(-rank, rank), min_size=1, max_size=2))
    if name[0] in "BLG":
        arguments |= {"center": draw(st.booleans()), "scale": draw(st.booleans())}
    if name == "GroupNormalization":
        arguments["groups"] = draw(st.sampled_from((-1, 1, 2, 3)))
    if name == "BatchNormalization":
        arguments["renorm"] = draw(st.booleans())
    shape = tuple(draw(st.lists(size, min_size=rank, max_size=rank)))
    return Case(name, shape, arguments, dtype=draw(st.sampled_from(("float32", "mixed_float16"))))


NAMES = (
    *("BatchNormalization", "LayerNormalization", "GroupNormalization"),
    *("RMSNormalization", "UnitNormalization"),
)


@EXAMPLES
@pytest.mark.parametrize("name", NAMES)
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)

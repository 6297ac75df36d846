"""Layers that change shapes, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from specc.catalog.rules.layers.reshaping import CROPPING, PADDING, UP_SAMPLING
from tests.catalog.rules.cases import EXAMPLES, Case

FIRST = {"data_format": "channels_first"}
INTEGERS = TensorSpec((None, 4, 6), "int32")
CASES = {
    "flatten": Case("Flatten", (None, 4, 6)),
    "flatten first": Case("Flatten", (None, 4, 6), FIRST),
    "flatten rank 1": Case("Flatten", (5,)),
    "flatten a scalar": Case("Flatten", ()),
    "flatten unknown": Case("Flatten", (None, None, 6)),
    "flatten integers": Case("Flatten", INTEGERS),
    "flatten two": Case("Flatten", [(2, 3), (2, 3)]),
    "flatten half": Case("Flatten", (None, 4, 6), dtype="mixed_float16"),
    "reshape": Case("Reshape", (None, 4, 6), {"target_shape": [2, 12]}),
    "reshape rest": Case("Reshape", (None, 4, 6), {"target_shape": [3, -1, 2]}),
    "reshape to one value": Case("Reshape", (None, 1, 1), {"target_shape": []}),
    "reshape unknown": Case("Reshape", (None, None, 6), {"target_shape": [3, -1]}),
    "reshape unknown, fixed": Case("Reshape", (None, None, 6), {"target_shape": [3, 7]}),
    "reshape wrong size": Case("Reshape", (None, 4, 6), {"target_shape": [5, 5]}),
    "reshape wrong rest": Case("Reshape", (None, 4, 6), {"target_shape": [5, -1]}),
    "reshape integers": Case("Reshape", INTEGERS, {"target_shape": [24]}),
    "permute": Case("Permute", (None, 4, 6), {"dims": [2, 1]}),
    "permute other rank": Case("Permute", (None, 4, 6), {"dims": [2, 1, 3]}),
    "permute integers": Case("Permute", INTEGERS, {"dims": [2, 1]}),
    "repeat": Case("RepeatVector", (None, None), {"n": 3}),
    "repeat rank 3": Case("RepeatVector", (None, 4, 6), {"n": 3}),
    "repeat integers": Case("RepeatVector", TensorSpec((2, 3), "int32"), {"n": 3}),
    "crop 1d": Case("Cropping1D", (None, 9, 2), {"cropping": [1, 2]}),
    "crop 1d default": Case("Cropping1D", (None, None, 2)),
    "crop 1d all": Case("Cropping1D", (None, 3, 2), {"cropping": [1, 2]}),
    "crop 2d": Case("Cropping2D", (None, 9, 8, 2), {"cropping": [[1, 2], [0, 3]]}),
    "crop 2d symmetric": Case("Cropping2D", (None, 9, 8, 2), {"cropping": [1, 2]}),
    "crop 2d first": Case("Cropping2D", (None, 2, 9, 8), FIRST | {"cropping": 2}),
    "crop 3d": Case("Cropping3D", (None, 9, 8, 7, 2)),
    "pad 1d": Case("ZeroPadding1D", (None, 9, 2), {"padding": [1, 2]}),
    "pad 1d first": Case("ZeroPadding1D", (None, 2, 9), FIRST | {"padding": 2}),
    "pad 2d": Case("ZeroPadding2D", (None, 9, None, 2), {"padding": [[1, 2], [0, 3]]}),
    "pad 2d rank 3": Case("ZeroPadding2D", (None, 9, 2)),
    "pad 3d": Case("ZeroPadding3D", (None, 9, 8, 7, 2), {"padding": [1, 2, 3]}),
    "up 1d": Case("UpSampling1D", (None, 9, 2), {"size": 3}),
    "up 2d": Case("UpSampling2D", (None, 9, None, 2), {"size": [3, 2]}),
    "up 2d bilinear": Case("UpSampling2D", (None, 9, 8, 2), {"interpolation": "bilinear"}),
    "up 3d": Case("UpSampling3D", (None, 2, 9, 8, 7), FIRST),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@st.composite
def arguments(draw, name):
    rank = int(name[-2]) if name[-1] == "D" else 0
    few = st.integers(0, 3)
    if name in CROPPING + PADDING:
        ends = st.lists(few, min_size=2, max_size=2)
        margins = few | (ends if rank == 1 else st.lists(few | ends, min_size=rank, max_size=rank))
        given = {"cropping" if name in CROPPING else "padding": draw(margins)}
    elif name in UP_SAMPLING:
        factor = st.integers(1, 3)
        several = factor if rank == 1 else factor | st.lists(factor, min_size=rank, max_size=rank)
        given = {"size": draw(several)}
    elif name == "Permute":
        given = {"dims": draw(st.permutations(range(1, draw(st.integers(1, 4)) + 1)))}
    elif name == "RepeatVector":
        given = {"n": draw(st.integers(1, 3))}
    elif name == "Reshape":
        sizes = st.sampled_from((-1, 1, 2, 3, 4, 6))
        given = {"target_shape": draw(st.lists(sizes, max_size=4))}
    else:
        given = {}
    if rank and name not in ("Cropping1D", "UpSampling1D"):
        given["data_format"] = draw(st.sampled_from(("channels_last", "channels_first", None)))
    return given


@st.composite
def calls(draw, name):
    given = draw(arguments(name))
    rank = int(name[-2]) + 2 if name[-1] == "D" else len(given.get("dims", ())) + 1
    if not draw(st.integers(0, 9)) or name in ("Flatten", "Reshape", "RepeatVector"):
        rank = draw(st.integers(0, 5))
    size = st.integers(1, 6) if draw(st.booleans()) else st.none() | st.integers(1, 6)
    shape = tuple(draw(st.lists(size, min_size=rank, max_size=rank)))
    dtype = draw(st.sampled_from(("float32", "int32", "float16")))
    return Case(name, TensorSpec(shape, dtype), given)


NAMES = ("Flatten", "Reshape", "Permute", "RepeatVector", *CROPPING, *PADDING, *UP_SAMPLING)


@EXAMPLES
@pytest.mark.parametrize("name", NAMES)
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)

"""Convolutions, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from tests.catalog.rules.cases import EXAMPLES, Case

F = {"filters": 4, "kernel_size": 3}
CASES = {
    "1d": Case("Conv1D", (None, 9, 2), F),
    "1d causal dilated": Case("Conv1D", (2, 9, 2), F | {"padding": "causal", "dilation_rate": 2}),
    "1d unknown length": Case("Conv1D", (None, None, 2), F),
    "1d channels first": Case("Conv1D", (None, 2, 9), F | {"data_format": "channels_first"}),
    "2d": Case("Conv2D", (None, 8, 9, 3), F),
    "2d same strided": Case("Conv2D", (None, 8, 9, 3), F | {"padding": "same", "strides": 2}),
    "2d kernel by dimension": Case(
        "Conv2D", (5, 8, 9, 3), {"filters": 4, "kernel_size": [1, 3], "strides": [2, 1]}
    ),
    "2d no bias": Case("Conv2D", (None, 8, 9, 3), F | {"use_bias": False}),
    "2d groups": Case("Conv2D", (None, 8, 9, 6), F | {"groups": 2}),
    "2d groups don't divide": Case("Conv2D", (None, 8, 9, 3), F | {"groups": 2}),
    "2d lora": Case("Conv2D", (None, 8, 9, 3), F | {"lora_rank": 2}),
    "2d mixed": Case("Conv2D", (None, 8, 9, 3), F, dtype="mixed_float16"),
    "2d lora mixed": Case("Conv2D", (None, 8, 9, 3), F | {"lora_rank": 2}, dtype="bfloat16"),
    "2d quantised policy": Case("Conv2D", (None, 8, 9, 3), F, dtype="int8_from_mixed_bfloat16"),
    "2d unknown space": Case("Conv2D", (None, None, 9, 3), F),
    "2d unknown channels": Case("Conv2D", (None, 8, 9, None), F),
    "2d too small": Case("Conv2D", (None, 2, 9, 3), F),
    "2d too small when dilated": Case("Conv2D", (None, 4, 9, 3), F | {"dilation_rate": 2}),
    "2d just fits": Case("Conv2D", (None, 3, 3, 3), F),
    "2d rank 3": Case("Conv2D", (None, 9, 3), F),
    "2d rank 5": Case("Conv2D", (None, 9, 9, 9, 3), F),
    "2d two tensors": Case("Conv2D", [(None, 9, 9, 3), (None, 9, 9, 3)], F),
    "3d": Case("Conv3D", (None, 8, 9, 7, 3), F),
    "1d transposed": Case("Conv1DTranspose", (None, 9, 2), F),
    "2d transposed": Case("Conv2DTranspose", (None, 8, 9, 3), F | {"strides": 2}),
    "2d transposed same": Case(
        "Conv2DTranspose", (None, 8, None, 3), F | {"strides": 2, "padding": "same"}
    ),
    "2d transposed more": Case(
        "Conv2DTranspose", (None, 8, 9, 3), F | {"strides": 2, "output_padding": 1}
    ),
    "2d transposed, wide strides": Case("Conv2DTranspose", (None, 8, 9, 3), F | {"strides": 4}),
    "2d transposed rank 5": Case("Conv2DTranspose", (None, 9, 9, 9, 3), F),
    "2d transposed unknown channels": Case("Conv2DTranspose", (None, 9, 9, None), F),
    "3d transposed": Case("Conv3DTranspose", (None, 8, 9, 7, 3), F | {"use_bias": False}),
    "1d separable": Case("SeparableConv1D", (None, 8, 3), F | {"depth_multiplier": 2}),
    "2d separable": Case("SeparableConv2D", (None, 8, 9, 3), F | {"depth_multiplier": 2}),
    "2d separable unknown channels": Case("SeparableConv2D", (None, 8, 9, None), F),
    "1d depthwise": Case("DepthwiseConv1D", (None, 8, 3), {"kernel_size": 3}),
    "2d depthwise": Case(
        "DepthwiseConv2D",
        (None, 3, 8, 9),
        {"kernel_size": 3, "depth_multiplier": 2, "data_format": "channels_first"},
    ),
    "2d depthwise no bias": Case(
        "DepthwiseConv2D", (None, 8, 9, 3), {"kernel_size": 3, "use_bias": False}
    ),
    "2d depthwise rank 3": Case("DepthwiseConv2D", (None, 9, 3), {"kernel_size": 3}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


def sizes(rank):
    return st.one_of(st.integers(1, 4), st.lists(st.integers(1, 4), min_size=rank, max_size=rank))


@st.composite
def calls(draw, name):
    rank = next(int(letter) for letter in name if letter.isdigit())
    arguments = {
        "kernel_size": draw(sizes(rank)),
        "strides": draw(sizes(rank)),
        "dilation_rate": draw(sizes(rank)),
        "padding": draw(st.sampled_from(("valid", "same"))),
        "data_format": draw(st.sampled_from(("channels_last", "channels_first", None))),
        "use_bias": draw(st.booleans()),
    }
    if "Depthwise" not in name:
        arguments["filters"] = draw(st.sampled_from((1, 4, 6)))
    if "Depthwise" in name or "Separable" in name:
        arguments["depth_multiplier"] = draw(st.integers(1, 3))
    if name.startswith("Conv") and name.endswith("D"):
        arguments["groups"] = draw(st.sampled_from((1, 1, 2)))
    if name == "Conv1D" and draw(st.booleans()):
        arguments["padding"] = "causal"
    if name.endswith("Transpose"):
        arguments["output_padding"] = draw(st.none() | st.integers(0, 3))
    for exclusive in ("strides", "dilation_rate"):
        if draw(st.booleans()):
            arguments[exclusive] = 1
    length = rank + 2 if draw(st.integers(0, 9)) else draw(st.integers(1, 6))
    shape = draw(
        st.lists(
            st.one_of(st.integers(1, 12), st.none()) if draw(st.booleans()) else st.integers(1, 12),
            min_size=length,
            max_size=length,
        )
    )
    return Case(name, tuple(shape), arguments)


NAMES = (
    *(f"Conv{rank}D" for rank in (1, 2, 3)),
    *(f"Conv{rank}DTranspose" for rank in (1, 2, 3)),
    *("SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D"),
)


@EXAMPLES
@pytest.mark.parametrize("name", NAMES)
def test_drawn_calls_agree(harness, name, examples):
    harness.all_agree(calls(name), examples)

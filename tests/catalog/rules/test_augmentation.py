"""Layers that change images at random, beside Keras's own."""

import pytest

from specc.catalog.rules import TensorSpec
from specc.catalog.rules.layers.augmentation import CLAHE, RANDOM
from tests.catalog.rules.cases import Case

I = (None, 8, 9, 3)  # noqa: E741 - images
BYTES = TensorSpec(I, "uint8")
BOXES = {"boxes": (None, 5, 4), "labels": (None, 5)}
LABELLED = {"images": BYTES, "labels": TensorSpec((None,), "int32"), "bounding_boxes": BOXES}
FACTOR = {"factor": 0.1}
SHIFT = {"height_factor": 0.1, "width_factor": 0.1}
REQUIRED = {
    "RandomBrightness": FACTOR,
    "RandomColorDegeneration": FACTOR,
    "RandomContrast": FACTOR,
    "RandomCrop": {"height": 4, "width": 5},
    "RandomHue": FACTOR,
    "RandomPosterization": {"factor": 4},
    "RandomRotation": FACTOR,
    "RandomSaturation": FACTOR,
    "RandomSharpness": FACTOR,
    "RandomTranslation": SHIFT,
    "RandomZoom": SHIFT,
    "MaxNumBoundingBoxes": {"max_number": 3},
}
STRUCTURED = (
    *RANDOM,
    *(CLAHE, "AugMix", "AutoContrast", "Equalization", "RandAugment", "RandomColorJitter"),
    "MaxNumBoundingBoxes",
)
NAMES = (*STRUCTURED, "RandomColorDegeneration", "RandomCrop", "RandomGrayscale")
INPUTS = {
    "batch": (I, "float32"),
    "one": ((8, 9, 3), "float32"),
    "bytes": (BYTES, "float32"),
    "mixed": (I, "mixed_float16"),
    "bytes in bytes": (BYTES, "uint8"),
    "unknown sizes": ((2, None, None, 3), "bfloat16"),
}


@pytest.mark.parametrize("name", NAMES)
def test_agrees(harness, name):
    for inputs, dtype in INPUTS.values():
        harness.agree(Case(name, inputs, REQUIRED.get(name, {}), dtype=dtype))


@pytest.mark.parametrize("name", STRUCTURED)
def test_agrees_on_what_comes_along(harness, name):
    harness.agree(Case(name, LABELLED, REQUIRED.get(name, {})))


OTHERS = {
    "crop, channels first": Case(
        "RandomCrop", I, REQUIRED["RandomCrop"] | {"data_format": "channels_first"}
    ),
    "mix of some": Case("AugMix", I, {"all_ops": False}),
    "jitter of hues": Case("RandomColorJitter", I, {"hue_factor": 0.1}),
    "jitter of all": Case(
        "RandomColorJitter",
        I,
        {f"{name}_factor": 0.1 for name in ("brightness", "contrast", "saturation", "hue")},
    ),
    "degenerate, two channels": Case("RandomColorDegeneration", (None, 8, 9, 2), FACTOR),
    "degenerate, channels first": Case(
        "RandomColorDegeneration", (None, 3, 9, 2), FACTOR | {"data_format": "channels_first"}
    ),
    "degenerate, rank 2": Case("RandomColorDegeneration", (8, 3), FACTOR),
    "degenerate, dict": Case("RandomColorDegeneration", {"images": I}, FACTOR),
    "grey, dict": Case("RandomGrayscale", {"images": I}),
    "boxes of one image": Case(
        "MaxNumBoundingBoxes",
        {"images": I[1:], "bounding_boxes": {"boxes": (5, 4), "labels": (5,)}},
        {"max_number": 3},
    ),
}


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_agrees_on_others(harness, case):
    harness.agree(case)


def test_boxes_with_more_keys_are_unknown(harness):
    boxes = BOXES | {"confidence": (None, 5)}
    inputs = {"images": I, "bounding_boxes": boxes}
    harness.agree(Case("MaxNumBoundingBoxes", inputs, {"max_number": 3}), known=False)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"RandomColorDegeneration"}))
def test_refuses_what_is_no_image(harness, name):
    harness.never_runs(Case(name, (2, 2, 8, 9, 3), REQUIRED.get(name, {})))

"""What is known of each spec in `specs/`: its size, and a small form of it that runs fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SPECS = Path(__file__).parents[2] / "specs"

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Golden:
    """One spec.

    Attributes:
        counts: Parameters of the model as published, by variant ("" without one).
        params: What makes it small.
        small: Parameters of the small model.
        inputs: The shape of each of its inputs.
        below: For inputs of whole numbers: each is less than this.
        outputs: The shape of each output; a single one is called "".
        plain: Whether the model is made of Keras's own layers and operations alone.
        printed: Whether the small graph is held against `golden/<spec>.txt`.
    """

    counts: Mapping[str, int]
    small: int
    inputs: Shapes
    outputs: Shapes
    params: Mapping[str, object] = field(default_factory=dict)
    below: Mapping[str, int] = field(default_factory=dict)
    plain: bool = True
    printed: bool = False


TRANSFORMER = {"width": 8, "depth": 2, "heads": 2}
TEXT = {**TRANSFORMER, "vocabulary": 11, "length": 9}

GOLDENS: Mapping[str, Golden] = {
    "digits": Golden(
        counts={"": 13_706},
        small=13_706,
        inputs={"image": (2, 8, 8, 1)},
        outputs={"": (2, 10)},
        printed=True,
    ),
    "lenet": Golden(
        counts={"": 61_706},
        small=61_706,
        inputs={"image": (2, 28, 28, 1)},
        outputs={"": (2, 10)},
        printed=True,
    ),
    "resnet": Golden(
        counts={
            "": 25_636_712,
            "resnet50": 25_636_712,
            "resnet101": 44_707_176,
            "resnet152": 60_419_944,
        },
        params={"depths": [1, 2], "size": 32, "classes": 5},
        small=754_821,
        inputs={"image": (2, 32, 32, 3)},
        outputs={"": (2, 5)},
    ),
    "mobilenet_v2": Golden(
        counts={"": 3_538_984},
        params={"stages": [[1, 16, 1, 1], [6, 24, 2, 2]], "size": 32, "alpha": 0.5, "classes": 5},
        small=39_669,
        inputs={"image": (2, 32, 32, 3)},
        outputs={"": (2, 5)},
    ),
    "efficientnet": Golden(
        counts={
            "": 5_330_571,
            "b0": 5_330_571,
            "b1": 7_856_239,
            "b2": 9_177_569,
            "b3": 12_320_535,
            "b4": 19_466_823,
            "b5": 30_562_527,
            "b6": 43_265_143,
            "b7": 66_658_687,
        },
        params={
            "stages": [[3, 16, 1, 1, 1], [5, 24, 6, 2, 2]],
            "size": 33,
            "width": 0.5,
            "classes": 5,
        },
        small=27_238,
        inputs={"image": (2, 33, 33, 3)},
        outputs={"": (2, 5)},
    ),
    "unet": Golden(
        counts={"": 31_054_210},
        params={"width": 4, "depth": 2},
        small=7_722,
        inputs={"image": (2, 16, 8, 1)},
        outputs={"": (2, 16, 8, 2)},
        printed=True,
    ),
    "bert_base": Golden(
        counts={"": 109_482_240},
        params=TEXT,
        small=2_008,
        inputs={"tokens": (2, 7), "segments": (2, 7)},
        below={"tokens": 11, "segments": 2},
        outputs={"encoded": (2, 7, 8), "pooled": (2, 8)},
        printed=True,
    ),
    "gpt": Golden(
        counts={"": 124_439_808},
        params=TEXT,
        small=1_920,
        inputs={"tokens": (2, 7)},
        below={"tokens": 11},
        outputs={"": (2, 7, 11)},
        plain=False,
        printed=True,
    ),
    "gpt_tiny": Golden(
        counts={"": 484_416},
        params=TEXT,
        small=1_920,
        inputs={"tokens": (2, 7)},
        below={"tokens": 11},
        outputs={"": (2, 7, 11)},
        plain=False,
    ),
    "vit": Golden(
        counts={
            "": 86_567_656,
            "tiny": 5_717_416,
            "small": 22_050_664,
            "base": 86_567_656,
            "large": 304_326_632,
        },
        params={**TRANSFORMER, "size": 12, "patch": 4, "classes": 5},
        small=2_285,
        inputs={"image": (2, 12, 12, 3)},
        outputs={"": (2, 5)},
        plain=False,
    ),
    "bilstm_text": Golden(
        counts={"": 1_445_380},
        params={"vocabulary": 11, "width": 4},
        small=784,
        inputs={"tokens": (2, 7)},
        below={"tokens": 11},
        outputs={"": (2, 4)},
        printed=True,
    ),
    "wavenet": Golden(
        counts={"": 331_776},
        params={"levels": 16, "stacks": 2, "dilations": [1, 2], "width": 4, "skip_width": 6},
        small=634,
        inputs={"sound": (2, 12, 1)},
        outputs={"": (2, 12, 16)},
        printed=True,
    ),
    "siamese": Golden(
        counts={"": 38_951_745},
        params={"width": 1},
        small=9_744,
        inputs={"left": (2, 105, 105, 1), "right": (2, 105, 105, 1)},
        outputs={"": (2, 1)},
        printed=True,
    ),
    "wide_and_deep": Golden(
        counts={"": 268_009},
        params={"crosses": 20, "features": 3, "categories": 40, "width": 4, "hidden": [8, 4]},
        small=325,
        inputs={"wide": (2, 20), "deep": (2, 3)},
        below={"deep": 40},
        outputs={"": (2, 1)},
        printed=True,
    ),
    "detector": Golden(
        counts={"": 695_800},
        params={"size": 64, "classes": 3, "anchors": 2, "width": 8},
        small=401_558,
        inputs={"image": (2, 64, 64, 3)},
        outputs={"scores": (2, 168, 3), "boxes": (2, 168, 4)},
        printed=True,
    ),
}

OBJECTS = ("adamw",)
"""Specs of single Keras objects, not models."""

LIBRARIES = ("blocks",)
"""Definitions that other specs import, and are tested with."""

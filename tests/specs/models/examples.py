"""The models of `specs/models/` in forms that run fast, and random input for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

import specc
from tests.specs.goldens import SPECS

FOLDER = SPECS / "models"
SEED = 7

Shapes = tuple[int, ...] | list["Shapes"] | Mapping[str, "Shapes"]


@dataclass(frozen=True)
class Example:
    """One model.

    Attributes:
        inputs: The shapes of what it is called on, in their structure.
        params: What makes it small.
        below: Inputs are whole numbers less than this; else they are drawn from 0 to 1. By name,
            where inputs of a mapping differ.
        published: Parameters of the model as its authors give it, by variant ("" without one).
    """

    inputs: Any
    params: Mapping[str, object] = field(default_factory=dict)
    below: int | Mapping[str, int] | None = None
    published: Mapping[str, int] = field(default_factory=dict)


EXAMPLES: Mapping[str, Example] = {
    "swin": Example(
        inputs=(2, 16, 16, 3),
        params={
            "size": 16,
            "width": 8,
            "heads": 2,
            "hidden": 12,
            "window_size": 4,
            "shift_size": 2,
            "classes": 5,
            "rate": 0.25,
        },
    ),
    "vit_patches": Example(
        inputs=(2, 6, 6, 3),
        params={
            "shape": [6, 6, 3],
            "size": 8,
            "patch_size": 4,
            "projection_dim": 4,
            "heads": 2,
            "depth": 2,
            "head_units": [16, 8],
            "classes": 5,
        },
    ),
    "vae": Example(
        inputs=(3, 8, 8, 1),
        params={"size": 8, "widths": [4, 6], "features": 5},
    ),
    "bert_encoder": Example(
        inputs={"token_ids": (2, 6), "segment_ids": (2, 6), "padding_mask": (2, 6)},
        params={"vocabulary": 30, "width": 8, "depth": 2, "heads": 2, "length": 12},
        below={"token_ids": 30, "segment_ids": 2, "padding_mask": 2},
    ),
    "attention_pooling": Example(
        inputs=(4, 7),
        params={"vocabulary": 12, "width": 6, "units": 4},
        below=3,
    ),
    "feedback": Example(
        inputs=(3, 5, 3),
        params={"units": 6, "input_steps": 5, "out_steps": 4, "features": 3},
    ),
    "minimal_rnn": Example(
        inputs=(3, 6, 5),
        params={"units": 6},
    ),
    "pix2pix_generator": Example(
        inputs=(2, 16, 16, 3),
        params={"size": 16, "shrink": [4, 8, 8, 8], "grow": [8, 8, 4], "dropouts": 2},
        published={"": 54_425_859},
    ),
    "pix2pix_discriminator": Example(
        inputs=[(2, 32, 32, 3), (2, 32, 32, 3)],
        params={"size": 32, "widths": [4, 8], "last": 8},
        published={"": 2_770_433},
    ),
    "video_r2plus1d": Example(
        inputs=(2, 3, 16, 16, 3),
        params={"frames": 3, "height": 16, "width": 16, "widths": [4, 4, 6], "stem": [3, 3, 3]},
    ),
    "transformer": Example(
        inputs=[(3, 6), (3, 5)],
        params={
            "source_vocabulary": 11,
            "target_vocabulary": 13,
            "depth": 2,
            "width": 8,
            "hidden": 16,
            "heads": 2,
            "length": 20,
        },
        below=5,
        published={"tutorial": 10_184_162},
    ),
    "vq_vae": Example(
        inputs=(3, 8, 8, 1),
        params={"size": 8, "latent_dim": 4, "num_embeddings": 8, "widths": [4, 6]},
    ),
    "ddim_unet": Example(
        inputs=[(2, 16, 16, 3), (2, 1, 1, 1)],
        params={"size": 16, "widths": [4, 6, 8], "embedding": 8},
    ),
}


def load(name: str, **params: object) -> specc.Spec:
    """A spec in its small form."""
    return specc.load(FOLDER / f"{name}.yaml", params={**EXAMPLES[name].params, **params})


def fresh_model(name: str, **params: object) -> Any:
    """A spec's small model, for tests that change it."""
    return specc.compile(load(name, **params), seed=SEED)


@cache
def model_of(name: str) -> Any:
    """A spec's small model, for tests that only look at it."""
    return fresh_model(name)


def random_inputs(name: str) -> Any:
    """Seeded values for each input; the same for every call."""
    example, draw = EXAMPLES[name], np.random.default_rng(SEED)

    def drawn(shapes: Any, below: Any = example.below) -> Any:
        if isinstance(shapes, list):
            return [drawn(shape) for shape in shapes]
        if isinstance(shapes, Mapping):
            belows = below if isinstance(below, Mapping) else {}
            return {key: drawn(shape, belows.get(key, below)) for key, shape in shapes.items()}
        if below is not None:
            return draw.integers(below, size=shapes, dtype="int32")
        return draw.uniform(size=shapes).astype("float32")

    return drawn(example.inputs)

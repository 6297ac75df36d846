"""What is known of each spec in `specs/seeds/`, which are named after the documents they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.specs.goldens import SPECS

FOLDER = SPECS / "seeds"

SAVING_LAYERS = "how-can-tensorflow-layers-be-saved-without-saving"
TRAINABLE_ONLY = "how-to-save-only-trainable-weights-in-tensorflow"
SUBCLASSED = "how-can-i-save-and-reload-a-subclassed"
NON_SERIALIZABLE = "how-can-i-save-a-non-serializable-tensorflow-model"
CUSTOM_MODELS = "how-can-custom-tensorflow-models-be-saved-and"


@dataclass(frozen=True)
class Seed:
    """One layer or model.

    Attributes:
        kind: `keras`, `layer` or `model`: what the document is.
        shape: What it is called on; a spec's own first dimension is unknown.
        trainable: The shapes of the variables that train, by key.
        frozen: Those of the variables that don't.
        params: What the program gives the class.
    """

    kind: str
    shape: tuple[int, ...]
    trainable: Mapping[str, tuple[int, ...]]
    frozen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)


SEEDS: Mapping[str, Seed] = {
    f"{SAVING_LAYERS}/dense": Seed("keras", (3, 32), {"kernel": (32, 64), "bias": (64,)}),
    f"{SAVING_LAYERS}/conv2d": Seed(
        "keras", (3, 32, 32, 3), {"kernel": (3, 3, 3, 32), "bias": (32,)}
    ),
    f"{SAVING_LAYERS}/custom_layer": Seed("layer", (3, 64), {"w": (64, 128), "b": (128,)}),
    f"{TRAINABLE_ONLY}/my_custom_layer": Seed("layer", (3, 10), {"w": (10, 32)}, {"b": (32,)}),
    f"{TRAINABLE_ONLY}/model": Seed(
        "model", (3, 10), {"my_custom_layer.w": (10, 32)}, {"my_custom_layer.b": (32,)}
    ),
    f"{SUBCLASSED}/custom_dense": Seed(
        "layer", (3, 10), {"w": (10, 32), "b": (32,)}, params={"units": 32, "activation": "relu"}
    ),
    f"{SUBCLASSED}/my_subclassed_model": Seed(
        "model",
        (3, 10),
        {"dense_1.w": (10, 32), "dense_1.b": (32,), "dense_2.w": (32, 1), "dense_2.b": (1,)},
    ),
    f"{SUBCLASSED}/custom_batch_norm_model": Seed(
        "model",
        (3, 10),
        {"dense.kernel": (10, 32), "dense.bias": (32,), "bn.gamma": (32,), "bn.beta": (32,)},
        {"bn.moving_mean": (32,), "bn.moving_variance": (32,)},
    ),
    f"{SUBCLASSED}/custom_variable_layer": Seed(
        "layer", (3, 5), {"custom_var": (5,)}, params={"num_features": 5}
    ),
    f"{SUBCLASSED}/custom_model_with_variable_layer": Seed(
        "model",
        (3, 5),
        {"custom_layer.custom_var": (5,), "dense.kernel": (5, 1), "dense.bias": (1,)},
    ),
    f"{NON_SERIALIZABLE}/custom_layer": Seed("layer", (3, 10), {"w": (10, 32), "b": (32,)}),
    f"{NON_SERIALIZABLE}/model": Seed(
        "model",
        (3, 10),
        {
            "custom_layer.w": (10, 64),
            "custom_layer.b": (64,),
            "dense.kernel": (64, 10),
            "dense.bias": (10,),
        },
    ),
    f"{NON_SERIALIZABLE}/my_complex_model": Seed(
        "model", (3, 10), {"w1": (10, 64), "b1": (64,), "w2": (64, 10), "b2": (10,)}
    ),
    f"{CUSTOM_MODELS}/my_model": Seed(
        "model",
        (3, 32),
        {
            "dense1.kernel": (32, 64),
            "dense1.bias": (64,),
            "dense2.kernel": (64, 10),
            "dense2.bias": (10,),
        },
    ),
    f"{CUSTOM_MODELS}/my_custom_layer": Seed("layer", (3, 8), {}, params={"some_parameter": 5}),
    f"{CUSTOM_MODELS}/custom_layer_model": Seed("model", (3, 8), {}),
}

OBJECTS = (f"{CUSTOM_MODELS}/adam",)
"""Specs of single Keras objects that are no layers."""

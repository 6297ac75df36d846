"""The image models against `keras.applications`: equal layers, and outputs equal bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from tests.specs.goldens import SPECS


@dataclass(frozen=True)
class Twin:
    """A spec, and the application that it equals, which leaves `renamed` layers unnamed."""

    spec: str
    application: str
    size: int
    variant: str | None = None
    alpha: float | None = None
    renamed: int = 1  # the input


TWINS = {
    "ResNet50": Twin("resnet", "ResNet50", 64, "resnet50"),
    "MobileNetV2": Twin("mobilenet_v2", "MobileNetV2", 64, renamed=2),
    "EfficientNetB0": Twin("efficientnet", "EfficientNetB0", 64, "b0", renamed=3),
    "MobileNetV2, narrow, odd sizes": Twin(
        "mobilenet_v2", "MobileNetV2", 75, alpha=0.35, renamed=2
    ),
    "MobileNetV2, wide": Twin("mobilenet_v2", "MobileNetV2", 32, alpha=1.4, renamed=2),
    "ResNet101": Twin("resnet", "ResNet101", 64, "resnet101"),
    "ResNet152": Twin("resnet", "ResNet152", 64, "resnet152"),
    "ResNet50, full size": Twin("resnet", "ResNet50", 224, "resnet50"),
    "EfficientNetB0, odd sizes": Twin("efficientnet", "EfficientNetB0", 75, "b0", renamed=3),
    "EfficientNetB1": Twin("efficientnet", "EfficientNetB1", 240, "b1", renamed=3),
    "EfficientNetB2": Twin("efficientnet", "EfficientNetB2", 65, "b2", renamed=3),
    "EfficientNetB4": Twin("efficientnet", "EfficientNetB4", 65, "b4", renamed=3),
    "EfficientNetB7": Twin("efficientnet", "EfficientNetB7", 65, "b7", renamed=3),
}
SHORT = ("ResNet50", "MobileNetV2", "EfficientNetB0")


def _spec_model(twin: Twin) -> Any:
    params: dict[str, object] = {"size": twin.size}
    params |= {} if twin.alpha is None else {"alpha": twin.alpha}
    spec = specc.load(SPECS / f"{twin.spec}.yaml", variant=twin.variant, params=params)
    return specc.compile(spec, seed=1)


def _application(twin: Twin, keras: ModuleType) -> Any:
    make: Callable[..., Any] = getattr(keras.applications, twin.application)
    more = {} if twin.alpha is None else {"alpha": twin.alpha}
    return make(weights=None, input_shape=(twin.size, twin.size, 3), **more)


def _lively(model: Any) -> list[np.ndarray[Any, Any]]:
    """Weights under which each layer matters: biases and statistics are not all zero or one."""
    draw = np.random.default_rng(3)
    return [
        value if value.ndim > 1 else draw.uniform(0.5, 1.0, value.shape).astype(value.dtype)
        for value in model.get_weights()
    ]


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(twin, id=name, marks=() if name in SHORT else pytest.mark.long)
        for name, twin in TWINS.items()
    ],
)
def test_is_the_application(twin: Twin, keras: ModuleType) -> None:
    ours, theirs = _spec_model(twin), _application(twin, keras)
    assert ours.count_params() == theirs.count_params()

    names = [(our.name, their.name) for our, their in zip(ours.layers, theirs.layers, strict=True)]
    assert sum(our != their for our, their in names) <= twin.renamed
    assert _own_configs(ours) == _own_configs(theirs)

    weights = _lively(ours)
    ours.set_weights(weights)
    theirs.set_weights(weights)
    images = np.random.default_rng(5).uniform(0, 255, (2, twin.size, twin.size, 3))
    features = [_features(model, keras)(images.astype("float32")) for model in (ours, theirs)]
    assert np.array_equal(features[0][0], features[1][0])
    assert np.array_equal(features[0][1], features[1][1])
    assert len(np.unique(features[0][0])) > 100  # nothing has died on the way


def _features(model: Any, keras: ModuleType) -> Any:
    """What the classifier reads, and what it says of it."""
    return keras.Model(model.input, [model.layers[-1].input, model.output])


def _own_configs(model: Any) -> list[dict[str, object]]:
    """What each layer says of itself but its name: rates, momenta and initializers too.

    Of an image, axis 3 is the last; a 1×1 convolution pads nothing; the applications write some
    paddings in capitals.
    """
    configs = [layer.get_config() for layer in model.layers]
    for config in configs:
        del config["name"]
        if config.get("axis") == 3:
            config["axis"] = -1
        if isinstance(config.get("padding"), str) and "kernel_size" in config:
            same = config["padding"].lower() == "same" and config["kernel_size"] != (1, 1)
            config["padding"] = "same" if same else "valid"
    return configs

"""The U-Net of DDIM, against that of keras.io."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

NAME = "ddim_unet"


def _by_hand() -> Any:
    from tests.specs.models.by_hand.ddim import get_network

    params = EXAMPLES[NAME].params
    return get_network(params["size"], params["widths"], 2, params["embedding"])


def _with_a_head() -> Any:
    """The last layer's zeros would hide all the others."""
    model = fresh_model(NAME)
    kernel = model.get_layer("noise_out").kernel
    kernel.assign(np.random.default_rng(1).normal(size=kernel.shape))
    return model


def test_is_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(_with_a_head(), _by_hand(), random_inputs(NAME))


def test_learns_like_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_learns_the_same, copy_weights

    ours, by_hand, inputs = _with_a_head(), _by_hand(), random_inputs(NAME)
    copy_weights(ours, by_hand)
    assert_learns_the_same(ours, by_hand, inputs, np.ones_like(inputs[0]), atol=1e-6)

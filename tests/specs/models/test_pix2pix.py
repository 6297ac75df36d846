"""The pix2pix generator and its discriminator, against those of the tutorial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

BLOCKS = {r"(down|up)_stack\.(\d+)": r"\1\2.block"}


def _generator() -> Any:
    from tests.specs.models.by_hand.pix2pix import Generator

    params = EXAMPLES["pix2pix_generator"].params
    return Generator(params["shrink"], params["grow"], params["dropouts"])


def _discriminator() -> Any:
    from tests.specs.models.by_hand.pix2pix import Discriminator

    params = EXAMPLES["pix2pix_discriminator"].params
    return Discriminator(params["widths"], params["last"])


MAKERS = {"pix2pix_generator": _generator, "pix2pix_discriminator": _discriminator}


@pytest.mark.parametrize("name", MAKERS)
def test_is_the_one_written_by_hand(name: str) -> None:
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model(name), MAKERS[name](), random_inputs(name), BLOCKS)


@pytest.mark.parametrize("name", MAKERS)
def test_learns_like_the_one_written_by_hand(name: str) -> None:
    from tests.specs.models.comparing import assert_learns_the_same, copy_weights

    ours, by_hand, inputs = fresh_model(name), MAKERS[name](), random_inputs(name)
    targets = np.ones_like(by_hand(inputs))
    copy_weights(ours, by_hand, BLOCKS)
    loss = "mae" if name == "pix2pix_generator" else "binary_crossentropy"
    assert_learns_the_same(ours, by_hand, inputs, targets, BLOCKS, loss=loss)

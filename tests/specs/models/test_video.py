"""The (2+1)D residual network, against that of the tutorial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

NAME = "video_r2plus1d"
SEQUENCES = {r"\.seq\.": "."}


def _by_hand() -> Any:
    from tests.specs.models.by_hand.video import video_network

    return video_network(**EXAMPLES[NAME].params)


def test_is_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model(NAME), _by_hand(), random_inputs(NAME), SEQUENCES)


def test_learns_like_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_learns_the_same, copy_weights

    ours, by_hand, inputs = fresh_model(NAME), _by_hand(), random_inputs(NAME)
    copy_weights(ours, by_hand, SEQUENCES)
    assert_learns_the_same(ours, by_hand, inputs, np.ones((2, 10)), SEQUENCES, 1e-6)

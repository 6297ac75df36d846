"""The LSTM that steps its own cell, against that of TensorFlow's tutorial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")


def by_hand() -> Any:
    from tests.specs.models.by_hand.feedback import FeedBack

    return FeedBack(units=6, out_steps=4, num_features=3)


def test_is_the_one_written_by_hand() -> None:
    """Bit for bit, though the tutorial reads the past with an RNN around the cell."""
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model("feedback"), by_hand(), random_inputs("feedback"))


def test_warms_up_like_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import copy_weights

    ours, theirs, series = fresh_model("feedback"), by_hand(), random_inputs("feedback")
    theirs(series)
    copy_weights(ours, theirs)
    prediction, h, c = ours.warmup(series)
    expected, state = theirs.warmup(series)
    for found, wanted in zip((prediction, h, c), (expected, *state), strict=True):
        np.testing.assert_array_equal(found, wanted)

"""The vision transformer with a patch encoder, against that of keras.io."""

from __future__ import annotations

from typing import Any

import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")


def by_hand() -> Any:
    from tests.specs.models.by_hand.vit_patches import create_vit_classifier

    return create_vit_classifier(**EXAMPLES["vit_patches"].params)  # type: ignore[no-untyped-call]  # Keras has no types


def test_is_the_one_written_by_hand() -> None:
    """Bit for bit; in training, images are changed by equal generators."""
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model("vit_patches"), by_hand(), random_inputs("vit_patches"))

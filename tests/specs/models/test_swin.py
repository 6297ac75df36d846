"""The Swin Transformer, against that of keras.io."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

RENAMES = {r"mlp\.net\.": "mlp."}


def by_hand() -> Any:
    from tests.specs.models.by_hand.swin import swin

    return swin(**{"patch_size": 2, **EXAMPLES["swin"].params})  # type: ignore[no-untyped-call]  # Keras has no types


def test_is_the_one_written_by_hand() -> None:
    """Bit for bit; in training, what each drops is drawn from equal generators."""
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model("swin"), by_hand(), random_inputs("swin"), RENAMES)


def test_its_buffers_are_those_computed_by_hand() -> None:
    """The copy of weights would hide it if they weren't: they are computed once more."""
    from tests.specs.models.comparing import values_of

    ours, theirs = values_of(fresh_model("swin")), values_of(by_hand(), RENAMES)
    for key in ("block1.swin.attn.relative_position_index", "block1.swin.attn_mask"):
        np.testing.assert_array_equal(ours[key], theirs[key])
        assert len(np.unique(ours[key])) > 1

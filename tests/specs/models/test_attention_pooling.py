"""Masked attention pooling with weights of its own, against a handwritten layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, model_of, random_inputs

pytestmark = pytest.mark.usefixtures("keras")


def by_hand() -> Any:
    from tests.specs.models.by_hand.attention_pooling import AttentionClassifier

    return AttentionClassifier(**EXAMPLES["attention_pooling"].params)  # type: ignore[arg-type]  # sizes


def test_is_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_same_model

    inputs = random_inputs("attention_pooling")
    assert (inputs == 0).any()
    assert_same_model(fresh_model("attention_pooling"), by_hand(), inputs)


def test_fillings_count_nothing() -> None:
    model = model_of("attention_pooling")
    text = np.array([[3, 5, 7]], dtype="int32")
    filled = np.pad(text, [(0, 0), (0, 4)])
    np.testing.assert_allclose(model(text), model(filled), atol=1e-6)


def test_the_mask_stops() -> None:
    layer = model_of("attention_pooling").get_layer("pooling")
    assert model_of("attention_pooling").get_layer("reader").output._keras_mask is not None
    assert getattr(layer.output, "_keras_mask", None) is None

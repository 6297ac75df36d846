"""The Transformer that translates, against that of the tutorial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

NAME = "transformer"
SOURCE = np.array([[1, 2, 3, 4, 0, 0], [5, 6, 7, 8, 9, 10]], dtype="int32")
TARGET = np.array([[1, 2, 3, 0, 0], [5, 6, 7, 8, 9]], dtype="int32")
RENAMES = {r"blocks\.(\d+)": r"layer\1.block"}


def _by_hand(**params: object) -> Any:
    from tests.specs.models.by_hand.transformer import Transformer

    return Transformer(**{"rate": 0.1, **EXAMPLES[NAME].params, **params})


def _both(**params: object) -> tuple[Any, Any]:
    """The spec's model and the class, with the same weights."""
    from tests.specs.models.comparing import copy_weights

    ours, by_hand = fresh_model(NAME, **params), _by_hand(**params)
    by_hand([SOURCE, TARGET])
    copy_weights(ours, by_hand, RENAMES)
    return ours, by_hand


@pytest.mark.parametrize("inputs", [[SOURCE, TARGET], None], ids=["filled", "random"])
def test_is_the_one_written_by_hand(inputs: Any) -> None:
    """When it trains, the attention's dropouts draw the same too."""
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model(NAME), _by_hand(), inputs or random_inputs(NAME), RENAMES)


@pytest.mark.long
def test_learns_like_the_one_written_by_hand() -> None:
    from tests.specs.models.by_hand.transformer import masked_loss
    from tests.specs.models.comparing import assert_learns_the_same

    ours, by_hand = _both()
    labels = np.roll(TARGET, -1, axis=1)
    assert_learns_the_same(
        ours, by_hand, [SOURCE, TARGET], labels, RENAMES, loss=masked_loss, optimizer="adam"
    )


def test_masks_are_those_of_the_one_written_by_hand() -> None:
    for model in _both():
        context = model.encoder(SOURCE)
        np.testing.assert_array_equal(context._keras_mask, SOURCE != 0)
        decoded = model.decoder(TARGET, context)
        np.testing.assert_array_equal(decoded._keras_mask, TARGET != 0)


def test_filling_does_not_matter() -> None:
    """With one layer: Keras's attention takes the mask off the context, and a second misses it."""
    model = fresh_model(NAME, depth=1)
    short = model([SOURCE[:1, :4], TARGET[:1, :3]])
    np.testing.assert_allclose(model([SOURCE, TARGET])[:1, :3], short, atol=1e-6)


def test_the_future_does_not_change_the_past() -> None:
    model, _ = _both()
    before = np.asarray(model([SOURCE, TARGET]))
    changed = TARGET.copy()
    changed[1, 3] = 1
    after = np.asarray(model([SOURCE, changed]))
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.allclose(before[1, 3], after[1, 3])

"""BERT's encoder with mappings in and out, against one written by hand after KerasHub's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, load, model_of, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

RENAMES = {r"layer\.(\d+)": r"layer\1.encoder"}


def by_hand(**more: Any) -> Any:
    from tests.specs.models.by_hand.bert_encoder import BertEncoder

    return BertEncoder(**{**EXAMPLES["bert_encoder"].params, **more})


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_is_the_one_written_by_hand(tied: bool) -> None:
    from tests.specs.models.comparing import assert_same_model

    ours, inputs = fresh_model("bert_encoder", tied=tied), random_inputs("bert_encoder")
    assert_same_model(ours, by_hand(tied=tied), inputs, RENAMES)


def test_a_tied_embedding_is_one_variable() -> None:
    keys = {tied: {slot.key for slot in load("bert_encoder", tied=tied).slots or ()}
            for tied in (True, False)}  # fmt: skip
    assert keys[True] - keys[False] == {"guess_bias"}
    assert keys[False] - keys[True] == {"guess.kernel", "guess.bias"}


def test_fillings_change_nothing() -> None:
    inputs = random_inputs("bert_encoder")
    inputs["padding_mask"] = np.array([[1, 1, 1, 1, 0, 0]] * 2, dtype="int32")
    before = model_of("bert_encoder")(inputs)["sequence_output"]
    inputs["token_ids"][:, 4:] = 1
    after = model_of("bert_encoder")(inputs)["sequence_output"]
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert not np.array_equal(before[:, 4:], after[:, 4:])

"""Cells of one's own in RNNs, stacked and both ways, against handwritten ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.specs.models.examples import fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")


def by_hand() -> Any:
    from tests.specs.models.by_hand.minimal_rnn import Recurrent

    return Recurrent(units=6)


def test_is_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model("minimal_rnn"), by_hand(), random_inputs("minimal_rnn"))


def test_cells_that_are_not_built_say_so() -> None:
    """Keras takes a layer for built that it makes of a config with a build config."""
    cell = fresh_model("minimal_rnn").get_layer("peephole").cell
    fresh = type(cell).from_config(cell.get_config())
    assert (fresh.get_build_config(), fresh.built) == (None, False)
    assert cell.get_build_config()["shapes"]

"""Dropout, noise and penalties, beside Keras's own."""

import pytest

from specc.catalog.rules import TensorSpec
from specc.catalog.rules.layers.regularization import RANDOM, RANKS
from tests.catalog.rules.cases import Case

INPUTS = {
    "rank 2": (None, 4),
    "rank 3": (None, None, 4),
    "rank 4": (2, 4, 5, 3),
    "rank 5": (2, 4, 5, 6, 3),
    "half": TensorSpec((2, 4, 3), "float16"),
    "integers": TensorSpec((2, 4, 3), "int32"),
}
CASES = {
    "penalty": Case("ActivityRegularization", (None, 4), {"l1": 0.1}),
    "dropout of two": Case("Dropout", [(None, 4), (2, 3)], {"rate": 0.5}),
    "dropout in training": Case("Dropout", (2, 4), {"rate": 0.5}, {"training": True}),
    "dropout with a shape": Case("Dropout", (2, 4, 5), {"rate": 0.5, "noise_shape": [2, 1, 5]}),
    "dropout with a seed": Case("Dropout", (2, 4), {"rate": 0.5, "seed": 3}, dtype="mixed_float16"),
    "spatial dropout first": Case(
        "SpatialDropout2D", (2, 4, 5, 3), {"rate": 0.5, "data_format": "channels_first"}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@pytest.mark.parametrize("amount", [0.0, 0.3])
@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("name", RANDOM)
def test_every_random_layer_agrees(harness, name, inputs, amount):
    argument = "stddev" if name == "GaussianNoise" else "rate"
    harness.agree(Case(name, inputs, {argument: amount}))


def test_a_layer_that_takes_one_rank_refuses_others_by_it(harness):
    for name, rank in RANKS.items():
        with pytest.raises(harness.RuleError, match=f"needs an input of rank {rank}, not"):
            harness.inferred(Case(name, (2, 3), {"rate": 0.5}))

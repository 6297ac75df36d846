"""Dense, Embedding, Identity and the others of no family, beside Keras's own."""

import pytest

from tests.catalog.rules.cases import Case

DENSE = {
    "plain": Case("Dense", (None, 8), {"units": 3}),
    "no bias": Case("Dense", (2, 5, 8), {"units": 3, "use_bias": False}),
    "mixed": Case("Dense", (2, 5, 8), {"units": 3}, dtype="mixed_bfloat16"),
    "rank 1": Case("Dense", (8,), {"units": 3}),
    "last unknown": Case("Dense", (3, None), {"units": 3}),
}


@pytest.mark.parametrize("case", DENSE.values(), ids=DENSE)
def test_dense_agrees(harness, case):
    harness.agree(case)

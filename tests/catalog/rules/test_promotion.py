"""Type promotion: the lattice against Keras's own, for all pairs of dtypes and Python's numbers."""

from itertools import combinations_with_replacement

import pytest

from specc.catalog.rules import RuleError
from specc.catalog.rules.promotion import NEXT_HIGHER, result_type

PYTHON = {"int": int, "float": float}
DTYPES = [*NEXT_HIGHER, "string", "float8_e4m3fn", "float8_e5m2"]


def both(keras, *dtypes):
    """What Keras says and what the lattice says; an error is None."""
    try:
        theirs = keras.backend.result_type(*(PYTHON.get(dtype, dtype) for dtype in dtypes))
    except ValueError:
        theirs = None
    try:
        ours = result_type(dtypes)
    except RuleError as error:
        assert error.message[:1].islower()
        ours = None
    return theirs, ours


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_keras_promotes(keras, count):
    for dtypes in combinations_with_replacement(DTYPES, count):
        theirs, ours = both(keras, *dtypes)
        assert theirs == ours, dtypes


def test_something_is_refused_and_something_is_not(keras):
    assert both(keras, "string", "float32") == (None, None)
    assert both(keras, "int64", "float16") == ("float16", "float16")


def test_a_dtype_that_is_not_known_spreads():
    assert result_type(["float32", None]) is None
    assert result_type([None, "string"]) is None

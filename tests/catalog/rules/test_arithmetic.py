"""Shape arithmetic, beside NumPy's and by the facts that define it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.catalog.rules import UNKNOWN, RuleError, TensorSpec
from specc.catalog.rules.arithmetic import (
    axis_of,
    broadcast,
    joined,
    product,
    repeated,
    shape_of,
    space_of,
    window_count,
)

SHAPES = st.lists(st.sampled_from((1, 2, 3)), max_size=4).map(tuple)
LOOSE = st.lists(st.sampled_from((None, 1, 2, 3)), max_size=4).map(tuple)


@given(SHAPES, SHAPES)
def test_known_shapes_broadcast_as_numpy_does(a, b):
    try:
        theirs = np.broadcast_shapes(a, b)
    except ValueError:
        theirs = None
    assert broadcast(a, b) == theirs


@given(LOOSE, LOOSE, st.data())
def test_an_unknown_size_stands_for_every_size(a, b, data):
    """Whatever the sizes turn out to be: where they broadcast, the result fits the prediction."""
    sizes = st.sampled_from((1, 2, 3))
    known_a, known_b = (
        tuple(data.draw(sizes) if size is None else size for size in shape) for shape in (a, b)
    )
    predicted, real = broadcast(a, b), broadcast(known_a, known_b)
    if real is not None:
        assert predicted is not None
        assert all(p in (None, r) for p, r in zip(predicted, real, strict=True))


@given(st.integers(1, 20), st.integers(1, 5), st.integers(1, 4))
def test_windows_are_counted_where_they_fit(size, window, stride):
    starts = [start for start in range(0, size, stride) if start + window <= size]
    assert max(window_count(size, window, stride, "valid"), 0) == len(starts)
    assert window_count(size, window, stride, "same") == len(range(0, size, stride))


@given(st.integers(1, 5), st.integers(-7, 7))
def test_an_axis_counts_from_either_end(rank, axis):
    if -rank <= axis < rank:
        assert axis_of(axis, rank) == range(rank)[axis]
    else:
        with pytest.raises(RuleError, match=f"no axis {axis} in an input of rank {rank}"):
            axis_of(axis, rank)


@pytest.mark.parametrize("first", [False, True])
def test_space_goes_apart_and_together(first):
    shape = (None, 4, 5, 6)
    channels = shape[1] if first else shape[-1]
    assert joined(shape[0], space_of(shape, first), channels, first) == shape


def test_unknown_sizes_go_through():
    assert product((2, None)) is None
    assert window_count(None, 3, 1, "valid") is None
    assert shape_of(UNKNOWN) is None


def test_a_number_stands_for_every_dimension():
    assert repeated(3, 2) == (3, 3)
    assert repeated([3, 4], 2) == (3, 4)


def test_several_tensors_are_not_one():
    with pytest.raises(RuleError, match="takes one tensor, not 2"):
        shape_of([TensorSpec((2,)), TensorSpec((3,))])

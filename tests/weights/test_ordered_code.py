"""Keys of slices: their order is that of the numbers. TensorFlow's own are in other tests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specc.weights.tensorflow.ordered_code import signed, slice_key

numbers = st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200)


@given(numbers, numbers)
def test_order_is_kept(one: int, other: int) -> None:
    assert (signed(one) < signed(other)) == (one < other)


def test_lengths() -> None:
    """From TensorFlow's ordered_code_test.cc: 6 bits in a byte, then 7 more in each."""
    for size in range(1, 10):
        edge = 2 ** (7 * size - 1)
        assert (len(signed(edge - 1)), len(signed(edge))) == (size, size + 1)
        assert (len(signed(-edge)), len(signed(-edge - 1))) == (size, size + 1)
    assert (signed(0), signed(-1), signed(64)) == (b"\x80", b"\x7f", b"\xc0\x40")


def test_names_are_escaped() -> None:
    key = slice_key(b"a\x00\xff", (0,), (-1,))
    assert key == b"\x00" + b"a\x00\xff\xff\x00" + b"\x00\x01" + b"\x01\x01" + b"\x80\x7f"

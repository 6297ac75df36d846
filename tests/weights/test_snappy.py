"""Snappy's raw format, against a model of its two operations."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.snappy import decompress
from tests.weights.tensorflow_bytes import varint

Step = bytes | tuple[int, int]  # a literal, or a copy of (offset, length)


def encode(steps: list[Step], wide: bool) -> tuple[bytes, bytes]:
    """What steps are in the format, and what they make."""
    code, made = b"", b""
    for step in steps:
        if isinstance(step, bytes):
            code += literal(step)
            made += step
        elif made:
            offset = (step[0] - 1) % len(made) + 1
            code += copy(offset, step[1], wide)
            for _ in range(step[1]):
                made += made[-offset:][:1]
    return varint(len(made)) + code, made


def literal(data: bytes) -> bytes:
    size = len(data) - 1
    if size < 60:
        return bytes([size << 2]) + data
    count = (size.bit_length() + 7) // 8
    return bytes([(59 + count) << 2]) + size.to_bytes(count, "little") + data


def copy(offset: int, length: int, wide: bool) -> bytes:
    if wide:
        return bytes([(length - 1) << 2 | 3]) + offset.to_bytes(4, "little")
    if 4 <= length <= 11 and offset < 2048:
        return bytes([offset >> 8 << 5 | (length - 4) << 2 | 1, offset & 0xFF])
    return bytes([(length - 1) << 2 | 2]) + offset.to_bytes(2, "little")


copies = st.tuples(st.integers(1, 3000), st.integers(1, 64))


@given(st.lists(st.binary(min_size=1, max_size=300) | copies, max_size=20), st.booleans())
def test_decompresses(steps: list[Step], wide: bool) -> None:
    code, made = encode(steps, wide)
    assert decompress(code, 10**6) == made


def test_a_long_literal() -> None:
    data = bytes(range(256)) * 300
    assert decompress(varint(len(data)) + literal(data), 10**6) == data


@pytest.mark.parametrize(
    "data",
    [
        b"\x05\x00a",  # declares more than it makes
        b"\x00\x00a",  # less
        b"\x04\x00a\x01\x00",  # copies from nowhere
        b"\x05\x00a\x01\x02",  # from before the start
        b"\x05\x10ab",  # a literal that is cut
        b"\x05\x00a\x01",  # a copy that is cut
        b"\x05\xf4\x01",
        b"",
    ],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(Malformed):
        decompress(data, 1000)


def test_declared_lengths_are_bounded() -> None:
    code, made = encode([b"a", *[(1, 64)] * 50], wide=False)
    with pytest.raises(TooLarge):
        decompress(code, len(made) - 1)
    with pytest.raises(TooLarge):  # no 4 bytes make a gigabyte
        decompress(varint(2**30) + b"\x00a\xfe\x01", 2**40)


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    with suppress(Malformed):
        assert len(decompress(data, 5000)) <= 5000

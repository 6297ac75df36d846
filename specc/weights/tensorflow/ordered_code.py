"""The order-preserving encoding in which TensorFlow writes the keys of slices.

`EncodeTensorNameSlice` of tensorflow/core/util/saved_tensor_slice_util.cc, over
tensorflow/core/lib/strings/ordered_code.cc. Keys are only looked up, so only encoding is here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_ESCAPES: Final = {b"\x00": b"\x00\xff", b"\xff": b"\xff\x00"}


def slice_key(name: bytes, starts: Sequence[int], lengths: Sequence[int]) -> bytes:
    """The key of a slice of a tensor: a start and a length (-1: all) for each of its axes."""
    code = _unsigned(0) + _string(name) + _unsigned(len(starts))
    for start, length in zip(starts, lengths, strict=True):
        code += signed(start) + signed(length)
    return code


def signed(value: int) -> bytes:
    """A number of 64 bits: as many leading ones as bytes, inverted of negative ones."""
    size = (value if value >= 0 else ~value).bit_length() // 7 + 1
    header = ((1 << size) - 1) << (7 * size)
    return ((value & ((1 << 8 * size) - 1)) ^ header).to_bytes(size, "big")


def _unsigned(value: int) -> bytes:
    payload = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(payload)]) + payload


def _string(text: bytes) -> bytes:
    return re.sub(rb"[\x00\xff]", lambda found: _ESCAPES[found[0]], text) + b"\x00\x01"

"""Tensors of strings in a bundle: lengths as varints, a checksum over them, then the bytes.

`WriteStringTensor` of tensorflow/core/util/tensor_bundle/tensor_bundle.cc.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from specc.weights.checksums import extended, masked
from specc.weights.malformed import Malformed
from specc.weights.tensorflow.protobuf import varint

if TYPE_CHECKING:
    import numpy as np


def decode_strings(data: bytes, shape: tuple[int, ...], big_endian: bool) -> np.ndarray:
    """The strings, an object array of `bytes`.

    Raises:
        Malformed: if the lengths do not add up, or don't match their checksum.
    """
    import numpy as np

    lengths, start = _lengths(data, math.prod(shape))
    stored = int.from_bytes(data[start : start + 4], "big" if big_endian else "little")
    if masked(lengths_checksum(lengths, big_endian)) != stored:
        raise Malformed("the lengths of its strings do not match their checksum")
    strings = np.empty(len(lengths), object)
    position = start + 4
    for i, length in enumerate(lengths):
        strings[i] = data[position : position + length]
        position += length
    if position != len(data):
        raise Malformed("the lengths of its strings do not add up to its bytes")
    return strings.reshape(shape)


def strings_checksum(data: bytes, count: int, big_endian: bool) -> int:
    """The plain checksum of such a tensor: over fixed-size lengths in place of varints."""
    lengths, start = _lengths(data, count)
    return extended(data[start:], lengths_checksum(lengths, big_endian))


def lengths_checksum(lengths: list[int], big_endian: bool) -> int:
    """The plain checksum of lengths, each 4 bytes, or 8 if it needs them."""
    order: Literal["big", "little"] = "big" if big_endian else "little"
    fixed = [length.to_bytes(8 if length >> 32 else 4, order) for length in lengths]
    return extended(b"".join(fixed))


def _lengths(data: bytes, count: int) -> tuple[list[int], int]:
    lengths: list[int] = []
    position = 0
    for _ in range(count):
        length, position = varint(data, position)
        lengths.append(length)
    return lengths, position

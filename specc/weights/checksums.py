"""The checksums of TensorFlow's files: CRC-32C, masked so that a sum over sums stays useful."""

from __future__ import annotations

from typing import Final

import google_crc32c

from specc.weights.tensorflow.protobuf import Buffer

PIECE: Final = 256 * 2**10
"""Bytes that are summed at once: the library takes `bytes` alone, and a copy of this size stays in
the processor's cache. Half and four times as much are slower."""


def extended(data: Buffer, before: int = 0) -> int:
    """The plain CRC-32C of the bytes, after those with the sum `before`."""
    if isinstance(data, bytes):
        return int(google_crc32c.extend(before, data))
    view = memoryview(data).cast("B")
    for start in range(0, len(view), PIECE):
        before = google_crc32c.extend(before, bytes(view[start : start + PIECE]))
    return before


def masked(crc: int) -> int:
    """A sum as files hold it (tensorflow/core/lib/hash/crc32c.h)."""
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

"""The checksums of TensorFlow's files: CRC-32C, masked so that a sum over sums stays useful."""

from __future__ import annotations

from crc32c import crc32c

from specc.weights.protobuf import Buffer


def extended(data: Buffer, before: int = 0) -> int:
    """The plain CRC-32C of the bytes, after those with the sum `before`."""
    return crc32c(data, before)


def masked(crc: int) -> int:
    """A sum as files hold it (tensorflow/core/lib/hash/crc32c.h)."""
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

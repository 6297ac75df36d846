"""Decompression of Snappy's raw format, in which older table files compress their blocks.

https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations

from typing import Final

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import varint

MAX_RATIO: Final = 22
"""No input of the format decompresses to more: the best it can say is 64 bytes in 3."""


def decompress(data: bytes, limit: int) -> bytes:
    """The decompressed bytes.

    Raises:
        TooLarge: if the declared length is above the limit, or above what the format can give.
        Malformed: if the bytes contradict themselves, or their declared length.
    """
    size, position = varint(data, 0)
    if size > limit or size > MAX_RATIO * len(data):
        raise TooLarge(f"a compressed block of {len(data):,} bytes declares {size:,}")
    out = bytearray()
    while position < len(data):
        kind = data[position] & 3
        step = _literal if kind == 0 else _copy
        position = step(data, position, out)
        if len(out) > size:
            break
    if len(out) != size or position > len(data):
        raise Malformed("a compressed block does not have the length that it declares")
    return bytes(out)


def _literal(data: bytes, position: int, out: bytearray) -> int:
    length = data[position] >> 2
    position += 1
    if length >= 60:
        extra = length - 59
        length = int.from_bytes(data[position : position + extra], "little")
        position += extra
    length += 1
    out += data[position : position + length]
    return position + length


def _copy(data: bytes, position: int, out: bytearray) -> int:
    tag = data[position]
    if tag & 3 == 1:
        length, extra = (tag >> 2 & 7) + 4, 1
        high = tag >> 5 << 8
    else:
        length, extra = (tag >> 2) + 1, 2 if tag & 3 == 2 else 4
        high = 0
    after = position + 1 + extra
    offset = high | int.from_bytes(data[position + 1 : after], "little")
    start = len(out) - offset
    if offset == 0 or start < 0:
        raise Malformed("a compressed block copies from before its start")
    piece = out[start : start + length]
    out += piece if len(piece) == length else (piece * (length // offset + 1))[:length]
    return after

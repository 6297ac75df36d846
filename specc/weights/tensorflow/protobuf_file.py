"""Messages in large files, of which only few fields are wanted: the others are stepped over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specc.weights.files import WeightFile
from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import varint

MAX_STEPS: Final = 20_000
"""Fields of a message that are stepped over one by one, each a read of some bytes."""

_LONGEST_HEAD: Final = 20  # a tag and a length, ten bytes each
_SKIPPED: Final = {1: 8, 5: 4}


def fields_of(file: WeightFile, number: int) -> Iterator[WeightFile]:
    """A window on each of the fields of that number in the message that the file is.

    Raises:
        Malformed: if the file is no message.
        TooLarge: if it has more than `MAX_STEPS` fields.
    """
    position = 0
    for _ in range(MAX_STEPS):
        if position == file.size:
            return
        head = file.read(position, min(_LONGEST_HEAD, file.size - position))
        tag, after = varint(head, 0)
        kind = tag & 7
        size = _SKIPPED.get(kind, 0)
        if kind in (0, 2):
            value, after = varint(head, after)
            size = value if kind == 2 else 0
        elif not size:
            raise Malformed(f"a field has the wire type {kind}, which is none")
        position += after
        if position + size > file.size:
            raise Malformed(f"a field of {size:,} bytes goes past the end of its message")
        if kind == 2 and tag >> 3 == number:
            yield file.window(position, size)
        position += size
    raise TooLarge(f"a message has more than {MAX_STEPS:,} fields")


def whole(file: WeightFile, limit: int, what: str) -> bytes:
    """All bytes of a window.

    Raises:
        TooLarge: if they are more than the limit.
    """
    if file.size > limit:
        raise TooLarge(f"{what} has {file.size:,} bytes")
    return file.read(0, file.size)

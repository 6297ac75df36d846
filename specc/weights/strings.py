"""Tables of strings (vocabularies) as bytes, for formats that have no strings.

A table of n strings is one tensor of `uint8`: n + 1 offsets, 64-bit little-endian, then the bytes
of the strings one after another; string i is from offset i to offset i + 1, counted from the end of
the offsets. The file's metadata says that it is one, and its shape.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def encode_strings(array: np.ndarray) -> np.ndarray:
    """The bytes of an array of `bytes` or `str`; `str` as UTF-8.

    Raises:
        TypeError: if something else is in it.
    """
    import numpy as np

    items = [_bytes(item) for item in array.ravel().tolist()]
    offsets = np.zeros(len(items) + 1, "<i8")
    np.cumsum([len(item) for item in items], out=offsets[1:])
    return np.frombuffer(offsets.tobytes() + b"".join(items), np.uint8)


def _bytes(item: object) -> bytes:
    if isinstance(item, bytes):
        return item
    if isinstance(item, str):
        return item.encode("utf-8")
    raise TypeError(f"no string: {type(item).__name__}")


def decode_strings(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The table: an object array of `bytes`.

    Raises:
        ValueError: if the offsets are not those of such a table.
    """
    import numpy as np

    count = math.prod(shape)
    begin = 8 * (count + 1)
    if len(data) < begin:
        raise ValueError(f"{len(data):,} bytes are too few for the offsets of {count:,} strings")
    offsets = np.frombuffer(data, "<i8", count + 1)
    ascending = bool((offsets[1:] >= offsets[:-1]).all())
    if offsets[0] != 0 or offsets[-1] != len(data) - begin or not ascending:
        raise ValueError("the offsets of its strings are not in order")
    places = (offsets + begin).tolist()
    table = np.empty(count, object)
    table[:] = [data[a:b] for a, b in pairwise(places)]
    return table.reshape(shape)

"""Values in chunks, compressed or not: the filters that h5py has itself, and no plug-in's."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specc.weights.files import WeightFile
from specc.weights.hdf5.block import Block, DamagedError, UnreadError
from specc.weights.hdf5.groups import leaves

if TYPE_CHECKING:
    import numpy as np

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
_KNOWN: Final = (DEFLATE, SHUFFLE, FLETCHER32)


@dataclass(frozen=True, slots=True)
class Filter:
    """One step of what was done to a chunk when it was written."""

    number: int
    values: tuple[int, ...]


def read_filters(block: Block) -> tuple[Filter, ...]:
    """The filters of a dataset, in the order of writing.

    Raises:
        UnreadError: if one is not among those that are read.
    """
    version, count = block.uints(2, 1)
    if version not in (1, 2):
        raise UnreadError(f"version {version} of filters")
    block.take(6 if version == 1 else 0)
    return tuple(_filter(block, version) for _ in range(count))


def _filter(block: Block, version: int) -> Filter:
    number = block.uint(2)
    length = block.uint(2) if version == 1 or number >= 256 else 0
    block.take(2)
    count = block.uint(2)
    block.take(length + (-length % 8 if version == 1 else 0))
    values = tuple(block.uints(count, 4))
    if version == 1 and count % 2:
        block.take(4)
    if number not in _KNOWN:
        raise UnreadError(f"the filter {number}")
    return Filter(number, values)


def read_chunks(
    file: WeightFile,
    address: int,
    chunk: tuple[int, ...],
    filters: Sequence[Filter],
    array: np.ndarray,
) -> None:
    """Fills an array from the chunks in the tree at `address`; each must be there, once."""
    import numpy as np

    rank = len(chunk)
    size = math.prod(chunk) * array.itemsize
    missing = math.prod(-(-full // part) for full, part in zip(array.shape, chunk, strict=True))
    seen = set()
    for leaf in leaves(file, address, 1, 8 + 8 * (rank + 1)):
        key = Block(leaf.key)
        length, mask = key.uints(2, 4)
        *start, _ = key.uints(rank + 1, 8)
        place = tuple(start)
        outside = any(
            at % part or at >= full
            for at, part, full in zip(place, chunk, array.shape, strict=True)
        )
        if outside or place in seen:
            raise DamagedError(f"its chunk at {place} is in no place of its own")
        seen.add(place)
        data = unfiltered(file.read(leaf.child, length), filters, mask, size)
        target = array[tuple(slice(at, at + part) for at, part in zip(place, chunk, strict=True))]
        values = np.frombuffer(data, array.dtype).reshape(chunk)
        target[...] = values[tuple(slice(width) for width in target.shape)]
    if len(seen) != missing:
        raise DamagedError(f"{missing - len(seen):,} of its chunks were never written")


def unfiltered(data: bytes, filters: Sequence[Filter], mask: int, size: int) -> bytes:
    """A chunk's values.

    Args:
        data: As stored.
        filters: In the order of writing.
        mask: A bit for each filter that was left out.
        size: What must come out.
    """
    for index, step in reversed(list(enumerate(filters))):
        if mask >> index & 1:
            continue
        if step.number == FLETCHER32:
            data = _unsummed(data)
        elif step.number == SHUFFLE:
            data = _unshuffled(data, step.values[0] if step.values else 1)
        else:
            data = _inflated(data, size + 4)  # a checksum may be inside
    if len(data) != size:
        raise DamagedError(f"a chunk has {len(data):,} bytes, and should have {size:,}")
    return data


def _inflated(data: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        values = stream.decompress(data, limit)
    except zlib.error as error:
        raise DamagedError(f"a chunk does not decompress: {error}") from None
    if not stream.eof and (stream.unconsumed_tail or len(values) >= limit):
        raise DamagedError(f"a chunk decompresses to more than {limit:,} bytes")
    return values


def _unshuffled(data: bytes, width: int) -> bytes:
    import numpy as np

    whole = len(data) // width * width if width else 0
    if not whole:
        return data
    planes = np.frombuffer(data, np.uint8, whole).reshape(width, -1)
    return planes.T.tobytes() + data[whole:]


def _unsummed(data: bytes) -> bytes:
    """The data less its checksum, which must be right."""
    import numpy as np

    if len(data) < 4:
        raise DamagedError("a chunk is shorter than its checksum")
    values, stored = data[:-4], int.from_bytes(data[-4:], "little")
    words = np.frombuffer(values + b"\0" * (len(values) % 2), ">u2").astype(np.uint64)
    first = int(words.sum())
    weights = np.arange(len(words), 0, -1, dtype=np.uint64)
    second = int((words * weights % 65535).sum())
    # Sums modulo 65535; its 0 may be written as 65535.
    if (first - (stored & 0xFFFF)) % 65535 or (second - (stored >> 16)) % 65535:
        raise DamagedError("the checksum of a chunk is wrong")
    return values

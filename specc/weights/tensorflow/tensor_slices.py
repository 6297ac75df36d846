"""Slices: how the parts of a partitioned variable make up the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.ordered_code import slice_key
from specc.weights.tensorflow.protobuf import Message

MAX_SLICES: Final = 1_024
"""Slices of one tensor, each compared with all others. A parameter server holds one or a few."""

_ALL = -1  # a length that is not given: the whole axis


class TensorSlice(NamedTuple):
    """A part of a tensor, by its start and length on each axis; a length of -1 is all of it."""

    starts: tuple[int, ...]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, proto: Message) -> TensorSlice:
        """The slice of a TensorSliceProto (tensorflow/core/framework/tensor_slice.proto)."""
        extents = proto.messages(1)
        return cls(
            tuple(extent.signed(1) for extent in extents),
            tuple(extent.signed(2) if extent.has(2) else _ALL for extent in extents),
        )

    def key(self, name: str) -> bytes:
        """The key under which a table holds the slice of that tensor."""
        return slice_key(name.encode(), self.starts, self.lengths)

    def within(self, shape: tuple[int, ...]) -> tuple[slice, ...]:
        """Where the slice lies in a tensor of that shape.

        Raises:
            Malformed: if it doesn't lie in it.
        """
        if len(self.starts) != len(shape):
            raise Malformed(f"a slice of {len(self.starts)} axes is of a tensor of {len(shape)}")
        return tuple(map(_within, self.starts, self.lengths, shape))


def _within(start: int, length: int, size: int) -> slice:
    if length == _ALL and start == 0:
        return slice(0, size)
    if start < 0 or length < 0 or start + length > size:
        raise Malformed(f"a slice of {length} at {start} lies outside an axis of {size}")
    return slice(start, start + length)


def shape_of_slice(places: Sequence[slice]) -> tuple[int, ...]:
    """The shape of the array that a slice takes."""
    return tuple(place.stop - place.start for place in places)


def check_cover(places: Sequence[tuple[slice, ...]], shape: tuple[int, ...]) -> None:
    """Checks that slices make up the tensor: each element is in exactly one.

    Raises:
        Malformed: if they overlap or leave a hole.
        TooLarge: if there are more than `MAX_SLICES`.
    """
    if len(places) > MAX_SLICES:
        raise TooLarge(f"a tensor is made of {len(places):,} slices")
    if sum(math.prod(shape_of_slice(place)) for place in places) != math.prod(shape):
        raise Malformed(f"the slices of a tensor do not make up its shape {list(shape)}")
    if math.prod(shape) and len(places) > 1:
        _check_apart(places)


def _check_apart(places: Sequence[tuple[slice, ...]]) -> None:
    import numpy as np

    starts = np.array([[axis.start for axis in place] for place in places])
    stops = np.array([[axis.stop for axis in place] for place in places])
    for i in range(len(places) - 1):
        meet = (starts[i] < stops[i + 1 :]) & (stops[i] > starts[i + 1 :])
        if meet.all(axis=1).any():
            raise Malformed("slices of a tensor overlap")

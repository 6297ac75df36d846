"""What the index of a bundle says of its data files and of each tensor.

tensorflow/core/protobuf/tensor_bundle.proto.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.limits import MAX_SHARDS
from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import Buffer, Message
from specc.weights.tensorflow.tensor_slices import TensorSlice
from specc.weights.tensorflow.tf_dtypes import UNREADABLE, dtype_name, shape_of

HEADER_KEY: Final = b""
_VERSION: Final = 1  # of TensorFlow's writer since there are bundles
_LENGTHS_CHECKSUM_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class BundleHeader:
    """What holds for the whole bundle: its number of data files and their byte order."""

    shards: int
    big_endian: bool

    @classmethod
    def of(cls, value: Buffer) -> BundleHeader:
        """Decodes a BundleHeaderProto.

        Raises:
            Malformed: if it needs a reader newer than this.
        """
        message = Message(value)
        shards, endianness = message.signed(1), message.unsigned(2)
        if message.message(3).signed(2) > _VERSION:
            raise Malformed("its format is newer than specc knows")
        if shards < 1 or endianness > 1:
            raise Malformed(f"it declares {shards} data files, byte order {endianness}")
        if shards > MAX_SHARDS:
            raise TooLarge(f"it declares {shards:,} data files")
        return cls(shards, endianness == 1)


class BundleEntry(NamedTuple):
    """Where a tensor's bytes are. A partitioned one has slices in place of bytes."""

    dtype: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    checksum: int
    slices: tuple[TensorSlice, ...]

    @classmethod
    def of(cls, message: Message) -> BundleEntry:
        """The entry of a BundleEntryProto.

        Raises:
            Malformed: if what it says contradicts itself.
            TooLarge: if its shape is none that an array can have.
        """
        entry = cls(
            dtype_name(message.unsigned(1)),
            shape_of(bytes(message.data(2))),
            message.signed(3),
            message.signed(4),
            message.signed(5),
            message.unsigned(6),
            tuple(map(TensorSlice.of, message.messages(7))),
        )
        if not entry.slices:
            entry._check_size()
        return entry

    def check_place(self, sizes: dict[int, int]) -> None:
        """Checks that its bytes lie in its data file, given those files' sizes.

        Raises:
            Malformed: if they don't.
        """
        if self.slices:
            return
        if self.shard not in sizes:
            raise Malformed(f"it is in data file {self.shard}, and there are {len(sizes)}")
        if self.offset < 0 or self.offset + self.size > sizes[self.shard]:
            raise Malformed(
                f"its {self.size:,} bytes at {self.offset:,} lie past the end of a data file of"
                f" {sizes[self.shard]:,} bytes"
            )

    def _check_size(self) -> None:
        count = math.prod(self.shape)
        if self.size < 0:
            raise Malformed(f"it has {self.size} bytes")
        if self.dtype in UNREADABLE:
            return
        if self.dtype == STRING:  # a byte of length at least for each, and a checksum
            wrong = self.size < count + _LENGTHS_CHECKSUM_BYTES
        else:
            wrong = self.size != count * numpy_dtype(self.dtype).itemsize
        if wrong:
            shape = f"{self.dtype} of shape {list(self.shape)}"
            raise Malformed(f"it has {self.size:,} bytes, which no {shape} has")

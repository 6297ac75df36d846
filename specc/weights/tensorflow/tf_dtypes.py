"""TensorFlow's numbers of dtypes and shapes, as its files have them.

tensorflow/core/framework/types.proto and tensor_shape.proto.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from specc.weights.limits import MAX_RANK
from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import Message

DTYPES: Final = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    11: "int8",  # the five quantised ones are integers with a scale kept elsewhere
    12: "uint8",
    13: "int32",
    14: "bfloat16",
    15: "int16",
    16: "uint16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    20: "resource",
    21: "variant",
    22: "uint32",
    23: "uint64",
    24: "float8_e5m2",
    25: "float8_e4m3fn",
    26: "float8_e4m3fnuz",
    27: "float8_e4m3b11fnuz",
    28: "float8_e5m2fnuz",
    29: "int4",
    30: "uint4",
    31: "int2",
    32: "uint2",
    33: "float4_e2m1fn",
}
"""Names as specc has them. int4 and the like take a byte each in files, too."""

UNREADABLE: Final = frozenset({"resource", "variant", "float4_e2m1fn"})
"""What is listed but no array: TensorFlow's own objects (the state of a tf.data iterator)."""

MAX_ELEMENTS: Final = 2**48
"""Elements of a tensor, so that no product of sizes leaves 64 bits."""


def dtype_name(number: int) -> str:
    """The name of a dtype.

    Raises:
        Malformed: if it is none, or one that is newer than specc.
    """
    if number not in DTYPES:
        raise Malformed(f"a tensor has the dtype {number}, which is none that specc knows")
    return DTYPES[number]


@lru_cache(maxsize=1_024)  # tensors of one file have few shapes
def shape_of(value: bytes) -> tuple[int, ...]:
    """The sizes of a TensorShapeProto.

    Raises:
        Malformed: if a size is unknown or negative.
        TooLarge: if there are more dimensions or elements than an array can have.
    """
    shape = Message(value)
    if shape.unsigned(3):
        raise Malformed("a tensor is of unknown rank")
    axes = shape.each(2)
    if len(axes) > MAX_RANK:
        raise TooLarge(f"a tensor has {len(axes):,} dimensions")
    sizes = tuple(Message(axis).signed(1) for axis in axes)
    if any(size < 0 for size in sizes):
        raise Malformed(f"a tensor has the shape {list(sizes)}")
    # A size of 0 makes the product 0; what stands beside it must still be a size.
    if max(sizes, default=0) > MAX_ELEMENTS or math.prod(sizes) > MAX_ELEMENTS:
        raise TooLarge(f"a tensor declares the shape {list(sizes)}")
    return sizes

"""Values as TensorProto holds them: one list of numbers for each kind of dtype.

Only the dtypes that the first Saver could write (`Save` of tensorflow/core/ops/io_ops.cc).

tensorflow/core/framework/tensor.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from specc.weights.arrays import aligned_copy
from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.malformed import Malformed
from specc.weights.tensorflow.protobuf import Buffer, Message

if TYPE_CHECKING:
    import numpy as np

_STRINGS: Final = 8
_FIXED: Final = {"float32": 5, "float64": 6, "complex64": 9, "complex128": 12}
_VARINTS: Final = {
    **dict.fromkeys(("int32", "int16", "int8", "uint16", "uint8"), 7),
    **{"float16": 13, "int64": 10, "bool": 11},  # float16 as the number that its bits are
}


def decode_tensor(proto: Message, dtype: str, shape: tuple[int, ...], count: int) -> np.ndarray:
    """The values in that shape, which has `count` elements.

    Raises:
        Malformed: if they are not as many as there should be, or no TensorProto holds the dtype.
    """
    if dtype == STRING:
        values = _strings(proto)
    elif dtype in _FIXED:
        values = _fixed(proto.each(_FIXED[dtype]), numpy_dtype(dtype))
    elif dtype in _VARINTS:
        values = _varints(proto.each(_VARINTS[dtype]), numpy_dtype(dtype))
    else:
        raise Malformed(f"it is of {dtype}, which this format does not hold")
    if len(values) != count:
        raise Malformed(f"it has {len(values):,} values and should have {count:,}")
    return values.reshape(shape)


def _strings(proto: Message) -> np.ndarray:
    import numpy as np

    found = proto.each(_STRINGS)
    values = np.empty(len(found), object)
    values[:] = [bytes(value) for value in found]
    return values


def _fixed(parts: list[Buffer], dtype: np.dtype[Any]) -> np.ndarray:
    import numpy as np

    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if len(data) % dtype.itemsize:
        raise Malformed("its values end in the middle of a number")
    return aligned_copy(np.frombuffer(data, dtype))


def _varints(parts: list[Buffer], dtype: np.dtype[Any]) -> np.ndarray:
    """Packed varints, all at once: the low seven bits of each byte, summed between the ends."""
    import numpy as np

    data = np.frombuffer(b"".join(parts), np.uint8)
    if not len(data):
        return aligned_copy(np.empty(0, dtype))
    ends = np.flatnonzero(data < 0x80)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    if not len(ends) or ends[-1] != len(data) - 1 or (ends - starts).max() > 9:
        raise Malformed("its numbers have no end, or more than ten bytes")
    place = np.arange(len(data)) - np.repeat(starts, ends - starts + 1)
    bits = (data & 0x7F).astype(np.uint64) << (7 * place).astype(np.uint64)
    numbers = np.add.reduceat(bits, starts)
    bytes_ = numbers.astype(f"u{dtype.itemsize}")  # two's complement: the low bytes are the number
    return aligned_copy(bytes_.view(dtype))

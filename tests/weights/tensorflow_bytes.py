"""TensorFlow's files made byte by byte, right or wrong, without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from specc.weights.checksums import extended, masked
from specc.weights.tensorflow.tables import MAGIC
from specc.weights.tensorflow.tf_dtypes import DTYPES

NUMBERS = {name: number for number, name in reversed(DTYPES.items())}
Value = int | bytes | str


def varint(value: int) -> bytes:
    value %= 2**64
    code = b""
    while value >= 0x80:
        code += bytes([value & 0x7F | 0x80])
        value >>= 7
    return code + bytes([value])


def message(*fields: tuple[int, Value]) -> bytes:
    """A message of numbers (as varints) and texts."""
    return b"".join(_field(number, value) for number, value in fields)


def _field(number: int, value: Value) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fixed32(number: int, value: int) -> bytes:
    return varint(number << 3 | 5) + value.to_bytes(4, "little")


def shape(*sizes: int) -> bytes:
    return message(*((2, message((1, size))) for size in sizes))


def entry(dtype: int, sizes: bytes, offset: int, size: int, *more: tuple[int, Value]) -> bytes:
    """A BundleEntryProto."""
    return message((1, dtype), (2, sizes), (4, offset), (5, size), *more)


def header(shards: int = 1, endianness: int = 0, consumer: int = 0) -> bytes:
    return message((1, shards), (2, endianness), (3, message((1, 1), (2, consumer))))


def slice_of(*extents: tuple[int, int] | None) -> bytes:
    """A TensorSliceProto; None is a whole axis."""
    parts = (message() if e is None else message((1, e[0]), (2, e[1])) for e in extents)
    return message(*((1, part) for part in parts))


def block(items: Iterable[tuple[bytes, bytes]], shared: Mapping[bytes, int] | None = None) -> bytes:
    """A block of whole keys, or of keys that share what `shared` says with those before them."""
    code = bytearray()
    for key, value in items:
        common = (shared or {}).get(key, 0)
        own = key[common:]
        code += varint(common) + varint(len(own)) + varint(len(value)) + own + value
    return bytes(code) + bytes(4) + (1).to_bytes(4, "little")


def stored(content: bytes, kind: int = 0) -> bytes:
    """A block as it is in a file: with its compression and its checksum."""
    data = content + bytes([kind])
    return data + masked(extended(data)).to_bytes(4, "little")


def table(*blocks: bytes, last: Iterable[bytes] = (b"\xff",), kind: int = 0) -> bytes:
    """A table of finished blocks and the keys that their index has of them."""
    data, index = b"", []
    for key, content in zip(last, blocks, strict=True):
        index.append((key, varint(len(data)) + varint(len(content))))
        data += stored(content, kind)
    return with_footer(data, block(index))


def with_footer(data: bytes, index: bytes) -> bytes:
    places = [(len(data), 8), (len(data) + 13, len(index))]
    data += stored(block([])) + stored(index)
    footer = b"".join(varint(offset) + varint(size) for offset, size in places)
    return data + footer.ljust(40, b"\0") + MAGIC


def write_bundle(
    prefix: Path, entries: Mapping[str | bytes, bytes], data: bytes, head: bytes | None = None
) -> Path:
    """Writes an index of those entries, sorted, and one data file."""
    content = index_block(entries, header() if head is None else head)
    prefix.with_name(f"{prefix.name}.index").write_bytes(table(content))
    prefix.with_name(f"{prefix.name}.data-00000-of-00001").write_bytes(data)
    return prefix


def index_block(entries: Mapping[str | bytes, bytes], head: bytes) -> bytes:
    """The block of an index; without a header, if that is empty."""
    items = [(key.encode() if isinstance(key, str) else key, v) for key, v in entries.items()]
    return block(([(b"", head)] if head else []) + sorted(items))


def crc(data: bytes) -> bytes:
    """The checksum of an entry with those bytes."""
    return fixed32(6, masked(extended(data)))


def plain(array: np.ndarray, offset: int = 0) -> bytes:
    """The entry of an array."""
    name = NUMBERS[array.dtype.name]
    crc = masked(extended(array.tobytes()))
    return entry(name, shape(*array.shape), offset, array.nbytes) + fixed32(6, crc)


def node(
    *children: tuple[str, int],
    tensors: Iterable[tuple[str, str]] = (),
    slots: Iterable[tuple[int, str, int]] = (),
) -> bytes:
    """An object: its children, (full name, key) of its values, an optimizer's slots."""
    return message(
        *((1, message((1, number), (2, name))) for name, number in children),
        *((2, message((1, "VARIABLE_VALUE"), (2, full), (3, key))) for full, key in tensors),
        *((3, message((1, a), (2, name), (3, b))) for a, name, b in slots),
    )


def graph(*nodes: bytes) -> bytes:
    return message(*((1, each) for each in nodes))

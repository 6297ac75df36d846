"""Attributes: the small named values of groups and datasets. Texts and numbers are read."""

from __future__ import annotations

import math
from collections.abc import Iterable

from specc.weights.dtypes import STRING
from specc.weights.files import WeightFile
from specc.weights.hdf5.block import UNDEFINED, Block, DamagedError, UnreadError, decoded
from specc.weights.hdf5.datatype import VLEN_STRING, Datatype, read_datatype, read_shape
from specc.weights.hdf5.header import ATTRIBUTE, ATTRIBUTE_INFO, Message
from specc.weights.limits import MAX_ATTRIBUTE_BYTES

Value = bytes | list[bytes] | None
"""A text or texts as bytes; None of what is something else."""


class Attributes:
    """Reads attributes; holds the heaps in which their longer texts are."""

    def __init__(self, file: WeightFile) -> None:
        self._file = file
        self._heaps: dict[int, dict[int, bytes]] = {}
        self._heap_bytes = 0

    def read(self, messages: Iterable[Message]) -> dict[str, Value]:
        """The attributes among an object's messages."""
        found: dict[str, Value] = {}
        for message in messages:
            if message.kind == ATTRIBUTE:
                name, value = self._attribute(message)
                if name in found:
                    raise DamagedError(f"the attribute `{name[:100]}` stands there twice")
                found[name] = value
            elif message.kind == ATTRIBUTE_INFO:
                _check_not_dense(message)
        return found

    def _attribute(self, message: Message) -> tuple[str, Value]:
        if message.shared:
            raise UnreadError("attributes that objects share")
        block = Block(message.data)
        version, flags = block.uints(2, 1)
        sizes = block.uints(3, 2)
        if version not in (1, 2, 3):
            raise UnreadError(f"version {version} of attributes")
        if version == 3:
            block.take(1)
        name, datatype, space = (_part(block, size, version == 1) for size in sizes)
        text = decoded(name.rstrip(b"\0"))
        if version > 1 and flags & 3:
            return text, None
        return text, self._value(block, read_datatype(Block(datatype)), read_shape(Block(space)))

    def _value(self, block: Block, datatype: Datatype, shape: tuple[int, ...] | None) -> Value:
        if shape is None or datatype.name not in (STRING, VLEN_STRING):
            return None
        count = math.prod(shape)
        if count * datatype.size > len(block):
            raise DamagedError("an attribute has fewer bytes than its shape says")
        items = [block.take(datatype.size) for _ in range(count)]
        if datatype.name == STRING:
            values = [item.rstrip(b"\0") for item in items]
        else:
            values = [self._from_heap(Block(item)) for item in items]
        return values if shape else values[0]

    def _from_heap(self, block: Block) -> bytes:
        """A text of any length: where it is stands here, it itself in a global heap."""
        length, address, index = block.uint(4), block.uint(8), block.uint(4)
        if length == 0:
            return b""
        objects = self._heaps.get(address)
        if objects is None:
            objects = self._heaps[address] = self._heap(address)
        if length > len(objects.get(index, b"")):
            raise DamagedError("a text is not in the heap where it should be")
        return objects[index][:length].rstrip(b"\0")

    def _heap(self, address: int) -> dict[int, bytes]:
        head = Block(self._file.read(address, 16))
        head.expect(b"GCOL")
        head.take(4)
        size = head.uint(8)
        self._heap_bytes += size
        if self._heap_bytes > MAX_ATTRIBUTE_BYTES:
            raise DamagedError(f"its texts take more than {MAX_ATTRIBUTE_BYTES:,} bytes")
        block = Block(self._file.read(address + 16, size - 16) if size > 16 else b"")
        objects: dict[int, bytes] = {}
        while len(block) >= 16:
            index = block.uint(2)
            block.take(6)
            length = block.uint(8)
            if index == 0:
                break  # what is free
            objects[index] = block.take(length)
            block.take(min(-length % 8, len(block)))
        return objects


def _part(block: Block, size: int, padded: bool) -> bytes:
    data = block.take(size)
    if padded:
        block.take(-size % 8)
    return data


def _check_not_dense(message: Message) -> None:
    block = Block(message.data)
    block.take(1)
    flags = block.uint(1)
    block.take(2 if flags & 1 else 0)
    if block.uint(8) != UNDEFINED:
        raise UnreadError("attributes outside their object's header")

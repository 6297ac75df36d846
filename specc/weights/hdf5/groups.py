"""The names in a group, and the addresses of what they stand for. Hard links only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from specc.weights.files import WeightFile
from specc.weights.hdf5.block import (
    UNDEFINED,
    Block,
    DamagedError,
    ForeignError,
    UnreadError,
    decoded,
)
from specc.weights.hdf5.header import LINK, LINK_INFO, SYMBOL_TABLE, Message
from specc.weights.limits import MAX_ATTRIBUTE_BYTES, MAX_DEPTH, MAX_OBJECTS

_SOFT_LINK: Final = 2  # of a symbol table's entry
_SYMBOL: Final = struct.Struct("<QQI20x")


def is_group(messages: list[Message]) -> bool:
    """Whether these are the messages of a group."""
    return any(message.kind in (SYMBOL_TABLE, LINK_INFO, LINK) for message in messages)


def read_links(file: WeightFile, messages: list[Message]) -> dict[str, int]:
    """The address of each name's object, in the file's order.

    Raises:
        ForeignError: if one is a soft or an external link.
    """
    links: dict[str, int] = {}
    for name, address in _links(file, messages):
        if name in links:
            raise DamagedError(f"`{name[:100]}` stands there twice")
        if not name or "/" in name or name == ".":
            raise DamagedError(f"`{name[:100]}` is no name")
        links[name] = address
    return links


def _links(file: WeightFile, messages: list[Message]) -> Iterator[tuple[str, int]]:
    for message in messages:
        if message.kind == SYMBOL_TABLE:
            tree, heap = Block(message.data).uints(2, 8)
            yield from _symbols(file, tree, heap)
        elif message.kind == LINK:
            yield _link(Block(message.data))
        elif message.kind == LINK_INFO:
            _check_not_dense(Block(message.data))


def _link(block: Block) -> tuple[str, int]:
    version, flags = block.uints(2, 1)
    if version != 1:
        raise UnreadError(f"version {version} of links")
    kind = block.uint(1) if flags & 8 else 0
    block.take((8 if flags & 4 else 0) + (1 if flags & 16 else 0))
    name = decoded(block.take(block.uint(1 << (flags & 3))))
    if kind != 0:
        word = {1: "a soft link", 64: "an external link"}.get(kind, "a link of another kind")
        raise ForeignError(f"`{name[:100]}` is {word}")
    return name, block.uint(8)


def _check_not_dense(block: Block) -> None:
    block.take(1)
    flags = block.uint(1)
    block.take(8 if flags & 1 else 0)
    if block.uint(8) != UNDEFINED:
        raise UnreadError("groups whose names are in a fractal heap")


def _symbols(file: WeightFile, tree: int, heap: int) -> Iterator[tuple[str, int]]:
    names = _local_heap(file, heap)
    for leaf in leaves(file, tree, 0, 8):
        block = Block(file.read(leaf.child, 8))
        block.expect(b"SNOD")
        block.take(2)
        count = block.uint(2)
        entries = file.read(leaf.child + 8, _SYMBOL.size * count)
        for offset, address, kind in _SYMBOL.iter_unpack(entries):
            name = _name(names, offset)
            if kind == _SOFT_LINK:
                raise ForeignError(f"`{name[:100]}` is a soft link")
            yield name, address


def _name(names: bytes, offset: int) -> str:
    end = names.find(b"\0", offset)
    if offset >= len(names) or end < 0:
        raise DamagedError("a name lies outside the heap of names")
    return decoded(names[offset:end])


def _local_heap(file: WeightFile, address: int) -> bytes:
    block = Block(file.read(address, 32))
    block.expect(b"HEAP")
    block.take(4)
    size, _, start = block.uints(3, 8)
    if size > MAX_ATTRIBUTE_BYTES:
        raise DamagedError(f"the names in a group take {size:,} bytes")
    return file.read(start, size)


class Leaf:
    """An entry of a tree's lowest level: its key's bytes, and the address that it leads to."""

    __slots__ = ("child", "key")

    def __init__(self, key: bytes, child: int) -> None:
        self.key = key
        self.child = child


def leaves(file: WeightFile, address: int, kind: int, key_size: int) -> Iterator[Leaf]:
    """The leaves of a B-tree of version 1, in order.

    Args:
        file: The file.
        address: Of the tree's root.
        kind: 0 of a group's tree, 1 of a dataset's chunks.
        key_size: Bytes of a key.
    """
    seen: set[int] = set()
    open_nodes = [(address, MAX_DEPTH)]
    while open_nodes:
        at, level_above = open_nodes.pop()
        if at in seen or len(seen) > MAX_OBJECTS:
            raise DamagedError("a tree leads back into itself")
        seen.add(at)
        block = Block(file.read(at, 24))
        block.expect(b"TREE")
        found, level, count = block.uint(1), block.uint(1), block.uint(2)
        if found != kind or level >= level_above:
            raise DamagedError("a tree's node is of another kind than the one above")
        entries = Block(file.read(at + 24, count * (key_size + 8)))
        children = [Leaf(entries.take(key_size), entries.uint(8)) for _ in range(count)]
        if level == 0:
            yield from children
        else:
            open_nodes += [(leaf.child, level) for leaf in reversed(children)]

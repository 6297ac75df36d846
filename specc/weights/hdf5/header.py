"""Object headers: the messages that say what a group or a dataset is."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from specc.weights.files import WeightFile
from specc.weights.hdf5.block import UNDEFINED, Block, DamagedError, UnreadError
from specc.weights.limits import MAX_HEADER_BLOCKS

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"

DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL, LAYOUT, FILTERS, ATTRIBUTE = (
    *(0x01, 0x02, 0x03, 0x06, 0x07, 0x08),
    *(0x0B, 0x0C),
)
CONTINUATION, SYMBOL_TABLE, ATTRIBUTE_INFO = 0x10, 0x11, 0x15

_SHARED: Final = 0x02
_PREFIX: Final = struct.Struct("<HHB3x")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a header."""

    kind: int
    shared: bool
    data: bytes


def root_address(file: WeightFile) -> int:
    """Where the root group's header is, from the superblock.

    Raises:
        UnreadError: if the file's addresses aren't of 64 bits, from its begin.
    """
    block = Block(file.read(0, min(file.size, 128)))
    block.expect(SIGNATURE)
    version = block.uint(1)
    if version in (0, 1):
        block.take(4)
        widths = block.uints(2, 1)
        block.take(9 if version == 0 else 13)
        base, _, end, _ = block.uints(4, 8)
        block.take(8)
    elif version in (2, 3):
        widths = block.uints(2, 1)
        block.take(1)
        base, _, end = block.uints(3, 8)
    else:
        raise UnreadError(f"version {version} of its superblock")
    if widths != [8, 8] or base != 0:
        raise UnreadError("addresses that aren't of 64 bits from the begin")
    if end > file.size:
        raise DamagedError(f"it should have {end:,} bytes, and has {file.size:,}")
    return block.uint(8)


def read_messages(file: WeightFile, address: int) -> list[Message]:
    """Every message of the header there, its continuations included."""
    if address == UNDEFINED:
        raise DamagedError("it has no header")
    head = file.read(address, min(24, file.size - address)) if address < file.size else b""
    return list(_new(file, address) if head.startswith(b"OHDR") else _old(file, address))


def _old(file: WeightFile, address: int) -> Iterator[Message]:
    block = Block(file.read(address, 16))
    if block.uint(1) != 1:
        raise DamagedError("no object begins where one should")
    block.take(7)
    pieces = [(address + 16, block.uint(4))]
    for number, (start, length) in enumerate(_growing(pieces)):
        _bounded(number)
        data, at = file.read(start, length), 0
        while at + _PREFIX.size <= length:  # by hand: most of the time of opening is spent here
            kind, size, flags = _PREFIX.unpack_from(data, at)
            begin = at + _PREFIX.size
            at = begin + size
            if at > length:
                raise DamagedError("a piece of it ends early")
            message = Message(kind, bool(flags & _SHARED), data[begin:at])
            if kind == CONTINUATION:
                pieces.append(_continuation(message))
            else:
                yield message


def _new(file: WeightFile, address: int) -> Iterator[Message]:
    head = Block(file.read(address, min(64, file.size - address)))
    head.expect(b"OHDR")
    if head.uint(1) != 2:
        raise UnreadError("a version of object headers")
    flags = head.uint(1)
    head.take((16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0))
    length = head.uint(1 << (flags & 3))
    pieces = [(address + head.at, length)]
    for number, (start, size) in enumerate(_growing(pieces)):
        _bounded(number)
        piece = Block(file.read(start, size))
        if number:
            piece.expect(b"OCHK")
            piece = Block(piece.take(len(piece) - 4))  # less the checksum
        order = 2 if flags & 4 else 0
        while len(piece) >= 4 + order:
            kind, width, mark = piece.uint(1), piece.uint(2), piece.uint(1)
            piece.take(order)
            message = Message(kind, bool(mark & _SHARED), piece.take(width))
            if kind == CONTINUATION:
                pieces.append(_continuation(message))
            else:
                yield message


def _growing(pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The pieces, those appended meanwhile too."""
    at = 0
    while at < len(pieces):
        yield pieces[at]
        at += 1


def _bounded(number: int) -> None:
    if number >= MAX_HEADER_BLOCKS:
        raise DamagedError("a header goes on without end")


def _continuation(message: Message) -> tuple[int, int]:
    start, length = Block(message.data).uints(2, 8)
    return start, length

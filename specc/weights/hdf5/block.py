"""Numbers and texts one after another in a piece of a file."""

from __future__ import annotations

import struct
from typing import Final

UNDEFINED: Final = 2**64 - 1
"""The address of what isn't there."""

_FORMATS: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}


class DamagedError(Exception):
    """What the file says cannot be; in words for the user, without the file's name."""


class UnreadError(Exception):
    """The file uses a part of HDF5 that isn't read here; in words for the user."""


class ForeignError(Exception):
    """The file points to something outside itself; in words for the user."""


class Block:
    """A cursor over bytes that never reads past their end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def __len__(self) -> int:
        """The bytes that are left."""
        return len(self.data) - self.at

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.at + length
        if length < 0 or end > len(self.data):
            raise DamagedError("a piece of it ends early")
        part = self.data[self.at : end]
        self.at = end
        return part

    def uint(self, width: int) -> int:
        """The next unsigned little-endian number of so many bytes."""
        return int.from_bytes(self.take(width), "little")

    def uints(self, count: int, width: int) -> list[int]:
        """The next numbers, of 1, 2, 4 or 8 bytes."""
        return list(struct.unpack(f"<{count}{_FORMATS[width]}", self.take(count * width)))

    def expect(self, signature: bytes) -> None:
        """Passes over a signature.

        Raises:
            DamagedError: if something else stands there.
        """
        found = self.take(len(signature))
        if found != signature:
            raise DamagedError(f"`{signature.decode()}` should stand where {found!r} does")

    def text(self) -> str:
        """The text up to the next zero byte, which is passed over."""
        end = self.data.find(b"\0", self.at)
        if end < 0:
            raise DamagedError("a name has no end")
        text = self.data[self.at : end]
        self.at = end + 1
        return decoded(text)

    def align(self, start: int = 0) -> None:
        """Goes on to the next multiple of eight bytes from `start`."""
        self.take(-(self.at - start) % 8)


def decoded(text: bytes) -> str:
    """A name from the file.

    Raises:
        DamagedError: if it is no UTF-8.
    """
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise DamagedError(f"the name {text[:100]!r} is no UTF-8") from None

"""The wire format of protocol buffers, decoded without their library.

A message is its fields by number, each a list in the order of the bytes; nested messages stay
bytes until somebody asks for them, so decoding never recurses and costs no more than the bytes
that are looked at. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import Final

from specc.weights.malformed import Malformed, TooLarge

Buffer = bytes | memoryview
Value = int | Buffer

MAX_FIELDS: Final = 1_000_000
"""Fields of a message, and of all that are listed in it. Two bytes make one, which takes some 40
bytes as a Python object, and a third of a microsecond to decode."""

MAX_NESTED_FIELDS: Final = 256
"""Fields of a message in a list of such: the longest that are read have one for each dimension."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZE: Final = {_FIXED64: 8, _FIXED32: 4}


def varint(data: Buffer, position: int) -> tuple[int, int]:
    """The varint at a position, below 2^64, and the position after it.

    Raises:
        Malformed: if it has no end, or more than 64 bits.
    """
    value = shift = 0
    for shift in range(0, 70, 7):
        if position >= len(data):
            raise Malformed("a number has no end")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    else:
        raise Malformed("a number has more than ten bytes")
    if value >> 64:
        raise Malformed("a number has more than 64 bits")
    return value, position


def decode(data: Buffer, most: int = MAX_FIELDS) -> dict[int, list[Value]]:
    """The fields of a message by number.

    Raises:
        Malformed: if the bytes are no message.
        TooLarge: if it has more than `most` fields.
    """
    fields: dict[int, list[Value]] = {}
    position, end, count = 0, len(data), 0
    while position < end:
        tag = data[position]
        position += 1
        if tag >= 0x80:
            tag, position = varint(data, position - 1)
        kind = tag & 7
        value: Value
        if kind in (_VARINT, _BYTES):
            # Nearly every number is one byte: spare it the call.
            if position < end and (number := data[position]) < 0x80:
                position += 1
            else:
                number, position = varint(data, position)
            value = number
        else:
            number = _fixed_size(kind)
        if kind != _VARINT:
            value = data[position : position + number]
            position += number
            if position > end:
                raise Malformed(f"a field of {number:,} bytes goes past the end of its message")
            if kind != _BYTES:
                value = int.from_bytes(value, "little")
        fields.setdefault(tag >> 3, []).append(value)
        count += 1
        if count > most:
            raise TooLarge(f"its messages have more than {most:,} fields")
    return fields


def _fixed_size(kind: int) -> int:
    if kind not in _FIXED_SIZE:
        raise Malformed(f"a field has the wire type {kind}, which is none")
    return _FIXED_SIZE[kind]


class Message:
    """A decoded message. Fields that are absent have proto3's defaults: 0, empty.

    A field that is no list but stands twice is refused: what libraries make of it differs (the
    last, or both merged), so two readers would see two files.
    """

    __slots__ = ("_fields",)

    def __init__(self, data: Buffer = b"", most: int = MAX_FIELDS) -> None:
        self._fields = decode(data, most)

    def __len__(self) -> int:
        """How many fields there are, each of a list counted."""
        return sum(map(len, self._fields.values()))

    def has(self, number: int) -> bool:
        """Whether the field is there."""
        return number in self._fields

    def unsigned(self, number: int) -> int:
        """A field of the types uint32, uint64, fixed32, fixed64, bool or enum."""
        value = self._single(number, 0)
        if not isinstance(value, int):
            raise Malformed(f"field {number} of a message is no number")
        return value

    def signed(self, number: int) -> int:
        """A field of the types int32 or int64: two's complement."""
        return to_signed(self.unsigned(number))

    def data(self, number: int) -> Buffer:
        """A field of the type bytes."""
        value = self._single(number, b"")
        if isinstance(value, int):
            raise Malformed(f"field {number} of a message is no text")
        return value

    def text(self, number: int) -> str:
        """A field of the type string."""
        return to_text(self.data(number))

    def message(self, number: int) -> Message:
        """A nested message of `MAX_NESTED_FIELDS` at most, empty if it is absent."""
        return Message(self.data(number), MAX_NESTED_FIELDS)

    def each(self, number: int) -> list[Buffer]:
        """The bytes of a repeated field: of strings, nested messages, or packed numbers."""
        values = self._fields.get(number, [])
        found = [value for value in values if not isinstance(value, int)]
        if len(found) < len(values):
            raise Malformed(f"field {number} of a message is no text")
        return found

    def texts(self, number: int) -> list[str]:
        """A repeated field of strings."""
        return [to_text(value) for value in self.each(number)]

    def messages(self, number: int) -> list[Message]:
        """A repeated field of messages, each of `MAX_NESTED_FIELDS` at most."""
        return [Message(value, MAX_NESTED_FIELDS) for value in self.each(number)]

    def _single(self, number: int, default: Value) -> Value:
        values = self._fields.get(number)
        if values is None:
            return default
        if len(values) > 1:
            raise Malformed(f"field {number} of a message is there {len(values):,} times, not once")
        return values[0]


class Budget:
    """How many fields may still be decoded, over many messages.

    Raises:
        TooLarge: when it is used up.
    """

    def __init__(self, fields: int = MAX_FIELDS) -> None:
        self.left = fields

    def message(self, data: Buffer) -> Message:
        """Decodes a message at its cost."""
        message = Message(data, self.left)
        self.left -= len(message)
        return message


def to_signed(value: int) -> int:
    """An unsigned 64-bit number as two's complement."""
    return value - (1 << 64) if value >> 63 else value


def to_text(value: Buffer) -> str:
    """UTF-8 text.

    Raises:
        Malformed: if it isn't UTF-8.
    """
    try:
        return str(value, "utf-8")
    except UnicodeDecodeError:
        raise Malformed("a name is not UTF-8") from None

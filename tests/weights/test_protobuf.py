"""The wire format: what is right is read, what isn't is refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import Budget, Message, decode, varint
from tests.weights.tensorflow_bytes import fixed32, message
from tests.weights.tensorflow_bytes import varint as encode


@given(st.integers(0, 2**64 - 1))
def test_numbers_there_and_back(value: int) -> None:
    assert varint(encode(value), 0) == (value, len(encode(value)))


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1), st.integers(0, 2**64 - 1) | st.binary())))
def test_fields_there_and_back(fields: list[tuple[int, int | bytes]]) -> None:
    wanted: dict[int, list[int | bytes]] = {}
    for number, value in fields:
        wanted.setdefault(number, []).append(value)
    assert decode(message(*fields)) == wanted
    assert decode(memoryview(message(*fields))) == wanted


def test_types_of_fields() -> None:
    inner = message((1, "ü"))
    found = Message(message((1, -7), (2, b"\xff"), (3, inner), (3, b"")) + fixed32(5, 9))
    assert (found.signed(1), found.unsigned(1), found.unsigned(5)) == (-7, 2**64 - 7, 9)
    assert found.data(2) == b"\xff"
    assert [each.text(1) for each in found.messages(3)] == ["ü", ""]
    assert (found.unsigned(9), found.text(9), found.has(9), len(found)) == (0, "", False, 5)


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",  # a number without its value
        b"\x08\x80",  # a number that goes on
        b"\x08" + b"\xff" * 10 + b"\x01",  # eleven bytes
        b"\x08" + b"\xff" * 9 + b"\x02",  # ten bytes, 65 bits
        b"\x0a\x05abc",  # a text that is cut
        b"\x0a" + encode(2**63),
        b"\x0b\x0c",  # a group
        b"\x0d\x00",  # four bytes, one there
        b"\x09" + bytes(7),
        b"\x80" * 11,
    ],
)
def test_no_message(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(data)


@pytest.mark.parametrize("action", [Message.unsigned, Message.text, Message.each, Message.message])
def test_fields_of_another_type(action: object) -> None:
    data = message((1, b"\xff"), (2, 3))
    wrong = Message(data)
    number = 1 if action in (Message.unsigned, Message.text, Message.message) else 2
    with pytest.raises(Malformed):
        action(wrong, number)  # type: ignore[operator]


def test_a_single_field_that_stands_twice() -> None:
    with pytest.raises(Malformed, match="2 times"):
        Message(message((1, 2), (1, 3))).unsigned(1)


def test_budgets_end() -> None:
    data = message(*((4, 0) for _ in range(100)))
    with pytest.raises(TooLarge):
        Message(data, 99)
    budget = Budget(250)
    budget.message(data)
    budget.message(data)
    with pytest.raises(TooLarge):
        budget.message(data)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with suppress(Malformed):
        found = Message(data)
        found.each(1)
        found.messages(2)

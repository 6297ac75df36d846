"""Tables: TensorFlow's own are read in other tests; here is what it doesn't write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.weights.files import open_file
from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.tables import MAX_KEY_BYTES, Table, entries
from tests.weights.tensorflow_bytes import block, stored, table, varint, with_footer
from tests.weights.test_snappy import literal

ITEMS = [(b"a", b"1"), (b"ab", b""), (b"b" * 200, b"3" * 300)]


@contextmanager
def opened(tmp_path: Path, data: bytes) -> Iterator[Table]:
    path = tmp_path / "table"
    path.write_bytes(data)
    with closing(open_file(path)) as file:
        yield Table(file)


def test_items_and_lookups(tmp_path: Path) -> None:
    data = table(block(ITEMS[:2]), block(ITEMS[2:], {}), last=[b"ab", b"c"])
    with opened(tmp_path, data) as found:
        assert [(key, bytes(value)) for key, value in found.items()] == ITEMS
        assert [bytes(found.get(key) or b"") for key, _ in ITEMS] == [value for _, value in ITEMS]
        assert [found.get(key) for key in (b"", b"aa", b"bb", b"d")] == [None] * 4


def test_shared_prefixes() -> None:
    items = [(b"prefix/a", b"1"), (b"prefix/b", b"2")]
    data = block(items, {b"prefix/b": 7})
    assert [(key, bytes(value)) for key, value in entries(memoryview(data))] == items


def test_compressed_blocks(tmp_path: Path) -> None:
    content = block(ITEMS)
    data = table(varint(len(content)) + literal(content), kind=1)
    with opened(tmp_path, data) as found:
        assert [(key, bytes(value)) for key, value in found.items()] == ITEMS
    with opened(tmp_path, data) as found, pytest.raises(TooLarge):
        found.get(b"a", len(content) - 1)


DAMAGED = {
    "empty": b"",
    "zeros": bytes(100),
    "short": table(block(ITEMS))[5:],
    "no magic": table(block(ITEMS))[:-1] + b"\0",
    "index past the end": bytes(8) + varint(0) * 2 + varint(2**40) + varint(9) + bytes(40),
    "block past the end": with_footer(b"", block([(b"b", varint(0) + varint(2**50))])),
    "unknown compression": table(block(ITEMS), kind=2),
    "keys not in order": table(block(ITEMS[::-1])),
    "a key twice": table(block(ITEMS[:1] * 2)),
    "entry past its block": table(b"\x00\x7f\x7f" + block([])),
    "shares what isn't there": table(block(ITEMS[:1], {b"a": 1})),
    "restarts past their block": table(b"\xff\xff\xff\xff"),
    "a block of two bytes": table(b"\0\0"),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Malformed), opened(tmp_path, data) as found:
        list(found.items())


def test_a_block_that_does_not_match_its_checksum(tmp_path: Path) -> None:
    data = bytearray(table(block(ITEMS)))
    data[4] ^= 1
    with pytest.raises(Malformed, match="checksum"), opened(tmp_path, bytes(data)) as found:
        found.get(b"a")


def test_blocks_that_overlap(tmp_path: Path) -> None:
    content = block(ITEMS[:1])
    place = varint(0) + varint(len(content))
    data = with_footer(stored(content), block([(b"b", place), (b"c", place)]))
    with pytest.raises(Malformed, match="overlap"), opened(tmp_path, data):
        pass


def test_keys_that_grow_are_bounded() -> None:
    """Each entry is four bytes, and a key as long as all before it together."""
    size = MAX_KEY_BYTES - 5000
    first = (b"k" * size, b"")
    rest = [(b"k" * (size + i), b"") for i in range(1, 5000)]
    data = block([first, *rest], {key: len(key) - 1 for key, _ in rest})
    with pytest.raises(TooLarge):
        for _ in entries(memoryview(data)):
            pass


@given(st.binary(max_size=200))
def test_any_block(data: bytes) -> None:
    try:
        for _ in entries(memoryview(data)):
            pass
    except Malformed:
        pass

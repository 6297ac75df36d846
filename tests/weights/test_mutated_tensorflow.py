"""Checkpoints with bytes changed, cut and moved: each is read or refused, and nothing else happens.

Checksums are made right again, so that the changes reach what is behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.checksums import extended, masked
from specc.weights.tensorflow.object_graph import GRAPH_KEY
from specc.weights.tensorflow.ordered_code import slice_key
from tests.weights.hostile import mutations
from tests.weights.tensorflow_bytes import (
    NUMBERS,
    block,
    crc,
    entry,
    graph,
    header,
    index_block,
    message,
    node,
    plain,
    shape,
    slice_of,
    table,
    varint,
    write_bundle,
)
from tests.weights.test_hostile_tensorflow import (
    DATA,
    FLOAT,
    FLOATS,
    LAYER,
    STRING,
    saved_model,
    use,
)
from tests.weights.test_snappy import literal

Kind = Callable[[Path, int, int], Iterator[Path]]

GRAPH = graph(
    node(("model", 1), ("optimizer", 2), ("save_counter", 5)),
    node(("kernel", 3), ("loop", 0)),
    node(("iter", 4), ("decay", 4), slots=[(3, "m", 6)]),
    node(tensors=[("dense/kernel", "k")]),
    node(tensors=[("iter", "i")]),
    node(tensors=[("c", "c")]),
    node(tensors=[("m", "words")]),
)
WORDS = b"\1\2" + masked(extended(b"\1\0\0\0\2\0\0\0")).to_bytes(4, "little") + b"abc"
WHOLE = (7, slice_of(None, None))


def entries_with(objects: bytes) -> dict[str | bytes, bytes]:
    """Something of everything: a graph, numbers, nothing, strings, slices."""
    start = len(objects)
    return {
        GRAPH_KEY: plain(np.frombuffer(objects, np.uint8)),
        "c": entry(NUMBERS["bool"], shape(0), 0, 0) + crc(b""),
        "i": entry(NUMBERS["int64"], shape(), start, 8) + crc(DATA[:8]),
        "k": plain(FLOATS, start),
        "s": entry(FLOAT, shape(2, 3), 0, 0, WHOLE),
        slice_key(b"s", (0, 0), (-1, -1)): plain(FLOATS, start),
        "words": entry(STRING, shape(2), start + len(DATA), len(WORDS))
        + crc(b"\1\0\0\0\2\0\0\0" + WORDS[2:]),
    }


def written(tmp_path: Path, objects: bytes = GRAPH) -> Path:
    return write_bundle(tmp_path / "bad", entries_with(objects), objects + DATA + WORDS)


def indexes(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    """Whole files: nearly all are caught by a checksum."""
    index = written(tmp_path).with_name("bad.index")
    for data in mutations(index.read_bytes(), count, seed):
        index.write_bytes(data)
        yield tmp_path / "bad"


def blocks(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    """Their content, with checksums that are right."""
    index = written(tmp_path).with_name("bad.index")
    for data in mutations(index_block(entries_with(GRAPH), header()), count, seed):
        index.write_bytes(table(data))
        yield tmp_path / "bad"


def compressed(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    index = written(tmp_path).with_name("bad.index")
    content = index_block(entries_with(GRAPH), header())
    for data in mutations(varint(len(content)) + literal(content), count, seed, size=20):
        index.write_bytes(table(data, kind=1))
        yield tmp_path / "bad"


def graphs(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    yield from (written(tmp_path, data) for data in mutations(GRAPH, count, seed))


def strings(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    prefix = written(tmp_path)
    for data in mutations(WORDS, count, seed):
        cut = data.ljust(len(WORDS), b"\0")
        prefix.with_name("bad.data-00000-of-00001").write_bytes(GRAPH + DATA + cut)
        yield prefix


def states(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    written(tmp_path)
    text = b'model_checkpoint_path: "bad"\nall_model_checkpoint_paths: "sub/\\303\\274"\n'
    for data in mutations(text, count, seed):
        (tmp_path / "checkpoint").write_bytes(data)
        yield tmp_path / "checkpoint"


def tables(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    """Of the first Saver."""
    tensors = [
        message((1, "x"), (2, shape(2, 3)), (3, FLOAT), (4, slice_of(None, None))),
        message((1, "y"), (2, shape(3)), (3, NUMBERS["int32"]), (4, slice_of(None))),
    ]
    values = {
        b"": message((1, message(*((1, tensor) for tensor in tensors)))),
        slice_key(b"x", (0, 0), (-1, -1)): message((2, message((3, message((5, DATA)))))),
        slice_key(b"y", (0,), (-1,)): message((2, message((3, message((7, b"\1\2\x83\1")))))),
    }
    for data in mutations(block(values.items()), count, seed):
        (tmp_path / "old").write_bytes(table(data))
        yield tmp_path / "old"


def models(tmp_path: Path, count: int, seed: int) -> Iterator[Path]:
    names = message((2, message((1, message((1, "w:0"))))))
    collection = (4, message((1, "trainable_variables"), (2, names)))
    variable = message((7, message((3, 1))))
    nodes = (7, message(*((1, each) for each in (node(("w", 1)), variable, LAYER))))
    for data in mutations(message((1, 1), (2, message(collection, nodes))), count, seed):
        yield saved_model(tmp_path, data)


KINDS = [indexes, blocks, compressed, graphs, strings, states, tables, models]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_mutations(tmp_path: Path, kind: Kind) -> None:
    fuzz(tmp_path, kind, 150, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_many_mutations(tmp_path: Path, kind: Kind) -> None:
    fuzz(tmp_path, kind, 3_000, seed=2)


def fuzz(tmp_path: Path, kind: Kind, count: int, seed: int) -> None:
    """Anything but a refusal fails the test; and so does a mutation that reaches nothing."""
    use(next(iter(kind(tmp_path, 0, seed)), written(tmp_path)))
    outcomes = [reads(path) for path in kind(tmp_path, count, seed)]
    assert len(outcomes) == count
    assert False in outcomes


def reads(path: Path) -> bool:
    try:
        use(path)
    except SpeccError:
        return False
    return True

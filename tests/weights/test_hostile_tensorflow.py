"""Checkpoints made to mislead, to take memory, or damaged: each refused, in few words.

TensorFlow's own reader ends the process on some of these: a size of -1, an overflowing shape, rank
300, dtype 0 or 99, 2^30 strings.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.tensorflow.object_graph import GRAPH_KEY
from specc.weights.tensorflow.ordered_code import slice_key
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.hostile import BYTES, SECONDS, refused
from tests.weights.tensorflow_bytes import (
    NUMBERS,
    block,
    crc,
    entry,
    fixed32,
    graph,
    header,
    message,
    node,
    plain,
    shape,
    slice_of,
    table,
    varint,
    with_footer,
    write_bundle,
)
from tests.weights.test_snappy import literal

FLOATS = np.arange(6, dtype="<f4").reshape(2, 3)
DATA = FLOATS.tobytes()
FLOAT, STRING = NUMBERS["float32"], NUMBERS["string"]


def use(path: Path) -> None:
    with open_tensorflow(path, verify=True) as source:
        source.metadata()
        for key in source.tensors():
            source.read(key)


ENTRIES = {
    "a size of -1": entry(FLOAT, shape(-1), 0, 4),
    "an overflowing shape": entry(FLOAT, shape(2**33, 2**33), 0, 24),
    "an overflow to nothing": entry(FLOAT, shape(2**62, 4), 0, 0),
    "large beside nothing": entry(FLOAT, shape(2**62, 0), 0, 0),
    "rank 300": entry(FLOAT, shape(*[1] * 300), 0, 4),
    "an unknown rank": entry(FLOAT, message((3, 1)), 0, 4),
    "dtype 0": entry(0, shape(6), 0, 24),
    "dtype 99": entry(99, shape(6), 0, 24),
    "a reference dtype": entry(101, shape(6), 0, 24),
    "2^30 strings": entry(STRING, shape(2**30), 0, 24),
    "strings past their bytes": entry(STRING, shape(2), 0, 6),
    "strings without an end": entry(STRING, shape(1), 20, 4),
    "a terabyte": entry(FLOAT, shape(2**38), 0, 2**40),
    "an offset past the end": entry(FLOAT, shape(2, 3), 4, 24),
    "an offset of 2^63": entry(FLOAT, shape(2, 3), 2**63 - 1, 24),
    "a negative offset": entry(FLOAT, shape(2, 3), -24, 24),
    "a negative length": entry(FLOAT, shape(2, 3), 24, -24),
    "less bytes than its shape": entry(FLOAT, shape(2, 3), 0, 20),
    "another data file": entry(FLOAT, shape(2, 3), 0, 24, (3, 7)),
    "a negative data file": entry(FLOAT, shape(2, 3), 0, 24, (3, -1)),
    "a field twice": entry(FLOAT, shape(2, 3), 0, 24, (5, 24)),
    "a wrong type": message((1, "float")),
    "no message": b"\x0a\xff",
    "a slice that is not there": entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of((0, 2), None))),
    "a slice outside": entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of((1, 2), None))),
    "a slice of another rank": entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of((0, 2)))),
    "a slice that is negative": entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of((-1, 2), None))),
    "a slice of 2^62": entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of((1, 2**62), (2**62, 1)))),
    "bytes that do not match": entry(FLOAT, shape(2, 3), 0, 24) + fixed32(6, 1),
}


BEYOND_LIMITS = {
    *("an overflowing shape", "an overflow to nothing", "large beside nothing", "rank 300"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries(tmp_path: Path, name: str) -> None:
    prefix = write_bundle(tmp_path / "bad", {"x": ENTRIES[name]}, DATA)
    wrong_sum = name == "bytes that do not match"
    code = "S952" if wrong_sum else "S906" if name in BEYOND_LIMITS else "S903"
    refused(prefix, code, "tensor `x`", use)


def test_bools_that_are_neither(tmp_path: Path) -> None:
    text = entry(NUMBERS["bool"], shape(3), 0, 3)
    refused(write_bundle(tmp_path / "bad", {"x": text}, b"\0\1\2"), "S903", "bools")


HEADERS = {
    "none": (b"", "S903"),
    "no data files": (header(0), "S903"),
    "-1 data files": (header(-1), "S903"),
    "2^31 data files": (header(2**31 - 1), "S906"),
    "a byte order of 3": (header(1, 3), "S903"),
    "a newer format": (header(1, 0, 9), "S903"),
    "no message": (b"\xff", "S903"),
}


@pytest.mark.parametrize(("head", "code"), HEADERS.values(), ids=HEADERS.keys())
def test_headers(tmp_path: Path, head: bytes, code: str) -> None:
    prefix = write_bundle(tmp_path / "bad", {"x": plain(FLOATS)}, DATA, head)
    refused(prefix, code, action=use)


def test_slices_that_overlap_or_leave_a_hole(tmp_path: Path) -> None:
    half = entry(FLOAT, shape(1, 3), 0, 12) + crc(DATA[:12])
    rows = [slice_of((0, 1), None), slice_of((1, 1), None)]
    keys = [slice_key(b"x", (row, 0), (1, -1)) for row in (0, 1)]

    def bundle(*parts: bytes) -> Path:
        whole = entry(FLOAT, shape(2, 3), 0, 0, *((7, part) for part in parts))
        return write_bundle(tmp_path / "bad", {"x": whole, **dict.fromkeys(keys, half)}, DATA)

    use(bundle(*rows))
    refused(bundle(rows[0]), "S903", "do not make up", use)
    refused(bundle(rows[0], rows[0]), "S903", "overlap", use)
    refused(bundle(*rows * 600), "S906", "slices", use)


def test_slices_that_are_slices(tmp_path: Path) -> None:
    """A ring: the slice says that it is made of itself."""
    key = slice_key(b"x", (0, 0), (-1, -1))
    whole = entry(FLOAT, shape(2, 3), 0, 0, (7, slice_of(None, None)))
    prefix = write_bundle(tmp_path / "bad", {"x": whole, key: whole}, DATA)
    refused(prefix, "S903", "no bytes of its own", use)


def test_damaged_indexes(tmp_path: Path) -> None:
    good = write_bundle(tmp_path / "good", {"x": plain(FLOATS)}, DATA)
    shutil.copy(tmp_path / "good.data-00000-of-00001", tmp_path / "bad.data-00000-of-00001")
    index = tmp_path / "bad.index"
    content = good.with_name("good.index").read_bytes()
    for data in (b"", bytes(100), content[:-1], content[20:], b"\xff" * len(content)):
        index.write_bytes(data)
        refused(tmp_path / "bad", "S903", action=use)
    flipped = bytearray(content)
    flipped[3] ^= 4
    index.write_bytes(flipped)
    refused(tmp_path / "bad", "S903", "checksum", use)


def test_data_that_was_cut(tmp_path: Path) -> None:
    prefix = write_bundle(tmp_path / "bad", {"x": plain(FLOATS)}, DATA)
    path = tmp_path / "bad.data-00000-of-00001"
    path.write_bytes(DATA[:-1])
    refused(prefix, "S903", "past the end", use)
    path.write_bytes(DATA)
    with open_tensorflow(prefix) as source:  # cut between the check and the reading
        path.write_bytes(DATA[:8])
        with pytest.raises(SpeccError, match="S902"):
            source.read("x")


def test_a_sparse_index(tmp_path: Path) -> None:
    prefix = write_bundle(tmp_path / "bad", {"x": plain(FLOATS)}, DATA)
    content = (tmp_path / "bad.index").read_bytes()
    with (tmp_path / "bad.index").open("wb") as file:
        file.seek(2**36)
        file.write(content[-48:])
    refused(prefix, "S903", action=use)


def test_a_sparse_data_file_declares_no_memory(tmp_path: Path) -> None:
    """A terabyte that is there is listed without a byte of it being read."""
    text = entry(FLOAT, shape(2**38), 0, 2**40)
    prefix = write_bundle(tmp_path / "huge", {"x": text}, b"")
    os.truncate(tmp_path / "huge.data-00000-of-00001", 2**40)
    with open_tensorflow(prefix) as source:
        assert source.tensors()["x"].shape == (2**38,)


def test_a_compressed_bomb(tmp_path: Path) -> None:
    bomb = varint(2**40) + b"\x00a" + b"\xfe\x01\x00" * 10_000
    (tmp_path / "bad.index").write_bytes(table(bomb, kind=1))
    refused(tmp_path / "bad", "S906", action=use)
    content = literal(b"a") + b"\xfe\x01\x00" * 2_000_000
    (tmp_path / "bad.index").write_bytes(table(varint(1 + 64 * 2_000_000) + content, kind=1))
    refused(tmp_path / "bad", "S906", action=use)


# What is refused late, at a limit: in a process of its own, where nothing slows it or used memory.
CHILD = """
import resource, sys, time
from pathlib import Path
from specc import SpeccError
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
import numpy
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
begin, before = time.perf_counter(), peak()
try:
    open_tensorflow(Path(sys.argv[1]))
except SpeccError as error:
    code = error.diagnostics[0].code
print(code, time.perf_counter() - begin, peak() - before)
"""


def refused_at_a_limit(path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    code, seconds, memory = result.stdout.split()
    assert code == "S906"
    assert float(seconds) < SECONDS
    assert float(memory) < BYTES


def test_an_index_of_many_small_entries(tmp_path: Path) -> None:
    count = 110_000
    text = entry(FLOAT, b"", 0, 4)
    items = [(f"{i:07d}".encode(), text) for i in range(count)]
    (tmp_path / "bad.index").write_bytes(table(block([(b"", header()), *items])))
    refused_at_a_limit(tmp_path / "bad")


def test_an_index_of_messages_without_end(tmp_path: Path) -> None:
    """Fields of two bytes that mean nothing, as many as fit."""
    junk = b"\x50\x00" * (12 * 2**20)
    data = block([(b"", header()), (b"x", junk)])
    (tmp_path / "bad.index").write_bytes(table(data))
    refused_at_a_limit(tmp_path / "bad")


def test_an_index_of_blocks_without_end(tmp_path: Path) -> None:
    places = [(f"{i:07d}".encode(), varint(9 * i) + varint(4)) for i in range(110_000)]
    (tmp_path / "bad.index").write_bytes(with_footer(b"", block(places)))
    refused_at_a_limit(tmp_path / "bad")


GRAPHS = {
    "edges to nowhere": (graph(node(("a", 5))), "S903"),
    "no message": (b"\xff", "S903"),
    "names that are no text": (graph(node((b"\xff\xfe", 0))), "S903"),  # type: ignore[arg-type]
    "a long chain": (graph(*(node(("a", i + 1)) for i in range(5000)), node()), "S906"),
}


@pytest.mark.parametrize(("data", "code"), GRAPHS.values(), ids=GRAPHS.keys())
def test_object_graphs(tmp_path: Path, data: bytes, code: str) -> None:
    stored = plain(np.frombuffer(data, np.uint8))
    prefix = write_bundle(tmp_path / "bad", {GRAPH_KEY: stored}, data)
    refused(prefix, code, action=use)


LARGE_GRAPHS = {
    "edges": graph(*[node(*[("", 0)] * 100_000)] * 6),
    "fields": graph(*[b"\x50\x00" * 500_000] * 20),
}


@pytest.mark.parametrize("data", LARGE_GRAPHS.values(), ids=LARGE_GRAPHS.keys())
def test_object_graphs_without_end(tmp_path: Path, data: bytes) -> None:
    stored = plain(np.frombuffer(data, np.uint8))
    refused_at_a_limit(write_bundle(tmp_path / "bad", {GRAPH_KEY: stored}, data))


def test_many_paths_of_long_names(tmp_path: Path) -> None:
    """A name of a megabyte that leads to a thousand variables is no name of any."""
    leaves = [node(tensors=[("f" * 10, f"key{i}")]) for i in range(1000)]
    data = graph(node(("n" * 2**20, 1)), node(*((str(i), i + 2) for i in range(1000))), *leaves)
    entries = {f"key{i}": plain(FLOATS, len(data)) for i in range(1000)}
    entries[GRAPH_KEY] = plain(np.frombuffer(data, np.uint8))
    prefix = write_bundle(tmp_path / "long", entries, data + DATA)
    with open_tensorflow(prefix) as source:
        assert dict(source.tensors()["key7"].names) == {"full_name": "f" * 10}


# --- SavedModels and graphs ---


def saved_model(tmp_path: Path, pb: bytes, keras: bytes | None = None) -> Path:
    folder = tmp_path / "bad"
    (folder / "variables").mkdir(parents=True, exist_ok=True)
    data = graph(node(("w", 1)), node(tensors=[("w", "x")]))
    entries = {
        GRAPH_KEY: plain(np.frombuffer(data, np.uint8)),
        "x": plain(FLOATS, len(data)),
    }
    write_bundle(folder / "variables/variables", entries, data + DATA)
    (folder / "saved_model.pb").write_bytes(pb)
    if keras is not None:
        (folder / "keras_metadata.pb").write_bytes(keras)
    return folder


def objects(*nodes: bytes) -> bytes:
    return message((2, message((7, message(*((1, each) for each in nodes))))))


LAYER = message((4, message((1, "_tf_keras_layer"), (3, '{"name": "dense"}'))))


def test_a_saved_model_made_by_the_tests(tmp_path: Path) -> None:
    variable = message((7, message((3, 1))))
    folder = saved_model(tmp_path, objects(node(("w", 1)), variable))
    with open_tensorflow(folder) as source:
        assert source.metadata()["trainable"] == ["x"]


SAVED = {
    "no message": b"\xff\xff",
    "a field past the end": b"\x12\xff\x7f",
    "an object that is none": objects(b"\x0a\xff"),
    "a layer that is no JSON": objects(message((4, message((1, "_tf_keras_layer"), (3, "{"))))),
    "a layer nested without end": objects(
        message((4, message((1, "_tf_keras_layer"), (3, '{"a":' + "[" * 100_000))))
    ),
}


@pytest.mark.parametrize("pb", SAVED.values(), ids=SAVED.keys())
def test_saved_models(tmp_path: Path, pb: bytes) -> None:
    folder = saved_model(tmp_path, pb)
    refused(folder, "S903", action=use)


def test_objects_of_a_saved_model_in_a_ring(tmp_path: Path) -> None:
    ring = objects(node(("w", 0), ("a", 10**9)), LAYER)
    use(saved_model(tmp_path, ring))


@pytest.mark.parametrize("data", [b"\xff", message((1, message((2, 0), (5, "{}"), (4, b"\xff"))))])
def test_metadata_of_keras(tmp_path: Path, data: bytes) -> None:
    refused(saved_model(tmp_path, objects(node(("w", 0))), data), "S903", action=use)


def test_a_saved_model_of_fields_without_end(tmp_path: Path) -> None:
    refused_at_a_limit(saved_model(tmp_path, b"\x50\x00" * 2_000_000))
    inner = message((7, message((1, b"\x50\x00" * 2_000_000))))
    refused_at_a_limit(saved_model(tmp_path, message((2, inner))))


def test_a_graph_beside_a_checkpoint(tmp_path: Path) -> None:
    prefix = write_bundle(tmp_path / "bad", {"x": plain(FLOATS)}, DATA)
    collection = message((1, "trainable_variables"), (2, b"\xff"))
    for data in (b"\xff", message((4, b"\xff")), message((4, collection))):
        (tmp_path / "bad.meta").write_bytes(data)
        refused(prefix, "S903", action=use)
    (tmp_path / "bad.meta").unlink()
    (tmp_path / "bad.meta").symlink_to("/etc/hostname")
    refused(prefix, "S904", action=use)

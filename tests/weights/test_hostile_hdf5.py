"""HDF5 files that lead elsewhere, declare too much, or are damaged."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from specc.weights.hdf5.block import Block
from specc.weights.hdf5.datatype import read_datatype
from specc.weights.opening import open_source
from tests.weights.archives import zipped
from tests.weights.hostile import mutations, refused, survives

W = np.arange(12, dtype="float32").reshape(3, 4)


def made(fill: Callable[[h5py.File], object], **options: object) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        fill(file)
    return buffer.getvalue()


def linked(file: h5py.File) -> None:
    file["w"] = W
    file["layers/again"] = file["w"]


def cycle(file: h5py.File) -> None:
    file.create_group("a/b")
    file["a/b/c"] = file["a"]


def deep(file: h5py.File) -> None:
    group = file
    for _ in range(300):
        group = group.create_group("g")


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "w", (2,))
    file.create_virtual_dataset("w", layout)


def external(file: h5py.File) -> None:
    file.create_dataset("w", (3,), "f4", external=[("/etc/passwd", 0, 12)])


def chunked(shape: tuple[int, ...], chunk: tuple[int, ...], filled: bool = False) -> Callable:
    def fill(file: h5py.File) -> None:
        data = file.create_dataset("w", shape, "f4", chunks=chunk, compression="gzip")
        if filled:
            data[...] = 0
        else:
            data[(0,) * len(shape)] = 1

    return fill


CASES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "soft link": (lambda: made(lambda f: f.update(w=h5py.SoftLink("/x"))), "S904", "soft link"),
    "external link": (
        lambda: made(lambda f: f.update(w=h5py.ExternalLink("/etc/passwd", "/"))),
        "S904",
        "external link",
    ),
    "virtual dataset": (lambda: made(virtual), "S904", "`w`"),
    "external storage": (lambda: made(external), "S904", "other files"),
    "hard link": (lambda: made(linked), "S903", "another name"),
    "cycle of hard links": (lambda: made(cycle), "S903", "another name"),
    "depth 300": (lambda: made(deep), "S906", "nested"),
    "1 TiB never written": (
        lambda: made(lambda f: f.create_dataset("w", (2**38,), "f4")),
        "S906",
        "1,099,511,627,776 bytes",
    ),
    "never written": (lambda: made(lambda f: f.create_dataset("w", (9,), "f4")), "S903", "never"),
    "1 TiB of chunks": (lambda: made(chunked((2**38,), (1000,))), "S906", "1,099,511,627,776"),
    "chunks that are missing": (lambda: made(chunked((10_000,), (1000,))), "S903", "9 of its"),
    "a bomb": (lambda: made(chunked((2**26,), (2**22,), True)), "S906", "268,435,456"),
    "another filter": (
        lambda: made(lambda f: f.create_dataset("w", data=W, compression="lzf")),
        "S910",
        "the filter 32000",
    ),
    "shared datatype": (
        lambda: made(
            lambda f: (f.update(t=np.dtype("f4")), f.create_dataset("w", (1,), f["t"], data=[1]))
        ),
        "S903",
        "neither",
    ),
    "names in a fractal heap": (
        lambda: made(lambda f: [f.create_group(str(i)) for i in range(99)], libver="latest"),
        "S910",
        "fractal heap",
    ),
    "newer chunks": (
        lambda: made(lambda f: f.create_dataset("w", data=W, chunks=(2, 2)), libver="latest"),
        "S910",
        "version 4",
    ),
    "user block": (lambda: made(lambda f: None, userblock_size=512), "S901", "zeros"),
}


@pytest.mark.parametrize("title", CASES)
def test_it_is_refused(tmp_path: Path, title: str) -> None:
    content, code, words = CASES[title]
    path = tmp_path / "evil.h5"
    path.write_bytes(content())
    refused(path, code, words)


@pytest.mark.parametrize("title", ["external storage", "external link", "virtual dataset"])
def test_the_same_in_a_keras_archive(tmp_path: Path, title: str) -> None:
    """CVE-2026-1669 and its kin."""
    path = tmp_path / "evil.keras"
    path.write_bytes(zipped({"config.json": b"{}", "model.weights.h5": CASES[title][0]()}))
    refused(path, "S904", CASES[title][2])


def good() -> bytes:
    def fill(file: h5py.File) -> None:
        for name in ("dense", "dense_1"):
            group = file.create_group(f"layers/{name}/vars")
            group.attrs["name"] = name
            group["0"] = W
            group["1"] = np.zeros(4, "float32")
        file.create_dataset("layers/c/vars/0", data=W, chunks=(2, 2), compression="gzip")
        file["layers/c/vars/0"].attrs["dtype"] = "float32"

    return made(fill)


def test_the_good_one_is_read(tmp_path: Path) -> None:
    assert survives(tmp_path / "good.h5", good())


def test_two_tensors_in_one_place(tmp_path: Path) -> None:
    data = good()
    path = tmp_path / "evil.h5"
    path.write_bytes(data)
    with open_source(path) as source:
        places = [
            source._datasets[f"layers/{name}/vars/0"].address for name in ("dense", "dense_1")
        ]
    one, other = (place.to_bytes(8, "little") for place in places)
    path.write_bytes(data.replace(one, other))
    refused(path, "S903", "overlap")


def test_a_file_cut_anywhere(tmp_path: Path) -> None:
    data = good()
    path = tmp_path / "cut.h5"
    sizes = range(0, len(data), 61)
    assert [size for size in sizes if survives(path, data[:size])] == []


def fuzz(tmp_path: Path, count: int) -> None:
    data, path = good(), tmp_path / "a.h5"
    newer = made(lambda f: f.create_dataset("layers/d/vars/0", data=W), libver="latest")
    with np.errstate(all="ignore"):
        results = [survives(path, changed) for changed in mutations(data, count, 4)]
        results += [survives(path, changed) for changed in mutations(newer, count // 4, 5)]
    assert 0 < sum(results) < count


def test_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 400)


@pytest.mark.long
def test_more_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 10_000)


@pytest.mark.parametrize("kind", [6, 8])
def test_datatypes_within_datatypes_are_not_followed(kind: int) -> None:
    """A message has 64 KiB, and a nested datatype takes eight bytes."""
    head = bytes([0x10 | kind, 2, 0, 0, 8, 0, 0, 0]) + (b"r\0" + bytes(38)) * (kind == 6)
    assert not read_datatype(Block(head * 5000)).known

"""Our reader of HDF5 against h5py: what h5py writes, in its own form, is read bit for bit."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
import pytest

from specc import SpeccError
from specc.weights.arrays import is_aligned
from specc.weights.files import open_file
from specc.weights.hdf5 import read_tree
from specc.weights.opening import open_source
from tests.weights.arrays import same

RANDOM = np.random.default_rng(1)
KINDS = [f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)]
ARRAYS = {
    **{kind: np.arange(6).astype(kind) for kind in KINDS},
    **{name: RANDOM.random((3, 4)).astype(name) for name in ("float16", "float32", "float64")},
    "complex64": np.array([1 + 2j, np.nan, -0.0j], "complex64"),
    "complex128": np.array([[1 + 2j], [1j * np.inf]]),
    "complex big-endian": np.array([1 + 2j, 3], ">c8"),
    "big-endian": np.arange(5, dtype=">f4"),
    "bool": np.array([True, False]),
    "scalar": np.array(2.5, "float32"),
    "empty": np.zeros((0, 3), "float32"),
    "rank 7": np.arange(128).reshape([2] * 7),
}
# The newer form keeps eight names in a group's header.
PLAIN = {f"plain/{i // 8}/{name}": array for i, (name, array) in enumerate(ARRAYS.items())}
BIG = RANDOM.integers(0, 9, (100, 70)).astype("float32")
STORED = {
    "chunks": {"chunks": (33, 40)},
    "gzip": {"chunks": (33, 40), "compression": "gzip"},
    "gzip and shuffle": {"chunks": (7, 70), "compression": "gzip", "shuffle": True},
    "fletcher32": {"chunks": (33, 41), "fletcher32": True},
    "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    "one chunk": {"chunks": (100, 70), "compression": "gzip"},
    "many chunks": {"chunks": (2, 3)},
}


@pytest.fixture(scope="module", params=["earliest", "v110"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("h5") / "a.h5"
    with h5py.File(path, "w", libver=(request.param, "v110")) as file:
        for name, array in PLAIN.items():
            file.create_dataset(name, data=array)
        file.attrs["text"] = "ä" * 100_000
        group = file["plain"]
        group.attrs["fixed"] = np.array([b"abc", b"d"])
        group.attrs["texts"] = ["x", "", "yy"]
        group.attrs["bytes"] = np.bytes_(b"raw")
        group.attrs["number"] = 3
    return path


def test_every_plain_array_is_read(path: Path) -> None:
    with open_source(path) as source:
        assert source.format == "hdf5"
        read = {key: source.read(key) for key in source.tensors()}
    assert read.keys() == PLAIN.keys()
    for key, array in PLAIN.items():
        assert same(read[key], array), key
        assert is_aligned(read[key])
        assert read[key].dtype.isnative


def test_attributes_are_read(path: Path) -> None:
    tree = read_tree(open_file(path))
    assert tree[""].attributes["text"] == ("ä" * 100_000).encode()
    assert tree["plain"].attributes == {
        "fixed": [b"abc", b"d"],
        "texts": [b"x", b"", b"yy"],
        "bytes": b"raw",
        "number": None,
    }


@pytest.mark.parametrize("title", STORED)
def test_chunks_are_read(tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("w", data=BIG, **STORED[title])
    with open_source(path) as source:
        assert same(source.read("w"), BIG)


def test_compact_values_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((3,))
        dataset = h5py.h5d.create(file.id, b"w", h5py.h5t.IEEE_F32LE, space, properties)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], "float32"))
    with open_source(path) as source:
        assert source.read("w").tolist() == [1, 2, 3]


def test_a_group_of_thousands(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        for number in range(3000):
            file[f"group/{number}"] = np.float32(number)
    with open_source(path) as source:
        assert len(source.tensors()) == 3000
        assert all(source.read(key) == float(key[6:]) for key in source.tensors())


def test_deep_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    key = "/".join(["g"] * 150)
    with h5py.File(path, "w") as file:
        file[key] = 1.0
    with open_source(path) as source:
        assert source.read(key) == 1


def test_strings_of_fixed_length(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["w"] = np.array([b"ab", b"c"])
    with open_source(path) as source:
        assert source.tensors()["w"].dtype == "string"
        assert source.read("w").tolist() == [b"ab", b"c"]


UNKNOWN = {
    "compound of other names": np.zeros(1, [("r", "f4"), ("x", "f4")]),
    "compound the other way round": np.zeros(1, [("i", "f4"), ("r", "f4")]),
    "compound of two sizes": np.zeros(1, [("r", "f4"), ("i", "f8")]),
    "compound of halves": np.zeros(1, [("r", "f2"), ("i", "f2")]),
    "compound of numbers": np.zeros(1, [("r", "i4"), ("i", "i4")]),
    "compound of lists": np.zeros(1, [("r", "f4", (2,)), ("i", "f4", (2,))]),
    "compound of compounds": np.zeros(1, [("r", [("r", "f4"), ("i", "f4")]), ("i", "f4")]),
    "compound of three": np.zeros(1, [("r", "f4"), ("i", "f4"), ("j", "f4")]),
    "vlen string": "text",
    "null": h5py.Empty("f4"),
    "opaque": np.zeros(3, ml_dtypes.bfloat16),  # without Keras's attribute
    "reference": "reference",
}


@pytest.mark.parametrize("dtype", UNKNOWN)
def test_what_is_no_tensor_is_listed_and_refused(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["good"] = 1.0
        value = UNKNOWN[dtype]
        file["w"] = np.array([file["good"].ref], h5py.ref_dtype) if dtype == "reference" else value
    with open_source(path) as source:
        dtype = dtype.partition(" of ")[0].partition(" the ")[0]
        assert source.tensors()["w"].dtype == dtype
        assert source.read("good") == 1
        with pytest.raises(SpeccError, match=rf"S905.*`w`.*`{dtype}`"):
            source.read("w")


def test_tensors_are_mapped_where_they_lie_right(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", alignment_threshold=1, alignment_interval=64) as file:
        file["w"] = BIG
    before = path.read_bytes()
    with open_source(path) as source:
        array = source.read("w", mmap=True)
    assert is_aligned(array)
    array += 1
    assert path.read_bytes() == before
    assert same(array, BIG + 1)


def _corpus() -> list[Path]:
    root = os.environ.get("SPECC_CORPUS")
    if not root:
        return []
    return sorted(path for path in Path(root).rglob("*") if path.suffix in (".h5", ".hdf5"))


def _names(file: h5py.File) -> list[str]:
    names: list[str] = []

    def add(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            names.append(name)

    file.visititems(add)
    return names


@pytest.mark.skipif(not _corpus(), reason="SPECC_CORPUS is not set")
def test_real_files_agree_with_h5py() -> None:
    compared = 0
    for path in _corpus():
        with open_source(path) as source, h5py.File(path) as file:
            names = _names(file)
            assert set(names) == source.tensors().keys()
            for name in names:
                assert same(source.read(name), file[name][()]), (path, name)
                compared += 1
    assert compared > 1000

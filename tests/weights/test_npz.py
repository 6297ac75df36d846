"""npz written and read: numpy agrees, and every kind of tensor comes through bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.arrays import is_aligned
from specc.weights.dtypes import NUMPY
from specc.weights.metadata import Provenance, provenance
from specc.weights.npz_sink import write_npz
from specc.weights.opening import open_source
from specc.weights.safetensors_sink import write_safetensors
from specc.weights.source import TensorInfo
from specc.weights.verify import verify
from tests.weights.arrays import every_kind, infos, same

ARRAYS = every_kind() | {"wide": np.array([1 + 2j, -0j], "complex128")}
OF_NUMPY = {key: array for key, array in ARRAYS.items() if array.dtype.name in NUMPY}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("npz") / "all.npz"
    write_npz(path, infos(ARRAYS), ARRAYS.__getitem__, Provenance(spec="m.yaml"))
    return path


@pytest.mark.parametrize("key", ARRAYS)
@pytest.mark.parametrize("mmap", [False, True])
def test_every_kind_comes_through(written: Path, key: str, mmap: bool) -> None:
    with open_source(written) as source:
        array = source.read(key, mmap=mmap)
    assert same(array, ARRAYS[key])
    if array.dtype != object:
        assert is_aligned(array)
        assert array.flags.writeable
        assert array.flags.c_contiguous


def test_numpy_reads_what_is_written(written: Path) -> None:
    with np.load(written, allow_pickle=False) as loaded:
        assert all(same(loaded[key], array) for key, array in OF_NUMPY.items())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_writes_is_read(tmp_path: Path, save: object) -> None:
    extra = {"text": np.array(["ä", "bc"]), "bytes": np.array([b"x", b"yz"])}
    path = tmp_path / "a.npz"
    save(path, **OF_NUMPY, **extra, fortran=np.asfortranarray(np.arange(6).reshape(2, 3)))
    with open_source(path) as source:
        assert source.format == "npz"
        assert all(same(source.read(key), np.asarray(OF_NUMPY[key])) for key in OF_NUMPY)
        assert source.read("text").tolist() == ["ä".encode(), b"bc"]
        assert source.read("bytes").tolist() == [b"x", b"yz"]
        fortran = source.read("fortran")
    assert fortran.flags.c_contiguous
    assert fortran.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_what_numpy_writes_of_bfloat16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, w=ARRAYS["dtype.bfloat16"])
    with open_source(path) as source:
        assert source.tensors()["w"].dtype == "void16"
        with pytest.raises(SpeccError, match=r"S905.*`w`"):
            source.read("w")


def test_the_same_save_has_the_same_bytes(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.npz"
    write_npz(path, reversed(infos(ARRAYS)), ARRAYS.__getitem__, Provenance(spec="m.yaml"))
    assert path.read_bytes() == written.read_bytes()


def test_the_content_digest_is_that_of_safetensors(written: Path, tmp_path: Path) -> None:
    arrays = {key: array for key, array in ARRAYS.items() if key != "wide"}
    path = tmp_path / "a.npz"
    content = write_npz(path, infos(arrays), arrays.__getitem__)
    assert content == write_safetensors(
        tmp_path / "a.safetensors", infos(arrays), arrays.__getitem__
    )
    with open_source(written) as source:
        assert verify(source) == ([], [])
        assert provenance(source).spec == "m.yaml"


@pytest.mark.parametrize("key", ["__specc__", "../x", "/x", "a\\b", "c:d", "", "a\0b"])
def test_names_that_a_zip_may_not_have(tmp_path: Path, key: str) -> None:
    with pytest.raises(SpeccError, match="S908"):
        write_npz(tmp_path / "a.npz", [TensorInfo(key, (), "float32")], lambda _: np.float32(1))
    assert list(tmp_path.iterdir()) == []

"""safetensors written and read: against the reference, and every kind of tensor bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from specc import SpeccError
from specc.weights.arrays import is_aligned
from specc.weights.dtypes import NUMPY
from specc.weights.metadata import Provenance, provenance
from specc.weights.opening import open_source
from specc.weights.safetensors_sink import write_safetensors
from specc.weights.sharded_sink import write_sharded
from specc.weights.source import TensorInfo
from specc.weights.verify import verify
from tests.weights.arrays import every_kind, infos, same

ARRAYS = every_kind()
PROVENANCE = Provenance(architecture="arch1-sha256:00", spec="m.yaml", left_out={"bn.mean": "ab"})


def write(path: Path, arrays: dict[str, np.ndarray] = ARRAYS, **more: bool) -> Path:
    write_safetensors(path, infos(arrays), arrays.__getitem__, PROVENANCE, **more)
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("st") / "all.safetensors")


@pytest.mark.parametrize("key", ARRAYS)
@pytest.mark.parametrize("mmap", [False, True])
def test_every_kind_comes_through(written: Path, key: str, mmap: bool) -> None:
    with open_source(written) as source:
        info = source.tensors()[key]
        array = source.read(key, mmap=mmap)
    assert same(array, ARRAYS[key])
    assert (info.shape, info.names["keras_path"]) == (array.shape, f"m/{key}")
    if array.dtype != object:
        assert is_aligned(array)
        assert array.flags.writeable
        assert array.flags.c_contiguous


def of_the_reference(array: np.ndarray) -> bool:
    """Whether safetensors.numpy has the dtype (numpy 2 has no float8 where it looks for them)."""
    return array.dtype.isnative and array.dtype.name in NUMPY - {"complex128"} | {"bfloat16"}


def is_mapped(array: object) -> bool:
    while isinstance(array, np.ndarray):
        array = array.base
    return array is not None  # what remains is the map, seen through a memoryview


def test_the_reference_reads_what_is_written(tmp_path: Path) -> None:
    known = {key: array for key, array in ARRAYS.items() if of_the_reference(array)}
    loaded = safetensors.numpy.load_file(write(tmp_path / "a.safetensors", known))
    assert loaded.keys() == known.keys()
    assert all(same(loaded[key], known[key]) for key in known)


def test_what_the_reference_writes_is_read(tmp_path: Path) -> None:
    # It writes wrong bytes for arrays that aren't contiguous.
    arrays = {k: np.array(a, order="C") for k, a in ARRAYS.items() if of_the_reference(a)}
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(arrays, path, {"format": "np"})
    with open_source(path) as source:
        assert source.metadata()["format"] == "np"
        assert provenance(source) is None
        assert source.tensors().keys() == arrays.keys()
        assert all(same(source.read(key), array) for key, array in arrays.items())


def test_the_same_save_has_the_same_bytes(tmp_path: Path) -> None:
    reordered = dict(sorted(ARRAYS.items(), reverse=True))
    one, other = write(tmp_path / "a.safetensors"), write(tmp_path / "b.safetensors", reordered)
    assert one.read_bytes() == other.read_bytes()


def test_writing_to_a_mapped_array_leaves_the_file(written: Path) -> None:
    before = written.read_bytes()
    with open_source(written) as source:
        array = source.read("large", mmap=True)
        assert is_mapped(array)
        array += 1
        again = source.read("large")
    assert written.read_bytes() == before
    assert same(again, ARRAYS["large"])
    assert array[0, 0] == 1  # the map outlives the source


def test_large_tensors_are_mapped_whatever_stands_between(tmp_path: Path) -> None:
    arrays = {f"w{i}": np.zeros(64 + i % 3, "float32") for i in range(30)}
    with open_source(write(tmp_path / "a.safetensors", arrays)) as source:
        mapped = {key for key in arrays if is_mapped(source.read(key, mmap=True))}
    assert mapped >= {key for key, array in arrays.items() if array.nbytes % 64 == 0}


def test_the_provenance_is_read_back(written: Path) -> None:
    with open_source(written) as source:
        read = provenance(source)
    assert read is not None
    assert (read.architecture, read.spec, read.left_out) == (
        "arch1-sha256:00",
        "m.yaml",
        {"bn.mean": "ab"},
    )
    assert read.content.startswith("weights1-blake3:")


def test_the_content_digest_is_that_of_any_sharding(written: Path, tmp_path: Path) -> None:
    content = write_sharded(
        tmp_path / "a.safetensors.index.json", infos(ARRAYS), ARRAYS.__getitem__, shard_bytes=4096
    )
    with open_source(written) as source:
        assert provenance(source).content == content


def test_a_flipped_bit_is_found(written: Path, tmp_path: Path) -> None:
    data = bytearray(written.read_bytes())
    place = data.index(ARRAYS["large"].tobytes()) + 100
    data[place] ^= 1
    damaged = tmp_path / "a.safetensors"
    damaged.write_bytes(data)
    with open_source(written) as source:
        assert verify(source) == ([], [])
    with open_source(damaged) as source:
        found, unknown = verify(source)
    assert [diagnostic.code for diagnostic in found] == ["S907"]
    assert "`large`" in found[0].message
    assert unknown == []


def test_an_existing_file_is_kept(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"mine")
    with pytest.raises(SpeccError, match="S801"):
        write(path)
    assert path.read_bytes() == b"mine"
    write(path, force=True)
    assert path.read_bytes() == written.read_bytes()


@pytest.mark.parametrize("key", ["__metadata__", "twice", "wide"])
def test_what_the_format_cannot_hold_is_refused(tmp_path: Path, key: str) -> None:
    dtype = "complex128" if key == "wide" else "float32"
    tensors = [TensorInfo(key, (), dtype)] * (2 if key == "twice" else 1)
    with pytest.raises(SpeccError, match="S908"):
        write_safetensors(tmp_path / "a.safetensors", tensors, lambda _: np.zeros((), dtype))
    assert list(tmp_path.iterdir()) == []


def test_a_failing_read_leaves_nothing(tmp_path: Path) -> None:
    def read(key: str) -> np.ndarray:
        raise KeyboardInterrupt(key)

    with pytest.raises(KeyboardInterrupt):
        write_safetensors(tmp_path / "a.safetensors", infos(ARRAYS), read)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    index = tmp_path / "m.safetensors.index.json"
    write_sharded(index, infos(ARRAYS), ARRAYS.__getitem__, PROVENANCE, shard_bytes=4096)
    return index


def test_a_set_comes_through(sharded: Path) -> None:
    shards = list(sharded.parent.glob("*.safetensors"))
    assert len(shards) > 2
    with open_source(sharded) as source:
        assert source.format == "safetensors-sharded"
        assert source.tensors().keys() == ARRAYS.keys()
        assert all(same(source.read(key), ARRAYS[key]) for key in ARRAYS)
        assert verify(source) == ([], [])


def test_a_new_set_takes_the_old_ones_place_and_nothing_else(sharded: Path) -> None:
    other = sharded.parent / "m-mine.safetensors"
    other.write_bytes(b"mine")
    old = set(sharded.parent.glob("m-*of*.safetensors"))
    arrays = {"only": np.ones(3, "float32")}
    with pytest.raises(SpeccError, match="S801"):
        write_sharded(sharded, infos(arrays), arrays.__getitem__, shard_bytes=4096)
    assert set(sharded.parent.glob("m-*of*.safetensors")) == old
    write_sharded(sharded, infos(arrays), arrays.__getitem__, shard_bytes=4096, force=True)
    left = set(sharded.parent.iterdir()) - {sharded, other}
    assert len(left) == 1
    assert not left & old
    assert other.read_bytes() == b"mine"


def test_a_shard_of_another_save_is_refused(sharded: Path) -> None:
    with open_source(sharded) as source:
        shard = source._shard_of["large"].path
    arrays = {**ARRAYS, "large": ARRAYS["large"] + 1}
    with open_source(shard) as source:
        arrays = {key: arrays[key] for key in source.tensors()}
    write(shard, arrays, force=True)
    with pytest.raises(SpeccError, match=r"S909.*`large`"):
        open_source(sharded)


def test_a_missing_shard_is_named(sharded: Path) -> None:
    shard = sorted(sharded.parent.glob("*.safetensors"))[0]
    shard.unlink()
    with pytest.raises(SpeccError, match=rf"S951.*{shard.name}"):
        open_source(sharded)


@pytest.mark.parametrize("name", ["../x.safetensors", "/etc/passwd", "a/b", "..", "", 3, None])
def test_an_index_names_only_files_beside_it(tmp_path: Path, name: object) -> None:
    import json

    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": name}}))
    with pytest.raises(SpeccError, match="S904"):
        open_source(index)

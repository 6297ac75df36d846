"""Bundles that TensorFlow writes, and ours that it reads: every tensor bit for bit as it says."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import ml_dtypes
import numpy as np
import pytest

from specc import SpeccError
from specc.weights.checksums import extended, masked
from specc.weights.tensorflow.bundle import Bundle
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.arrays import same
from tests.weights.tensorflow_bytes import (
    NUMBERS,
    entry,
    fixed32,
    header,
    plain,
    shape,
    slice_of,
    write_bundle,
)

# Names that numpy has for what TensorFlow has no constants of in all versions.
DTYPES = (
    *("float16", "float32", "float64", "bfloat16", "complex64", "complex128", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("int4", "uint4", "float8_e4m3fn", "float8_e5m2"),
)


def values(name: str) -> np.ndarray:
    dtype = np.dtype(getattr(ml_dtypes, name, None) or name)
    chance = np.random.default_rng(7)
    bits = chance.integers(0, 2 if name == "bool" else 256, 24 * dtype.itemsize, np.uint8)
    if name in ("int4", "uint4"):  # TensorFlow writes what stands in the byte's other half, too
        return (bits[:24] % 8).astype(dtype).reshape(2, 3, 4)
    return bits.view(dtype).reshape(2, 3, 4)


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return {
        **{f"dtype/{name}": values(name) for name in DTYPES},
        "scalar": np.float32(3.5),
        "empty": np.zeros((2, 0, 3), np.float32),
        "ünïcode/käse": np.ones(3, np.float32),
        "words": np.array([[b"a", b""], [b"\0\xff", b"long" * 999]], object),
        "word": np.array(b"one", object),
        "no words": np.zeros((0, 2), object),
        "large": np.arange(300_000, dtype=np.float32).reshape(300, 1000),
    }


@pytest.fixture(scope="module")
def saved(tf: ModuleType, folder: Path, arrays: dict[str, np.ndarray]) -> Path:
    return save(tf, folder / "all", arrays)


def save(tf: ModuleType, prefix: Path, arrays: dict[str, np.ndarray], slices: str = "") -> Path:
    tensors = [
        tf.constant(array.tolist(), tf.string, array.shape)
        if array.dtype == object
        else tf.constant(array)
        for array in arrays.values()
    ]
    specs = [slices] * len(tensors)
    tf.raw_ops.SaveV2(
        prefix=str(prefix), tensor_names=list(arrays), shape_and_slices=specs, tensors=tensors
    )
    return prefix


def test_every_dtype_is_read_as_it_was_written(
    saved: Path, arrays: dict[str, np.ndarray], tf: ModuleType
) -> None:
    reader = tf.train.load_checkpoint(str(saved))
    with open_tensorflow(saved, verify=True) as source:
        assert set(source.tensors()) == set(arrays)
        for key, wanted in arrays.items():
            found = source.read(key)
            assert same(found, np.asarray(wanted)), key
            info = source.tensors()[key]
            assert info.shape == tuple(reader.get_variable_to_shape_map()[key]) == found.shape
            if found.dtype != object:
                assert found.tobytes() == np.asarray(reader.get_tensor(key)).tobytes()
                assert found.flags.writeable
                assert found.flags.c_contiguous
                assert found.ctypes.data % 64 == 0 or not found.size


def test_mapped_reading_is_the_same(saved: Path, arrays: dict[str, np.ndarray]) -> None:
    with Bundle(saved) as bundle:
        for key, wanted in arrays.items():
            found = bundle.read(key, mmap=True)
            assert same(found, np.asarray(wanted)), key
            if found.dtype != object:
                found[...] = 0  # ours alone
    with Bundle(saved, verify=True) as bundle:
        assert all(same(bundle.read(key), np.asarray(array)) for key, array in arrays.items())


def test_several_data_files(tf: ModuleType, tmp_path: Path) -> None:
    parts = {name: np.random.default_rng(i).random((3, i)) for i, name in enumerate("abcd")}
    prefixes = [save(tf, tmp_path / f"part{n}", {n: part}) for n, part in parts.items()]
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=[str(p) for p in prefixes], destination_prefix=str(tmp_path / "whole")
    )
    assert len(list(tmp_path.glob("whole.data-*"))) == 4
    with open_tensorflow(tmp_path / "whole", verify=True) as source:
        assert all(same(source.read(name), part) for name, part in parts.items())
    gone = tmp_path / "whole.data-00002-of-00004"
    gone.rename(tmp_path / "elsewhere")
    with pytest.raises(SpeccError, match=r"S951.*whole\.data-00002-of-00004"):
        open_tensorflow(tmp_path / "whole")


@pytest.mark.parametrize(
    ("size", "parts"),
    [((7, 3), ["7 3 0,3:-", "7 3 3,4:-"]), ((4, 4), ["4 4 0,2:0,2", "4 4 0,2:2,2", "4 4 2,2:-"])],
)
def test_partitioned_variables(
    tf: ModuleType, tmp_path: Path, size: tuple[int, ...], parts: list[str]
) -> None:
    whole = np.random.default_rng(1).random(size).astype(np.float32)
    for name in ("w", "odd\0\xffname"):
        tf.raw_ops.SaveV2(
            prefix=str(tmp_path / "parts"),
            tensor_names=[name] * len(parts),
            shape_and_slices=parts,
            tensors=[tf.constant(whole[_slices(part, size)]) for part in parts],
        )
        with open_tensorflow(tmp_path / "parts", verify=True) as source:
            assert list(source.tensors()) == [name]
            assert same(source.read(name), whole)


def _slices(spec: str, size: tuple[int, ...]) -> tuple[slice, ...]:
    extents = spec.rsplit(maxsplit=1)[-1].split(":")
    both = zip(extents, size, strict=True)
    pairs = [(0, n) if extent == "-" else map(int, extent.split(",")) for extent, n in both]
    return tuple(slice(start, start + length) for start, length in pairs)


def test_large_offsets_in_keys_of_slices(tf: ModuleType, tmp_path: Path) -> None:
    """Their encoding has another length from 64, 8192 and 2^20 on."""
    cuts = [0, 63, 64, 65, 8191, 8192, 8200, 2**20 - 1, 2**20 + 1]
    whole = np.arange(cuts[-1], dtype=np.int32)
    pieces = [f"{len(whole)} {a},{b - a}" for a, b in pairwise(cuts)]
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "w"),
        tensor_names=["w"] * len(pieces),
        shape_and_slices=pieces,
        tensors=[whole[a:b] for a, b in pairwise(cuts)],
    )
    with open_tensorflow(tmp_path / "w") as source:
        assert same(source.read("w"), whole)


@pytest.mark.parametrize(
    "name", ["float32", "complex64", "bfloat16", "int64", "bool", "float8_e5m2"]
)
def test_big_endian_bundles(tf: ModuleType, tmp_path: Path, name: str) -> None:
    """Written as a big-endian machine would; TensorFlow itself is asked what they mean."""
    array = values(name)
    unit = array.dtype.itemsize // (2 if array.dtype.kind == "c" else 1)
    data = array.view(f"u{unit}").byteswap().tobytes()
    text = entry(NUMBERS[name], shape(2, 3, 4), 0, len(data))
    text += fixed32(6, masked(extended(data)))
    prefix = write_bundle(tmp_path / "big", {"x": text}, data, header(endianness=1))
    with open_tensorflow(prefix, verify=True) as source:
        assert same(source.read("x"), array)
    if name in ("float32", "int64"):
        assert same(tf.train.load_checkpoint(str(prefix)).get_tensor("x"), array)


def test_what_tensorflow_reads_of_a_bundle_made_by_the_tests(
    tf: ModuleType, tmp_path: Path
) -> None:
    """So that hostile files differ from good ones in what is wrong with them only."""
    array = values("float32")
    prefix = write_bundle(tmp_path / "made", {"x": plain(array)}, array.tobytes())
    assert same(tf.train.load_checkpoint(str(prefix)).get_tensor("x"), array)
    with open_tensorflow(prefix, verify=True) as source:
        assert same(source.read("x"), array)


def test_checksums_are_compared_on_request(saved: Path, tmp_path: Path) -> None:
    for suffix in (".index", ".data-00000-of-00001"):
        shutil.copy(saved.with_name(saved.name + suffix), tmp_path / f"copy{suffix}")
    path = tmp_path / "copy.data-00000-of-00001"
    with Bundle(saved) as bundle:
        places = {key: bundle.entries[key] for key in ("large", "words")}
    data = bytearray(path.read_bytes())
    for place in places.values():
        data[place.offset + place.size - 1] ^= 1
    path.write_bytes(data)
    with open_tensorflow(tmp_path / "copy") as source:
        source.read("large")
    with open_tensorflow(tmp_path / "copy", verify=True) as source:
        source.read("scalar")
        for key in places:
            with pytest.raises(SpeccError, match=f"S952.*`{key}`"):
                source.read(key)


def test_what_is_no_array_is_listed_and_not_read(tmp_path: Path) -> None:
    text = entry(NUMBERS["variant"], shape(), 0, 4)
    prefix = write_bundle(tmp_path / "iterator", {"x": text}, b"data")
    with open_tensorflow(prefix) as source:
        assert source.tensors()["x"].dtype == "variant"
        with pytest.raises(SpeccError, match=r"S905.*variant"):
            source.read("x")


def test_slices_of_all_of_a_tensor(tmp_path: Path) -> None:
    """A slice that is the whole is stored under a key of its own, as any other."""
    from specc.weights.tensorflow.ordered_code import slice_key

    array = values("int16")
    whole = entry(NUMBERS["int16"], shape(2, 3, 4), 0, 0, (7, slice_of(None, None, None)))
    key = slice_key(b"x", (0, 0, 0), (-1, -1, -1))
    prefix = write_bundle(tmp_path / "one", {"x": whole, key: plain(array)}, array.tobytes())
    with open_tensorflow(prefix) as source:
        assert same(source.read("x"), array)

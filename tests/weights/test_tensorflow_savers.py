"""TensorFlow 1: its Saver's two formats, whole and sharded, and what the graph beside them says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.arrays import same
from tests.weights.tensorflow_bytes import block, message, shape, slice_of, table

# What the first Saver can write; int32's list has the others of up to 32 bits, too.
DTYPES = (
    *("float16", "float32", "float64", "complex64", "complex128", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16"),
)


@pytest.fixture(scope="module")
def run(tf: ModuleType) -> Callable[..., dict[str, np.ndarray]]:
    """Trains a small TF1 program for a step, saves it, and gives all its variables' values."""
    v1 = tf.compat.v1

    def program(prefix: Path, **options: Any) -> dict[str, np.ndarray]:
        with tf.Graph().as_default(), v1.Session() as session:
            v1.set_random_seed(1)
            v1.train.get_or_create_global_step()
            with v1.variable_scope("dense"):
                partitioner = v1.fixed_size_partitioner(3)
                kernel = v1.get_variable("kernel", (7, 2), partitioner=partitioner)
                bias = v1.get_variable("bias", (2,))
            v1.get_variable("statistics", (2,), trainable=False)
            loss = tf.reduce_sum(tf.linalg.matmul(tf.ones((1, 7)), kernel) + bias)
            step = v1.train.AdamOptimizer(0.1).minimize(loss, v1.train.get_global_step())
            session.run(v1.global_variables_initializer())
            session.run(step)
            v1.train.Saver(**options).save(session, str(prefix))
            return {
                **{
                    variable.op.name: session.run(variable)
                    for variable in v1.global_variables()
                    if "part_" not in variable.name
                },
                "dense/kernel": session.run(tf.convert_to_tensor(kernel)),
            }

    return program


OPTIONS: dict[str, dict[str, Any]] = {
    "V2": {"write_version": 2},
    "V2 sharded": {"write_version": 2, "sharded": True},
    "V1": {"write_version": 1},
    "V1 sharded": {"write_version": 1, "sharded": True},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_savers(
    run: Callable[..., dict[str, np.ndarray]],
    tf: ModuleType,
    tmp_path: Path,
    options: dict[str, Any],
) -> None:
    wanted = run(tmp_path / "model.ckpt", **options)
    for path in (tmp_path / "model.ckpt", tmp_path):  # by its prefix, or by the `checkpoint` file
        with open_tensorflow(path, verify=True) as source:
            roles = {key: info.role for key, info in source.tensors().items()}
            for key, value in wanted.items():
                assert same(source.read(key), np.asarray(value)), key
    assert source.format == "tf1-checkpoint"
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(tmp_path)))
    assert set(roles) == set(reader.get_variable_to_shape_map())
    assert {key for key, role in roles.items() if role == "variable"} == {
        *("dense/kernel", "dense/bias", "statistics")
    }
    assert {key for key, role in roles.items() if role == "other"} == {"global_step"}
    assert source.metadata()["trainable"] == ["dense/bias", "dense/kernel"]


def test_without_the_graph_names_tell_the_slots(
    run: Callable[..., dict[str, np.ndarray]], tmp_path: Path
) -> None:
    run(tmp_path / "x")
    (tmp_path / "x.meta").unlink()
    with open_tensorflow(tmp_path / "x") as source:
        roles = {key: info.role for key, info in source.tensors().items()}
    assert "trainable" not in source.metadata()
    assert roles["dense/kernel/Adam_1"] == roles["beta1_power"] == "optimizer"
    assert roles["dense/kernel"] == "variable"


def test_every_dtype_of_the_first_saver(tf: ModuleType, tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    arrays = {}
    for name in DTYPES:
        count = 60 * np.dtype(name).itemsize
        bits = chance.integers(0, 2 if name == "bool" else 256, count, np.uint8)
        arrays[name] = bits.view(name).reshape(5, 12)
    arrays["scalar"] = np.array(-3, np.int64)
    arrays["empty"] = np.zeros((0, 3), np.float32)
    arrays["words"] = np.array([[b"a", b""], [b"\0\xff", b"x" * 999]], object)
    tensors = [tf.constant(array) for array in arrays.values()]
    path = str(tmp_path / "v1")
    tf.raw_ops.Save(filename=path, tensor_names=list(arrays), data=tensors)
    with open_tensorflow(tmp_path / "v1") as source:
        assert source.format == "tf1-checkpoint"
        assert all(same(source.read(key), array) for key, array in arrays.items())


def test_shards_of_the_first_saver(tf: ModuleType, tmp_path: Path) -> None:
    """A variable may have its parts in several of them."""
    whole = np.random.default_rng(5).random((4, 3)).astype(np.float32)
    for number, rows in enumerate((slice(0, 1), slice(1, 4))):
        start, stop = rows.start, rows.stop
        tf.raw_ops.SaveSlices(
            filename=str(tmp_path / f"m-0000{number}-of-00002"),
            tensor_names=["w", f"own{number}"],
            shapes_and_slices=[f"4 3 {start},{stop - start}:-", ""],
            data=[tf.constant(whole[rows]), tf.constant(number)],
        )
    with open_tensorflow(tmp_path / "m") as source:
        assert set(source.tensors()) == {"w", "own0", "own1"}
        assert same(source.read("w"), whole)
        assert source.read("own1") == 1


def saved_slices(tmp_path: Path, meta: bytes, *values: tuple[bytes, bytes]) -> Path:
    path = tmp_path / "made"
    path.write_bytes(table(block([(b"", message((1, meta))), *sorted(values)])))
    return path


def tensor_meta(dtype: int, sizes: bytes, *slices: bytes) -> bytes:
    parts = [(4, part) for part in slices]
    return message((1, message((1, "x"), (2, sizes), (3, dtype), *parts)))


ROW = slice_of((0, 1), None)
KEY = b"\x00x\x00\x01\x01\x02\x80\x81\x80\x7f"
FLOATS = np.arange(3, dtype="<f4").tobytes()


def data(tensor: bytes) -> bytes:
    return message((2, message((1, "x"), (2, ROW), (3, tensor))))


def test_a_table_made_by_the_tests(tmp_path: Path) -> None:
    """So that the wrong ones below differ from it in what is wrong with them only."""
    meta = tensor_meta(1, shape(1, 3), ROW)
    path = saved_slices(tmp_path, meta, (KEY, data(message((5, FLOATS)))))
    with open_tensorflow(path) as source:
        assert source.read("x").tolist() == [[0, 1, 2]]


LONG_VARINT = b"\xff" * 10 + b"\x01"
WRONG = {
    "no values": (tensor_meta(1, shape(1, 3), ROW), []),
    "too few values": (tensor_meta(1, shape(1, 3), ROW), [(KEY, data(message((5, FLOATS[4:]))))]),
    "half a number": (tensor_meta(1, shape(1, 3), ROW), [(KEY, data(message((5, FLOATS[1:]))))]),
    "too many": (tensor_meta(3, shape(1, 3), ROW), [(KEY, data(message((7, bytes(4)))))]),
    "no end": (tensor_meta(3, shape(1, 3), ROW), [(KEY, data(message((7, b"\1\1\x81"))))]),
    "65 bits": (tensor_meta(9, shape(1, 3), ROW), [(KEY, data(message((10, LONG_VARINT * 3))))]),
    "a dtype it has not": (tensor_meta(14, shape(1, 3), ROW), [(KEY, data(message()))]),
    "a hole": (tensor_meta(1, shape(2, 3), ROW), [(KEY, data(message((5, FLOATS))))]),
    "an overlap": (tensor_meta(1, shape(2, 3), ROW, ROW), [(KEY, data(message((5, FLOATS))))]),
    "outside": (tensor_meta(1, shape(1, 3), slice_of((1, 1), None)), []),
    "another rank": (tensor_meta(1, shape(3), ROW), []),
    "a negative size": (tensor_meta(1, shape(-1, 3), ROW), []),
    "an unknown dtype": (tensor_meta(99, shape(1, 3), ROW), []),
    "huge": (tensor_meta(1, shape(2**40, 2**40), slice_of(None, None)), []),
    "large and not there": (tensor_meta(1, shape(2**40), slice_of(None)), []),
    "rank 300": (tensor_meta(1, shape(*[1] * 300), slice_of(*[None] * 300)), []),
}


@pytest.mark.parametrize(("meta", "values"), WRONG.values(), ids=WRONG.keys())
def test_damaged_tables(tmp_path: Path, meta: bytes, values: list[tuple[bytes, bytes]]) -> None:
    path = saved_slices(tmp_path, meta, *values)
    with pytest.raises(SpeccError, match=r"S90[36].*made`, tensor `x`"):
        open_tensorflow(path).read("x")


def test_a_table_that_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(table(block([(b"a", b"1")])))
    with pytest.raises(SpeccError, match=r"S903.*no list of tensors"):
        open_tensorflow(path)


def test_a_shard_that_is_missing(run: Callable[..., dict[str, np.ndarray]], tmp_path: Path) -> None:
    run(tmp_path / "m", write_version=1, sharded=True)
    shard = tmp_path / "m-00000-of-00001"
    shard.rename(tmp_path / "m-00000-of-00002")
    with pytest.raises(SpeccError, match=r"S951.*m-00001-of-00002"):
        open_tensorflow(tmp_path / "m")

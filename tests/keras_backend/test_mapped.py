"""Models that are views of their weight files: trained, changed, and saved over these files.

TensorFlow ends the process where a tensor that it was given doesn't start on a 64-byte boundary.
Here that would end the tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.weights import open_source
from specc.weights.safetensors_header import CODES

TEXT = """\
specc: 1
model: m
dtype: {dtype}
inputs: {{x: {{shape: [6, 6, 2]}}}}
body:
  - {{Conv2D: {{filters: 3, kernel_size: 3}}, name: conv}}
  - {{BatchNormalization: , name: norm}}
  - {{Flatten: , name: flat}}
  - {{Dense: {{units: 64}}, name: wide}}
  - {{Dense: {{units: 3}}, name: head}}
training: {{optimizer: adam, loss: mse}}
"""


def spec_of(dtype: str) -> specc.Spec:
    return specc.loads(TEXT.format(dtype=dtype))


def packed(model: Any, path: Path) -> None:
    """A safetensors file none of whose tensors starts where even its own dtype needs it."""
    ours = path.with_name("ours.safetensors")
    specc.save_weights(model, ours)
    table: dict[str, object] = {}
    data = bytearray()
    names = {name: code for code, name in CODES.items()}
    with open_source(ours) as source:
        for key, info in source.tensors().items():
            content = source.read(key).tobytes()
            place = [len(data), len(data) + len(content)]
            table[key] = {"dtype": names[info.dtype], "shape": info.shape, "data_offsets": place}
            data += content
    ours.unlink()
    header = json.dumps(table).encode()
    header += b" " * ((1 - 8 - len(header)) % 64)
    path.write_bytes(len(header).to_bytes(8, "little") + header + data)


FORMS: dict[str, Callable[[Any, Path], object]] = {
    "w.safetensors": specc.save_weights,
    "packed.safetensors": packed,
    "w.npz": specc.save_weights,
    "w.weights.h5": lambda model, path: model.save_weights(path),
    "w.keras": lambda model, path: model.save(path),
}


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("w.safetensors", "float32"),
        ("packed.safetensors", "bfloat16"),
        ("w.keras", "float32"),
        *(
            pytest.param(name, dtype, marks=pytest.mark.long)
            for name in FORMS
            for dtype in ("float32", "bfloat16", "float16")
        ),
    ],
)
def test_it_trains_and_saves_over_its_source(
    keras: ModuleType, tmp_path: Path, name: str, dtype: str
) -> None:
    path = tmp_path / name
    model = specc.compile(spec_of(dtype), seed=1)
    FORMS[name](model, path)
    path.chmod(0o444)
    content = path.read_bytes()
    bound = specc.bind(spec_of(dtype), path, mmap=True, seed=2)
    x, y = np.ones((4, 6, 6, 2), "float32"), np.ones((4, 3), "float32")
    np.testing.assert_array_equal(np.asarray(bound(x)), np.asarray(model(x)))
    bound.fit(x, y, verbose=0)
    for variable in bound.trainable_variables:
        variable.assign_add(keras.ops.ones(variable.shape, variable.dtype))
    assert path.read_bytes() == content
    expected, inode = values(bound), path.stat().st_ino
    specc.save_weights(bound, path, force=True)
    assert path.stat().st_ino != inode  # it was replaced, not written to
    assert values(bound) == expected
    assert values(specc.bind(spec_of(dtype), path, mmap=True)) == expected
    assert [each.name for each in tmp_path.iterdir()] == [name]


def values(model: Any) -> dict[str, bytes]:
    return {
        each.path: np.asarray(each).tobytes()
        for each in model.variables
        if "optimizer" not in each.path and "seed" not in each.path
    }


@pytest.mark.parametrize("shift", [0, 1, 2, 4, 8, 16, 32, 63])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e4m3fn", "int32", "bool"])
def test_values_of_any_alignment_are_used_without_harm(
    keras: ModuleType, dtype: str, shift: int
) -> None:
    from specc.keras_backend.values import as_value
    from specc.weights.arrays import aligned_empty
    from specc.weights.dtypes import numpy_dtype

    width = numpy_dtype(dtype)
    buffer = aligned_empty((4096,), np.dtype("uint8"))
    buffer[:] = 1
    array = np.ndarray((256,), width, buffer, shift)
    value = as_value(array)
    variable = keras.Variable(value, dtype=dtype) if dtype != "float8_e4m3fn" else value
    total = np.asarray(keras.ops.cast(variable, "float32") * 2)
    np.testing.assert_array_equal(total, array.astype("float32") * 2)


def test_checkpoints_are_mapped_without_harm(keras: ModuleType, tmp_path: Path) -> None:
    """Their tensors are packed, so most are not aligned."""
    import tensorflow as tf

    model = specc.compile(spec_of("float32"), seed=1)
    tf.train.Checkpoint(model=model).write(str(tmp_path / "ckpt"))
    bound = specc.bind(spec_of("float32"), tmp_path / "ckpt", mmap=True)
    assert values(bound) == values(model)
    specc.save_weights(bound, tmp_path / "ckpt.safetensors")


def test_a_source_that_is_replaced_or_removed_stays_as_it_was(
    keras: ModuleType, tmp_path: Path
) -> None:
    """A map holds the file, not its name."""
    path, other = tmp_path / "w.safetensors", tmp_path / "other.safetensors"
    model = specc.compile(spec_of("float32"), seed=1)
    specc.save_weights(model, path)
    specc.save_weights(specc.compile(spec_of("float32"), seed=2), other)
    bound = specc.bind(spec_of("float32"), path, mmap=True)
    other.replace(path)
    assert values(bound) == values(model)
    path.unlink()
    assert values(bound) == values(model)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux's list of maps")
def test_without_mmap_no_file_is_mapped(keras: ModuleType, tmp_path: Path) -> None:
    """So that whoever cuts the file short can't end the process."""
    path = tmp_path / "copied.safetensors"
    model = specc.compile(spec_of("float32"), seed=1)
    specc.save_weights(model, path)
    bound = specc.bind(spec_of("float32"), path)
    assert path.name not in Path("/proc/self/maps").read_text()
    mapped = specc.bind(spec_of("float32"), path, mmap=True)
    assert path.name in Path("/proc/self/maps").read_text()
    assert values(bound) == values(mapped) == values(model)

"""Every dtype through every format that `docs/weights.md` lists, written by what writes it.

What a format or its writer lacks stands in `LACKS`.
"""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.catalog.tables.saved_order import saved_places
from specc.weights import Provenance, TensorInfo, open_source
from specc.weights.dtypes import dtype_name
from specc.weights.writing import write_tensors
from tests.structure.tree import ROOT
from tests.weights.arrays import every_kind, same

Arrays = Mapping[str, np.ndarray]
ORBAX = ROOT / "tests" / "weights" / "orbax" / "orbax-0.12.8-dtypes.zip"

ARRAYS: Arrays = {
    re.sub(r"\W", "_", name): np.asarray(array, array.dtype.newbyteorder("="), order="C")
    for name, array in every_kind().items()
} | {
    "dtype_complex128": np.array([1 + 2j, np.nan]),
    **{f"empty_{name}": np.zeros((0, 2), name) for name in ("bool", "int8", "uint32", "float16")},
    **{f"scalar_{name}": np.array(1, name) for name in ("bool", "int8", "uint32", "float16")},
}


def tensorflow() -> ModuleType:
    return importlib.import_module("tensorflow")


def by_specc(name: str, **options: Any) -> Callable[[Path, Arrays], Path]:
    def write(folder: Path, arrays: Arrays) -> Path:
        infos = [TensorInfo(key, a.shape, dtype_name(a.dtype)) for key, a in arrays.items()]
        write_tensors(folder / name, infos, lambda key: arrays[key], Provenance(), **options)
        return folder / name

    return write


def constant(array: np.ndarray) -> Any:
    """A tensor of TensorFlow; strings are its own."""
    return tensorflow().constant(array.tolist() if array.dtype == object else array,
                                 dtype_name(array.dtype), array.shape)  # fmt: skip


def layer_of(library: ModuleType, arrays: Arrays) -> Any:
    """A layer that holds variables of these values."""
    options = {"autocast": False} if library.__name__ == "keras" else {}

    class Holder(library.layers.Layer):  # type: ignore[name-defined,misc]
        def build(self, shape: Any) -> None:
            for name, array in arrays.items():
                variable = self.add_weight(
                    shape=array.shape, dtype=dtype_name(array.dtype), initializer="zeros",
                    trainable=False, name=name, **options,
                )  # fmt: skip
                getattr(variable, "_value", variable).assign(constant(array))
                setattr(self, name, variable)

        def call(self, x: Any) -> Any:
            return x

    return Holder(name="holder")


def model_of(arrays: Arrays, library: str = "keras") -> Any:
    found = importlib.import_module(library)
    return found.Sequential([found.layers.Input((2,)), layer_of(found, arrays)])


def by_keras(name: str, **options: Any) -> Callable[[Path, Arrays], Path]:
    def write(folder: Path, arrays: Arrays) -> Path:
        model = model_of(arrays)
        if name.endswith(".keras"):
            model.save(folder / name)
        else:
            model.save_weights(folder / name, **options)
        return folder / name

    return write


def by_keras_2(folder: Path, arrays: Arrays) -> Path:
    model_of(arrays, "tf_keras").save_weights(str(folder / "w.h5"))
    return folder / "w.h5"


def by_h5py(folder: Path, arrays: Arrays) -> Path:
    with importlib.import_module("h5py").File(folder / "w.h5", "w") as file:
        for key, array in arrays.items():
            file.create_dataset(key, data=array)
    return folder / "w.h5"


def module_of(arrays: Arrays) -> Any:
    module = tensorflow().Module()
    for name, array in arrays.items():
        setattr(module, name, tensorflow().Variable(constant(array)))
    return module


def checkpoint(folder: Path, arrays: Arrays) -> Path:
    return Path(tensorflow().train.Checkpoint(net=module_of(arrays)).save(str(folder / "ckpt")))


def saver(folder: Path, arrays: Arrays) -> Path:
    tensorflow().raw_ops.SaveV2(
        prefix=str(folder / "w.ckpt"), tensor_names=list(arrays),
        shape_and_slices=[""] * len(arrays), tensors=[constant(each) for each in arrays.values()],
    )  # fmt: skip
    return folder / "w.ckpt"


def saved_model(folder: Path, arrays: Arrays) -> Path:
    tensorflow().saved_model.save(module_of(arrays), str(folder / "model"))
    return folder / "model"


def orbax(folder: Path, _: Arrays) -> Path:
    """What Orbax wrote of them: see tests/weights/orbax."""
    shutil.unpack_archive(ORBAX, folder / "orbax")
    return folder / "orbax" / "item"


WRITERS: dict[str, Callable[[Path, Arrays], Path]] = {
    "safetensors": by_specc("w.safetensors"),
    "safetensors-sharded": by_specc("w.safetensors.index.json", shard_bytes=500),
    "npz": by_specc("w.npz"),
    "keras3-h5": by_keras("w.weights.h5"),
    "keras3-h5-sharded": by_keras("w.weights.json", max_shard_size=2e-5),
    "keras": by_keras("w.keras"),
    "keras2-h5": by_keras_2,
    "hdf5": by_h5py,
    "tf2-checkpoint": checkpoint,
    "tf1-checkpoint": saver,
    "orbax": orbax,
    "saved-model": saved_model,
}

FLOAT8_OF_ML = ["float8_e3m4", "float8_e4m3", "float8_e8m0fnu"]
FLOAT8 = [*FLOAT8_OF_ML, "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"]
FLOAT8 += ["float8_e4m3b11fnuz"]
SMALL = ["int2", "int4", "uint2", "uint4"]
NO_VARIABLES = [*FLOAT8_OF_ML, "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e4m3b11fnuz"]
KERAS = [*FLOAT8, *SMALL, "string"]

LACKS: dict[str, list[str]] = {
    "safetensors": ["complex128"],
    "safetensors-sharded": ["complex128"],
    "npz": [],
    # Keras has no variables of these kinds.
    "keras3-h5": KERAS,
    "keras3-h5-sharded": [*KERAS, "complex64", "complex128"],  # whose sizes Keras doesn't know
    "keras": KERAS,
    # Keras 2 and h5py write those that numpy lacks without their names: S905.
    "keras2-h5": [*KERAS, "bfloat16"],
    "hdf5": [*KERAS, "bfloat16"],
    "tf2-checkpoint": NO_VARIABLES,
    "tf1-checkpoint": FLOAT8_OF_ML,
    "orbax": ["string", "empty", "float8_e4m3", "uint2", "uint4"],
    "saved-model": NO_VARIABLES,
}
"""What a format, or TensorFlow's variables, have no dtype for; and of Orbax what it refuses."""


def of_format(name: str) -> dict[str, np.ndarray]:
    lacks = set(LACKS[name])
    return {
        key: array
        for key, array in ARRAYS.items()
        if dtype_name(array.dtype) not in lacks and not ("empty" in lacks and not array.size)
    }


def listed() -> set[str]:
    """The formats of the page's table."""
    page = (ROOT / "docs" / "weights.md").read_text(encoding="utf-8")
    table = page.partition("| format | is | written |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE))


def test_every_format_is_tested() -> None:
    assert listed() == WRITERS.keys()


@pytest.mark.filterwarnings("ignore")  # of the libraries that write
@pytest.mark.parametrize("name", WRITERS)
def test_every_dtype_comes_through(keras: ModuleType, tmp_path: Path, name: str) -> None:
    arrays = of_format(name)
    with open_source(WRITERS[name](tmp_path, arrays)) as source:
        assert source.format == name
        found: dict[str, np.ndarray] = {}
        for info in source.tensors().values():
            last = re.split(r"[/.:]", info.key.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE"))
            number = info.names.get("index", "")
            by_name = [part for part in last if part in arrays]
            key = by_name[-1] if by_name else list(arrays)[int(number)] if number else ""
            if key:
                found[key] = source.read(info.key)
    assert found.keys() == arrays.keys()
    assert [key for key, array in arrays.items() if not same(found[key], array)] == []


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".weights.h5", ".keras", ".ckpt", ""])
def test_models_of_every_dtype_bind(keras: ModuleType, tmp_path: Path, suffix: str) -> None:
    arrays = of_format("keras3-h5")
    if suffix == ".safetensors":
        arrays = {key: a for key, a in arrays.items() if a.dtype.name not in LACKS["safetensors"]}
    path = tmp_path / f"model{suffix}"
    if suffix:
        specc.save_weights(model_of(arrays), path)
    else:
        model_of(arrays).export(path, verbose=False)
    blank = model_of({key: np.zeros_like(array) for key, array in arrays.items()})
    specc.bind(blank, path)
    bound = {key: getattr(blank.layers[-1], key).numpy() for key in arrays}
    assert [key for key, array in arrays.items() if not same(np.asarray(bound[key]), array)] == []


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".weights.h5", ".keras", ".ckpt"])
def test_quantised_weights_bind(keras: ModuleType, tmp_path: Path, suffix: str) -> None:
    def quantised(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        layers = keras.layers
        model = keras.Sequential(
            [layers.Input((6,)), layers.Dense(5, name="eight"), layers.Dense(4, name="four")]
        )
        model.layers[0].quantize("int8")
        model.layers[1].quantize("int4")
        return model

    model, other = quantised(1), quantised(2)
    specc.save_weights(model, tmp_path / f"w{suffix}")
    specc.bind(other, tmp_path / f"w{suffix}")
    assert {str(each.dtype) for each in model.weights} == {"int8", "float32"}
    for one, two in zip(model.weights, other.weights, strict=True):
        assert same(one.numpy(), two.numpy()), one.path


QUANTISED = """\
specc: 1
model: quantised
inputs: {x: {shape: [4], dtype: int32}}
body:
  - {Embedding: {input_dim: 7, output_dim: 6}, dtype: int8_from_float32, name: table}
  - MultiHeadAttention: {num_heads: 2, key_dim: 4}
    dtype: int8_from_float32
    name: attention
    args: {query: _, value: _}
  - {Dense: {units: 8}, dtype: int4_from_float32, name: four}
  - {Dense: {units: 6}, dtype: float8_from_float32, name: eight}
  - {Dense: {units: 3, use_bias: false}, dtype: int8_from_float32, name: head}
"""


def test_specs_of_quantised_layers_bind_from_files_of_keras(
    keras: ModuleType, tmp_path: Path
) -> None:
    """Keras numbers a quantized layer's variables in an order of its own."""
    model = specc.compile(specc.loads(QUANTISED), seed=1)
    draw = np.random.default_rng(5)
    for variable in model.weights:
        array = variable.numpy()
        drawn = (
            draw.integers(-8, 8, array.shape) if array.dtype == "int8" else draw.random(array.shape)
        )
        variable.assign(np.asarray(drawn, array.dtype))
    model.save_weights(tmp_path / "w.weights.h5")
    bound = specc.bind(specc.loads(QUANTISED), tmp_path / "w.weights.h5")
    for one, two in zip(model.weights, bound.weights, strict=True):
        assert same(one.numpy(), two.numpy()), one.path


def test_the_table_has_the_order_of_keras(keras: ModuleType) -> None:
    layers = keras.layers
    made = [
        layers.Dense(2), layers.EinsumDense("ab,bc->ac", 2), layers.Embedding(2, 2),
        layers.ReversibleEmbedding(2, 2, tie_weights=False),
    ]  # fmt: skip
    for layer in made:
        for mode, names in layer.variable_serialization_spec.items():
            if mode is not None:
                places = saved_places(sorted(names))
                assert sorted(places, key=places.__getitem__) == names, (layer.name, mode)

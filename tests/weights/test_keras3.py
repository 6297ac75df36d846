"""What Keras 3 writes: each variable, found by the names of its layers, is that of the model."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest

from specc.weights.arrays import is_aligned
from specc.weights.opening import open_source
from specc.weights.source import Source
from tests.weights.arrays import same
from tests.weights.hostile import mutations, refused, survives


def image(keras: ModuleType) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3, name="first"),
            layers.BatchNormalization(name="norm"),
            layers.Conv2D(4, 3, name="second"),
            layers.Dropout(0.5, seed=1, name="drop"),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="head"),
        ]
    )


def nested(keras: ModuleType) -> Any:
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="b")], name="inner")
    x = keras.Input((4,))
    return keras.Model(x, keras.layers.Dense(1, name="a")(inner(inner(x))))


def recurrent(keras: ModuleType) -> Any:
    layers = keras.layers
    x = keras.Input((5,), dtype="int32")
    y = layers.Bidirectional(layers.LSTM(3), name="both")(layers.Embedding(9, 4, name="e")(x))
    return keras.Model(x, y)


def half(keras: ModuleType) -> Any:
    x = keras.Input((4,))
    y = keras.layers.Dense(3, dtype="bfloat16", name="b")(x)
    return keras.Model(x, keras.layers.Dense(3, dtype="float16", name="f")(y))


def quantised(keras: ModuleType) -> Any:
    model = nested(keras)
    model.get_layer("a").quantize("int8")
    return model


def words(keras: ModuleType) -> Any:
    x = keras.Input((1,), dtype="string")
    lookup = keras.layers.StringLookup(vocabulary=["b", "ä", "c d"], name="lookup")
    return keras.Model(x, keras.layers.Embedding(4, 2, name="e")(lookup(x)))


MODELS: list[Callable[[ModuleType], Any]] = [image, nested, recurrent, half, quantised, words]


def expected(layer: Any, path: str = "") -> dict[str, np.ndarray]:
    """What each layer would store, by the names of the layers that lead to it."""
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    found = {f"{path}/{key}": np.asarray(getattr(v, "value", v)) for key, v in store.items()}
    for inner in layer._layers:
        found |= expected(inner, f"{path}/{inner.name}")
    return found


def assert_holds(source: Source, model: Any) -> None:
    read = {
        f"/{info.names['layer_path']}/{info.names['index']}": source.read(info.key)
        for info in source.tensors().values()
        if info.role == "variable"
    }
    values = expected(model)
    assert read.keys() == values.keys()
    for name, value in values.items():
        assert same(read[name], value), name


@pytest.fixture(params=MODELS, ids=lambda make: make.__name__)
def model(request: pytest.FixtureRequest, keras: ModuleType) -> Any:
    keras.backend.clear_session()
    return request.param(keras)


def test_weights_h5(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.weights.h5"
    model.save_weights(path)
    with open_source(path) as source:
        assert source.format == "keras3-h5"
        assert_holds(source, model)


def test_keras_in_place(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    model.save(path)
    with open_source(path) as source:
        assert source.format == "keras"
        assert source.metadata()["keras_version"]
        assert_holds(source, model)


def test_sharded(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.weights.json"
    model.save_weights(path, max_shard_size=1e-6)
    with open_source(path) as source:
        assert source.format == "keras3-h5-sharded"
        assert_holds(source, model)


def test_unzipped_and_compressed(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        with zipfile.ZipFile(tmp_path / "b.keras", "w", zipfile.ZIP_DEFLATED) as other:
            for name in names:
                other.writestr(name, archive.read(name))
                if not name.endswith("/"):
                    file = tmp_path / "folder" / name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(archive.read(name))
    for place in ("b.keras", "folder"):
        with open_source(tmp_path / place) as source:
            assert_holds(source, model)


def test_vocabularies(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    x = keras.Input((1,), dtype="string")
    lookup = keras.layers.StringLookup(name="lookup")
    lookup.adapt([["b"], ["b"], ["ä"]])
    keras.Model(x, lookup(x)).save(path)
    with open_source(path) as source:
        tables = {info.key: source.read(info.key).tolist() for info in source.tensors().values()}
        infos = list(source.tensors().values())
    assert [(info.dtype, info.role) for info in infos] == [("string", "table")]
    assert list(tables.values()) == [[b"[UNK]", b"b", "ä".encode()]]


def test_training_state_has_its_role(keras: ModuleType, tmp_path: Path) -> None:
    model = image(keras)
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.ones((2, 8, 8, 3)), np.ones((2, 2)), verbose=0)
    path = tmp_path / "a.keras"
    model.save(path)
    with open_source(path) as source:
        roles = {info.role for info in source.tensors().values()}
        optimizer = [info for info in source.tensors().values() if info.role == "optimizer"]
        assert_holds(source, model)
    assert roles >= {"variable", "optimizer"}
    assert len(optimizer) == len(model.optimizer.variables)


def test_swapped_names_are_seen(keras: ModuleType, tmp_path: Path) -> None:
    """Keras itself would load this into the wrong layers, and say nothing."""
    dense = [keras.layers.Dense(2, name=name) for name in "ab"]
    path = tmp_path / "a.weights.h5"
    keras.Sequential([keras.Input((2,)), *dense]).save_weights(path)
    with open_source(path) as source:
        names = [info.names for info in source.tensors().values()]
    assert {n["object_path"]: n["layer_name"] for n in names} == {
        "layers/dense": "a",
        "layers/dense_1": "b",
    }


def test_arrays_are_aligned_and_mapped(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    image(keras).save(path)
    before = path.read_bytes()
    with open_source(path) as source:
        for key in source.tensors():
            array = source.read(key, mmap=True)
            assert is_aligned(array)
            array[...] = 1
    assert path.read_bytes() == before


def test_mutations_of_an_archive(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    nested(keras).save(path)
    data = path.read_bytes()
    results = [survives(path, changed) for changed in mutations(data, 300, 6)]
    assert 0 < sum(results) < 300


def test_weights_of_another_save_in_a_folder(keras: ModuleType, tmp_path: Path) -> None:
    model = image(keras)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        model.save_weights(tmp_path / name / "m.weights.json", max_shard_size=1e-6)
    shards = sorted((tmp_path / "a").glob("*.h5"))
    assert len(shards) > 2
    shutil.copy(shards[1], shards[0])
    refused(tmp_path / "a" / "m.weights.json", "S909")


def without_names(path: Path) -> Path:
    """The same archive as Keras wrote it before it gave the groups names."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        file.visititems(lambda _, item: item.attrs.pop("name", None) and None)
    members["model.weights.h5"] = weights.getvalue()
    old = path.with_name("old.keras")
    with zipfile.ZipFile(old, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return old


def test_names_may_stand_in_the_config_alone(model: Any, tmp_path: Path) -> None:
    model.save(tmp_path / "a.keras")
    old = without_names(tmp_path / "a.keras")
    with open_source(tmp_path / "a.keras") as new, open_source(old) as source:
        named = {key: info.names for key, info in source.tensors().items() if info.names}
        assert named.keys() == {key for key, info in new.tensors().items() if info.names}
        for key, names in named.items():
            if "layer_path" in names:  # what is in a wrapper has no name there
                assert new.tensors()[key].names["layer_path"].startswith(names["layer_path"])
        assert any("layer_path" in names for names in named.values())

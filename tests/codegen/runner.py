"""Runs generated modules where there is no specc; started as a script by `running.py`.

For each folder that it is given: imports `model.py`, puts the values of `variables.npz` into the
model's variables in their order, and writes what it makes of `inputs.npz`.
"""

from __future__ import annotations

import sys

sys.modules["specc"] = None  # type: ignore[assignment]  # importing it fails from now on

import importlib.util  # noqa: E402 - after specc is out of reach
import traceback  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402


def structured(arrays: Any) -> Any:
    """Inputs as the model takes them: one, a list (`0`, `1`, …), or a dict by name."""
    names = list(arrays)
    if names == ["_"]:
        return arrays["_"]
    if all(name.isdigit() for name in names):
        return [arrays[name] for name in sorted(names, key=int)]
    return {name: arrays[name] for name in names}


def run(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location(folder.name, folder / "model.py")
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]  # it exists
    sys.modules[folder.name] = module
    spec.loader.exec_module(module)  # type: ignore[union-attr]  # it has one
    is_model = hasattr(module, "build_model")
    model = module.build_model() if is_model else module.build_layer()
    with np.load(folder / "inputs.npz") as arrays:
        inputs = structured(arrays)
    if not is_model:
        model(inputs)  # builds it
    with np.load(folder / "variables.npz") as values:
        given = [values[name] for name in values.files]
    shapes = [tuple(variable.shape) for variable in model.variables]
    assert shapes == [value.shape for value in given], f"variables: {shapes}"
    for variable, value in zip(model.variables, given, strict=True):
        variable.assign(value)
    results = {}
    for way in ("infers", "trains"):
        outputs = keras.tree.flatten(model(inputs, training=way == "trains"))
        losses = [np.asarray(loss) for loss in model.losses]
        variables = [np.asarray(variable) for variable in model.variables]
        for what, arrays in (("out", outputs), ("loss", losses), ("var", variables)):
            for place, array in enumerate(arrays):
                results[f"{way}-{what}-{place}"] = np.asarray(array)
    for path in sorted(folder.glob("method-*.npz")):
        name = path.stem.removeprefix("method-")
        with np.load(path) as given:
            outputs = keras.tree.flatten(getattr(model, name)(*given.values()))
        results |= {f"{name}-{i}": np.asarray(each) for i, each in enumerate(outputs)}
    np.savez(folder / "results.npz", **results)
    names = "\n".join(str(variable.path) for variable in model.variables)
    (folder / "paths.txt").write_text(names, encoding="utf-8")
    flags = "\n".join(str(variable.trainable) for variable in model.variables)
    (folder / "trainable.txt").write_text(flags, encoding="utf-8")
    if getattr(model, "optimizer", None) is not None:
        model.optimizer.build(model.trainable_variables)  # else Keras can't load its state
    if (folder / "wanted.weights.h5").exists():
        load_weights(model, folder)
    if hasattr(model, "operations"):
        (folder / "config.json").write_text(model.to_json(), encoding="utf-8")
    if (folder / "not_saved").exists():  # Keras itself loses adapters that are inside of layers
        return
    if not is_model:
        make_again(model, inputs)
        return
    model.save(folder / "saved.keras")
    again = keras.models.load_model(folder / "saved.keras")
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def make_again(layer: Any, inputs: Any) -> None:
    """A layer of the same config computes the same."""
    again = type(layer).from_config(layer.get_config())
    wanted = keras.tree.flatten(layer(inputs))
    again(inputs)
    again.set_weights(layer.get_weights())
    for one, other in zip(wanted, keras.tree.flatten(again(inputs)), strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def load_weights(model: Any, folder: Path) -> None:
    """Loads what specc's model saved, over other values, and saves it again."""
    wanted = [np.asarray(variable) for variable in model.weights]
    for variable in model.weights:
        variable.assign(keras.ops.zeros_like(variable))
    model.load_weights(folder / "wanted.weights.h5")
    for variable, value in zip(model.weights, wanted, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value, err_msg=variable.path)
    model.save_weights(folder / "found.weights.h5")


for name in sys.argv[1:]:
    try:
        run(Path(name))
    except Exception:  # the test that reads it fails with it
        (Path(name) / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")

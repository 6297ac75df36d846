"""Holds generated code against the model that specc compiles, in a process without specc."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

import specc
from specc.api import specs as api

RUNNER = Path(__file__).with_name("runner.py")
SEED = 5
NO_NAMES = ("name", "shared_object_id")


@dataclass(frozen=True)
class Case:
    """A spec, and what its model is run on: arrays by name; `_` is a single one, digits a list."""

    name: str
    spec: specc.Spec
    inputs: Mapping[str, Any]
    plain: bool = True
    saved: bool = True
    weights: bool = False
    """Whether `.weights.h5` files are held against each other, both ways."""
    methods: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What further methods are called on."""


def run_all(cases: Sequence[Case], folder: Path) -> None:
    """Writes and runs the code of all cases, in one process."""
    for case in cases:
        here = folder / case.name
        here.mkdir()
        if not case.saved:
            (here / "not_saved").touch()
        api.save(case.spec, here / "model.py")
        model = specc.compile(case.spec, seed=SEED)
        if not model.built:
            model(structured(case.inputs))
        values = {f"v{i:04}": np.asarray(v) for i, v in enumerate(model.variables)}
        np.savez(here / "variables.npz", **values)
        np.savez(here / "inputs.npz", **case.inputs)
        results = _results(model, case.inputs)
        for name, given in case.methods.items():
            np.savez(here / f"method-{name}.npz", *given)
            outputs = keras.tree.flatten(getattr(model, name)(*given))
            results |= {f"{name}-{i}": np.asarray(each) for i, each in enumerate(outputs)}
        np.savez(here / "wanted.npz", **results)
        if case.weights:
            if getattr(model, "optimizer", None) is not None:
                model.optimizer.build(model.trainable_variables)
            model.save_weights(here / "wanted.weights.h5")
        flags = "\n".join(str(variable.trainable) for variable in model.variables)
        (here / "wanted_trainable.txt").write_text(flags, encoding="utf-8")
        if hasattr(model, "operations"):
            (here / "wanted.json").write_text(model.to_json(), encoding="utf-8")
    names = [str(folder / case.name) for case in cases]
    command = [sys.executable, "-W", "error::UserWarning", str(RUNNER), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _results(model: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    given = structured(inputs)
    results = {}
    for way in ("infers", "trains"):
        outputs = keras.tree.flatten(model(given, training=way == "trains"))
        parts = (("out", outputs), ("loss", model.losses), ("var", model.variables))
        for what, arrays in parts:
            for place, array in enumerate(arrays):
                results[f"{way}-{what}-{place}"] = np.asarray(array)
    return results


def structured(arrays: Mapping[str, Any]) -> Any:
    """Inputs as the model takes them."""
    if list(arrays) == ["_"]:
        return arrays["_"]
    return list(arrays.values()) if "0" in arrays else dict(arrays)


def assert_equal(case: Case, folder: Path) -> None:
    """The code's model has the same variables and config, and computes the same, bit for bit."""
    here = folder / case.name
    error = here / "error.txt"
    assert not error.exists(), error.read_text() + (here / "model.py").read_text()
    with np.load(here / "wanted.npz") as wanted, np.load(here / "results.npz") as found:
        assert sorted(wanted.files) == sorted(found.files)
        for name in wanted.files:
            np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)
    flags = [(here / f"{name}trainable.txt").read_text().split() for name in ("", "wanted_")]
    paths = (here / "paths.txt").read_text().splitlines()
    assert dict(zip(paths, flags[0], strict=True)) == dict(zip(paths, flags[1], strict=True))
    if case.plain and (here / "wanted.json").exists():
        ours, theirs = (
            unnamed(json.loads((here / name).read_text()))
            for name in ("wanted.json", "config.json")
        )
        assert theirs == ours


def assert_loads(case: Case, folder: Path) -> None:
    """What the code's model has saved, specc's model loads."""
    model = specc.compile(case.spec, seed=SEED + 1)
    if getattr(model, "optimizer", None) is not None:
        model.optimizer.build(model.trainable_variables)
    model.load_weights(folder / case.name / "found.weights.h5")
    with np.load(folder / case.name / "results.npz") as found:
        weights = {id(variable) for variable in model.weights}
        for place, variable in enumerate(model.variables):
            if id(variable) in weights:
                wanted = found[f"trains-var-{place}"]
                np.testing.assert_array_equal(np.asarray(variable), wanted, variable.path)


def unnamed(config: Any) -> Any:
    """A config without names: each layer is called by its place in its model."""
    if isinstance(config, dict) and isinstance(config.get("layers"), list):
        names = {layer["config"]["name"]: i for i, layer in enumerate(config["layers"])}
        return {key: _placed(value, names) for key, value in config.items() if key != "name"}
    return _rest(config, unnamed)


def _placed(value: Any, names: Mapping[str, int]) -> Any:
    if isinstance(value, dict) and isinstance(value.get("layers"), list):
        return unnamed(value)
    if isinstance(value, str) and value in names:
        return f"#{names[value]}"
    return _rest(value, lambda inner: _placed(inner, names))


def _rest(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items() if key not in NO_NAMES}
    return [change(item) for item in value] if isinstance(value, list) else value

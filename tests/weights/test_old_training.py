"""The state of Keras 1 and 2's optimizers: training goes on where it was, or is refused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest

import specc
from specc.weights.old_layouts import as_today
from specc.weights.opening import open_source
from specc.weights.planning import Asked, Kind, Plan, Wanted, make_plan, parse_files

RNG = np.random.default_rng(0)
X, Y = (RNG.normal(size=(8, size)).astype("float32") for size in (4, 3))
TOLERANCE = 1e-5
"""Of a step's length: the same formulas, computed in another order."""


def rate(tf_keras: Any) -> Any:
    return tf_keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)


Make = Callable[[Any], Any]
NEW: dict[str, Make] = {
    "adam": lambda k: k.optimizers.Adam(0.01),
}
LEGACY: dict[str, Make] = {
    "legacy_decay": lambda k: k.optimizers.legacy.SGD(0.1, momentum=0.9, decay=0.5, nesterov=True),
}
MORE_NEW: dict[str, Make] = {
    "adadelta": lambda k: k.optimizers.Adadelta(1.0),
    "adagrad": lambda k: k.optimizers.Adagrad(0.1),
    "adamax": lambda k: k.optimizers.Adamax(0.01),
    "adamw": lambda k: k.optimizers.AdamW(0.01, amsgrad=True),
    "centered": lambda k: k.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "ftrl": lambda k: k.optimizers.Ftrl(0.1),
    "lion": lambda k: k.optimizers.Lion(0.01),
    "rmsprop": lambda k: k.optimizers.RMSprop(0.01),
    "schedule": lambda k: k.optimizers.Adam(rate(k)),
    "sgd": lambda k: k.optimizers.SGD(0.1, clipnorm=0.1),
    "sgd_momentum": lambda k: k.optimizers.SGD(0.1, momentum=0.9),
}
MORE_LEGACY: dict[str, Make] = {
    "legacy_adam": lambda k: k.optimizers.legacy.Adam(0.01, amsgrad=True),
    "legacy_adadelta": lambda k: k.optimizers.legacy.Adadelta(1.0),
    "legacy_adagrad": lambda k: k.optimizers.legacy.Adagrad(0.1),
    "legacy_adamax": lambda k: k.optimizers.legacy.Adamax(0.01),
    "legacy_centered": lambda k: k.optimizers.legacy.RMSprop(0.01, momentum=0.5, centered=True),
    "legacy_ftrl": lambda k: k.optimizers.legacy.Ftrl(0.1),
    "legacy_schedule": lambda k: k.optimizers.legacy.Adam(rate(k)),
    "legacy_sgd": lambda k: k.optimizers.legacy.SGD(0.1, clipvalue=0.1),
}
AVERAGE: dict[str, Make] = {
    "average": lambda k: k.optimizers.SGD(0.1, use_ema=True, weight_decay=0.01)
}
FILES = ("m.h5", "m.keras", "ck/m", "saved")


def trained(tf_keras: Any, make: Make, steps: int = 3) -> Any:
    """A model with a model inside and state that moves, trained a few steps."""
    tf_keras.utils.set_random_seed(1)
    x = tf_keras.Input((4,), name="x")
    y = tf_keras.layers.Dense(5, name="a", activation="tanh")(x)
    y = tf_keras.layers.BatchNormalization(name="n")(y)
    inner = tf_keras.Sequential([tf_keras.layers.Dense(5, name="d", input_shape=(5,))], name="s")
    model = tf_keras.Model(x, tf_keras.layers.Dense(3, name="b")(inner(y)), name="m")
    model.compile(make(tf_keras), "mse", run_eagerly=True)
    for _ in range(steps):
        model.train_on_batch(X, Y)
    return model


def save(model: Any, folder: Path, name: str) -> Path:
    path = folder / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old formats
        if name == "ck/m":
            model.save_weights(path)
        else:
            model.save(path)
    return path


def goes_on(tf_keras: Any, make: Make, folder: Path, *names: str) -> None:
    """After another step on both sides, the weights are equal within the tolerance."""
    old = trained(tf_keras, make)
    spec = specc.import_model(save(old, folder, "spec.h5"))
    files = [save(old, folder, name) for name in names]
    old.train_on_batch(X, Y)
    expected = old.get_weights()
    for file in files:
        model = specc.bind(spec, str(file), with_training=True)
        model.run_eagerly = True
        before = model.get_weights()
        model.train_on_batch(X, Y)
        found = model.get_weights()
        step = max(np.abs(a - b).max() for a, b in zip(found, before, strict=True))
        assert step > 0.005
        for one, other in zip(found, expected, strict=True):
            assert np.abs(one - other).max() <= TOLERANCE * step, file


@pytest.mark.parametrize("name", NEW)
def test_training_goes_on(name: str, keras: ModuleType, tf_keras: Any, tmp_path: Path) -> None:
    goes_on(tf_keras, NEW[name], tmp_path, "m.h5", "m.keras", "ck/m")


@pytest.mark.parametrize("name", LEGACY)
def test_training_of_before_2_11_goes_on(
    name: str, keras: ModuleType, tf_keras: Any, tmp_path: Path
) -> None:
    goes_on(tf_keras, LEGACY[name], tmp_path, "m.h5", "ck/m")


@pytest.mark.long
@pytest.mark.parametrize("name", {**NEW, **MORE_NEW})
def test_training_goes_on_from_all_files(
    name: str, keras: ModuleType, tf_keras: Any, tmp_path: Path
) -> None:
    goes_on(tf_keras, {**NEW, **MORE_NEW}[name], tmp_path, *FILES)


@pytest.mark.long
@pytest.mark.parametrize("name", {**LEGACY, **MORE_LEGACY, **AVERAGE})
def test_training_of_before_2_11_goes_on_from_all_files(
    name: str, keras: ModuleType, tf_keras: Any, tmp_path: Path
) -> None:
    files = [name for name in FILES if name != "m.keras"]  # Keras 2 left the state out of it
    if name == "legacy_adagrad":
        files = ["m.h5", "saved"]  # others don't say what it began with
    goes_on(tf_keras, {**LEGACY, **MORE_LEGACY, **AVERAGE}[name], tmp_path, *files)


SHAPES = {"a/kernel": (4, 4), "a/bias": (4,), "b/kernel": (4, 4), "b/bias": (4,)}
STATES = {"momentum": 0.25, "velocity": 0.5}


def array(name: str, state: str = "") -> np.ndarray:
    """What nothing else has."""
    seed = sum(map(ord, f"{name}{state}"))
    return np.random.default_rng(seed).normal(size=SHAPES[name]).astype("float32")


def write(path: Path, optimizer: dict[str, Any], states: list[tuple[str, np.ndarray]]) -> Path:
    """A full model as Keras 2 writes it, of two layers."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.2.4"
        file.attrs["training_config"] = json.dumps({"optimizer_config": optimizer, "loss": "mse"})
        root, kept = file.create_group("model_weights"), file.create_group("optimizer_weights")
        root.attrs["layer_names"] = [b"b", b"a"]  # not by their names
        for layer in ("b", "a"):
            names = [name for name in SHAPES if name.startswith(layer)]
            group = root.create_group(layer)
            group.attrs["weight_names"] = [f"{name}:0".encode() for name in names]
            for name in names:
                group[f"{name}:0"] = array(name)
        kept.attrs["weight_names"] = [name.encode() for name, _ in states]
        for name, values in states:
            kept[name] = values
    return path


def slots(owner: str = "Adam", layers: str = "ab") -> list[Wanted]:
    names = [name for name in SHAPES if name[0] in layers]
    keys = {name.replace("/", "."): name for name in names}
    made = [
        Wanted(key, SHAPES[name], "float32", layers=(name[0],), name=name[2:])
        for key, name in keys.items()
    ]
    alone = [("iteration", "int64"), ("learning_rate", "float32")]
    state = [(f"{key}.{each}", SHAPES[name]) for key, name in keys.items() for each in STATES]
    every = [*((name, (), dtype) for name, dtype in alone), *((k, s, "float32") for k, s in state)]
    return made + [
        Wanted(f"optimizer.{key}", shape, dtype, Kind.OPTIMIZER, False, ("optimizer",), (),
               key, index, owner=owner)
        for index, (key, shape, dtype) in enumerate(every)
    ]  # fmt: skip


def plan_of(path: Path, wanted: list[Wanted]) -> tuple[Plan, dict[str, np.ndarray]]:
    """The plan, and what it would bind."""
    [file] = parse_files([str(path)])
    with as_today(open_source(path)) as source:
        plan = make_plan(wanted, [(file, source)], Asked(training=True))
        return plan, {each.slot: source.read(each.key) for each in plan.bound}


ADAM = {"class_name": "Adam", "config": {"lr": 0.25, "decay": 0.0}}
STEPS = np.array(7, "int64")
IN_FILE = ("b/kernel", "b/bias", "a/kernel", "a/bias")


def named(form: str) -> list[tuple[str, np.ndarray]]:
    old = {"momentum": "m", "velocity": "v"}
    states = [(form.format(name, old[s]), array(name, s)) for s in STATES for name in IN_FILE]
    return [("Adam/iter:0", STEPS), *states]


def unnamed(order: tuple[str, ...], steps: np.ndarray = STEPS) -> list[tuple[str, np.ndarray]]:
    values = [steps, *(array(name, state) for state in STATES for name in order)]
    values += [np.zeros(1, "float32")] * len(order)  # Keras 2.1 to 2.3 kept room for `vhat`
    return [(f"training/Adam/Variable_{i}:0", value) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    "states",
    [
        named("Adam/{}/{}:0"),
        named("training_1/Adam/{}/{}:0"),
        named("Adam/{1}/{0}:0"),
        unnamed(IN_FILE),
        unnamed(tuple(sorted(IN_FILE)), np.array(7, "float32")),  # Keras 2.0
    ],
)
def test_state_is_found_by_its_variable(states: Any, tmp_path: Path) -> None:
    plan, bound = plan_of(write(tmp_path / "m.h5", ADAM, states), slots())
    assert plan.ok
    assert not plan.warnings
    for name in SHAPES:
        for state in STATES:
            key = f"optimizer.{name.replace('/', '.')}.{state}"
            np.testing.assert_array_equal(bound[key], array(name, state))
    assert bound["optimizer.iteration"] == 7
    assert bound["optimizer.learning_rate"] == np.float32(0.25)
    assert bound["optimizer.iteration"].dtype == "int64"


def test_state_without_names_of_no_known_order_is_missing(tmp_path: Path) -> None:
    order = ("a/kernel", "b/kernel", "a/bias", "b/bias")
    plan, _ = plan_of(write(tmp_path / "m.h5", ADAM, unnamed(order)[:9]), slots())
    assert {each.key for each in plan.missing} >= {"optimizer.a.kernel.momentum"}


DIFFERENT = [
    ({"class_name": "Nadam", "config": {"lr": 0.1}}, "Nadam", "0.004"),
    ({"class_name": "Adam", "config": {"adaptive_epsilon": True}}, "Adam", "adaptive_epsilon"),
    (ADAM, "SGD", "the model's is SGD"),
]


@pytest.mark.parametrize(("optimizer", "owner", "why"), DIFFERENT)
def test_another_formula_is_refused(
    optimizer: dict[str, Any], owner: str, why: str, tmp_path: Path
) -> None:
    plan, _ = plan_of(write(tmp_path / "m.h5", optimizer, named("Adam/{}/{}:0")), slots(owner))
    [problem] = plan.diagnostics
    assert problem.code == "S943"
    assert why in problem.message


def test_a_fresh_optimizer_is_no_problem(tmp_path: Path) -> None:
    path = write(tmp_path / "m.h5", DIFFERENT[0][0], named("Adam/{}/{}:0"))
    [file] = parse_files([{"from": str(path), "fresh": ["optimizer.**"]}])
    with as_today(open_source(path)) as source:
        plan = make_plan(slots(), [(file, source)], Asked(training=True))
    assert plan.ok
    assert "optimizer.iteration" in plan.fresh


def test_adamw_goes_on_with_adams(tmp_path: Path) -> None:
    assert plan_of(write(tmp_path / "m.h5", ADAM, named("Adam/{}/{}:0")), slots("AdamW"))[0].ok


def test_embeddings_are_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = {name.replace("kernel", "embeddings"): shape for name, shape in SHAPES.items()}
    monkeypatch.setattr(f"{__name__}.SHAPES", renamed)
    order = tuple(name.replace("kernel", "embeddings") for name in IN_FILE)
    plan, _ = plan_of(write(tmp_path / "m.h5", ADAM, unnamed(order)), slots())
    assert plan.ok
    [warning] = plan.warnings
    assert warning.code == "S944"
    assert "`a.embeddings`" in warning.message


def test_state_changes_as_its_variable_does(tmp_path: Path) -> None:
    """Theano's kernels are flipped, and what an optimizer keeps of them."""
    kernel, kept = (RNG.normal(size=(3, 3, 2, 2)).astype("float32") for _ in range(2))
    config = {"class_name": "SGD", "config": {"lr": 0.1, "momentum": 0.9}}
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs.update(keras_version="2.0.0", backend="theano",
                          training_config=json.dumps({"optimizer_config": config}))  # fmt: skip
        root, states = file.create_group("model_weights"), file.create_group("optimizer_weights")
        root.attrs["layer_names"] = [b"c"]
        group = root.create_group("c")
        group.attrs["weight_names"] = [b"c/kernel"]
        group["c/kernel"] = kernel
        states.attrs["weight_names"] = [b"iterations", b"v_0"]
        states["iterations"], states["v_0"] = STEPS, kept
    wanted = [
        Wanted("c.kernel", (3, 3, 2, 2), "float32", layers=("c",), name="kernel"),
        Wanted("optimizer.c.kernel.momentum", (3, 3, 2, 2), "float32", Kind.OPTIMIZER, owner="SGD"),
    ]
    plan, bound = plan_of(path, wanted)
    assert plan.ok
    np.testing.assert_array_equal(bound["c.kernel"], kernel[::-1, ::-1])
    np.testing.assert_array_equal(bound["optimizer.c.kernel.momentum"], kept[::-1, ::-1])

"""The seed documents' programs, saved as they save themselves, bound to their specs.

The programs run under Keras and under tf-keras, which is the Keras 2 that they were written for.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

import specc
from tests.specs.seeds import CUSTOM_MODELS, FOLDER, NON_SERIALIZABLE, SEEDS, SUBCLASSED
from tests.specs.seeds import TRAINABLE_ONLY as ONLY

BATCH_NORM = f"{SUBCLASSED}/custom_batch_norm_model"
RAW = f"{NON_SERIALIZABLE}/my_complex_model"

Save = Callable[[Any, Path], object]


def tensorflow() -> ModuleType:
    return importlib.import_module("tensorflow")


def saved_model(made: Any, folder: Path) -> None:
    tensorflow().saved_model.save(made, str(folder))


def checkpoint(made: Any, folder: Path) -> None:
    tensorflow().train.Checkpoint(model=made).save(str(folder / "ckpt"))


def manager(made: Any, folder: Path) -> None:
    """Of a model that was trained for a step, and twice: the latest is meant."""
    tf = tensorflow()
    library = sys.modules[type(made).__mro__[1].__module__.partition(".")[0]]
    optimizer = library.optimizers.Adam()
    zeros = [tf.zeros_like(variable) for variable in made.trainable_variables]
    optimizer.apply_gradients(zip(zeros, made.trainable_variables, strict=True))
    everything = tf.train.Checkpoint(model=made, optimizer=optimizer)
    keeper = tf.train.CheckpointManager(everything, str(folder), max_to_keep=3)
    right = [variable.numpy() for variable in made.variables]
    for variable in made.variables:
        variable.assign(variable + 1)
    keeper.save()
    for variable, value in zip(made.variables, right, strict=True):
        variable.assign(value)
    keeper.save()


def save(made: Any, folder: Path) -> None:
    """Keras 2's own SavedModel."""
    made.save(str(folder), save_format="tf")


def weights(made: Any, folder: Path) -> None:
    """Weights alone: Keras 2 takes the name for TensorFlow's format, Keras 3 wants another."""
    keras3 = type(made).__mro__[1].__module__.startswith("keras.")
    made.save_weights(str(folder / ("model.weights.h5" if keras3 else "model.ckpt")))


WRITTEN: dict[str, tuple[Save, ...]] = {
    f"{ONLY}/model": (saved_model,),
    f"{SUBCLASSED}/my_subclassed_model": (save,),
    BATCH_NORM: (save,),
    f"{SUBCLASSED}/custom_model_with_variable_layer": (save,),
    f"{NON_SERIALIZABLE}/model": (saved_model, weights),
    f"{CUSTOM_MODELS}/my_model": (saved_model, manager),
    f"{CUSTOM_MODELS}/custom_layer_model": (saved_model,),
}
"""In which forms each document saves its models."""

CASES = [
    pytest.param(
        library, name, form,
        id=f"{library}-{name.rpartition('/')[2]}-{form.__name__}",
        marks=[] if form in WRITTEN[name] else [pytest.mark.long],
    )
    for library in ("keras", "tf_keras")
    for name in WRITTEN
    for form in (saved_model, checkpoint, manager, save, weights)
    if (library, form) != ("keras", save)
    if form is not manager or SEEDS[name].trainable
]  # fmt: skip


@cache
def programs(library: str) -> dict[str, Callable[[], Any]]:
    """The programs, with that library for `keras`."""
    found = importlib.util.find_spec("tests.specs.seeds_by_hand")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    with patch.dict(sys.modules, {"keras": importlib.import_module(library)}):
        found.loader.exec_module(module)
    made: dict[str, Callable[[], Any]] = module.BY_HAND
    return made


@pytest.fixture
def _names_of_keras_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """What TensorFlow 2 called variables without a name, and 2.21 doesn't for tf-keras."""
    layer = importlib.import_module("tf_keras").layers.Layer
    plain = layer.add_weight

    def add_weight(self: Any, name: str | None = None, **rest: Any) -> Any:
        return plain(self, name=name or "Variable", **rest)

    monkeypatch.setattr(layer, "add_weight", add_weight)


def spec_of(name: str) -> specc.Spec:
    return specc.load(FOLDER / f"{name}.yaml")


def inputs_of(name: str) -> Any:
    return np.random.default_rng(1).normal(size=SEEDS[name].shape).astype("float32")


def drawn(variables: Any) -> None:
    """Gives variables values of which none is zero."""
    draw = np.random.default_rng(2)
    for variable in variables:
        variable.assign(draw.uniform(0.5, 1.5, variable.shape).astype("float32"))


def made_by(library: str, name: str) -> Any:
    made = programs(library)[name]()
    made(inputs_of(name))
    drawn(made.variables)
    return made


def assert_binds(name: str, made: Any, path: Path, **rules: Any) -> None:
    inputs = inputs_of(name)
    bound = specc.bind(spec_of(name), path, **rules)
    np.testing.assert_array_equal(np.asarray(bound(inputs)), np.asarray(made(inputs)))


@pytest.mark.usefixtures("_names_of_keras_2")
@pytest.mark.filterwarnings("ignore")  # of what Keras 2 says of itself
@pytest.mark.parametrize(("library", "name", "form"), CASES)
def test_binds_what_its_program_saves(
    keras: ModuleType, tmp_path: Path, library: str, name: str, form: Save
) -> None:
    made = made_by(library, name)
    form(made, tmp_path)
    path = next(tmp_path.glob("*.weights.h5"), tmp_path)
    assert_binds(name, made, path)


# --- raw variables and TensorFlow 1 ---


def test_binds_raw_variables_of_a_checkpoint(keras: ModuleType, tmp_path: Path) -> None:
    """As `tf.train.Checkpoint` sees attributes: those of a module, or named one by one."""
    tf = tensorflow()
    made = programs("keras")[RAW]()
    drawn(vars(made).values())
    tf.train.Checkpoint(**vars(made)).write(str(tmp_path / "named"))
    module = tf.Module()
    for name, variable in vars(made).items():
        setattr(module, name, variable)
    tf.train.Checkpoint(net=module).write(str(tmp_path / "module"))
    assert_binds(RAW, made, tmp_path / "named")
    assert_binds(RAW, made, tmp_path / "module")


@pytest.mark.parametrize("version", [1, 2])
def test_binds_what_a_saver_saves(keras: ModuleType, tmp_path: Path, version: int) -> None:
    """The document's last program, in a graph, as it would run."""
    made = programs("keras")[RAW]()
    drawn(vars(made).values())
    values = {name: value.numpy() for name, value in vars(made).items()}
    save_by_saver(values, tmp_path / "model.ckpt", write_version=version)
    assert_binds(RAW, made, tmp_path)
    assert_binds(RAW, made, tmp_path / "model.ckpt-7")


def save_by_saver(values: dict[str, Any], prefix: Path, **options: Any) -> None:
    """Saves variables of these names and values with TensorFlow 1's Saver."""
    tf = tensorflow()
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [v1.get_variable(name, initializer=each) for name, each in values.items()]
        session.run(v1.global_variables_initializer())
        v1.train.Saver(var_list=variables, **options).save(session, str(prefix), global_step=7)


def test_trainable_weights_alone_need_their_state(keras: ModuleType, tmp_path: Path) -> None:
    """The bias doesn't train, so it isn't in the file; inference needs it."""
    name = f"{ONLY}/model"
    made = made_by("keras", name)
    prefix = tmp_path / "my_model"
    save_by_saver({"my_custom_layer/w": made.layers[0].w.numpy()}, prefix)
    with pytest.raises(specc.SpeccError, match=r"my_custom_layer\.b") as caught:
        specc.bind(spec_of(name), tmp_path)
    assert {each.code for each in caught.value.diagnostics} == {"S921"}
    made.save_weights(tmp_path / "base.weights.h5")
    made.layers[0].w.assign(made.layers[0].w + 1)
    save_by_saver({"my_custom_layer/w": made.layers[0].w.numpy()}, prefix)
    files: Any = [tmp_path / "base.weights.h5", tmp_path]
    assert_binds(name, made, files)
    made.layers[0].b.assign(np.zeros(32, "float32"))  # as it starts
    assert_binds(name, made, tmp_path, non_trainable="fresh")


def test_variables_without_names_bind_by_their_shape(keras: ModuleType, tmp_path: Path) -> None:
    """TensorFlow 1 called them `Variable`, `Variable_1`; nothing says whose they are."""
    name = f"{ONLY}/model"
    made = made_by("keras", name)
    save_by_saver({"Variable": made.layers[0].w.numpy()}, tmp_path / "my_model")
    plan = specc.plan(spec_of(name), tmp_path, non_trainable="fresh")
    assert [each.key for each in plan.unexpected] == ["Variable"]
    made.layers[0].b.assign(np.zeros(32, "float32"))
    rule: Any = {"from": tmp_path, "match": "structure"}
    assert_binds(name, made, rule, non_trainable="fresh")
    rule = {"from": tmp_path, "rename": {"^Variable$": "my_custom_layer/w"}}
    assert_binds(name, made, rule, non_trainable="fresh")

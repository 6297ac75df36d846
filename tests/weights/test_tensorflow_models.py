"""Checkpoints and SavedModels of models: what each variable is called, and what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from specc.weights.source import Source
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.arrays import same

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"


def small_model(library: ModuleType) -> Any:
    """A model that was trained for a step, with frozen parts and state."""
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, name="hidden"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.5, seed=3),
            layers.Dense(2, name="head"),
        ],
        name="net",
    )
    optimizer = library.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    chance = np.random.default_rng(1)
    optimizer.apply_gradients(
        [(chance.random(v.shape).astype("float32"), v) for v in model.trainable_variables]
    )
    model.optimizer = optimizer
    return model


def by_full_name(source: Source) -> dict[str, str]:
    """Keys of the model's variables by their own names, copies aside."""
    return {
        info.names["full_name"]: key
        for key, info in sorted(source.tensors().items(), reverse=True)
        if info.role == "variable"
    }


def agrees_with_tensorflow(tf: ModuleType, source: Source) -> None:
    reader = tf.train.load_checkpoint(source.metadata()["prefix"])
    assert set(source.tensors()) == set(reader.get_variable_to_shape_map())
    for key in source.tensors():
        wanted = reader.get_tensor(key)
        text = isinstance(wanted, bytes)  # numpy's own arrays of bytes lose the zeros at their end
        assert same(source.read(key), np.array(wanted, object if text else None)), key


@pytest.fixture(scope="module", params=["keras", "tf_keras"])
def library(request: pytest.FixtureRequest) -> ModuleType:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def model(library: ModuleType) -> Iterator[Any]:
    return small_model(library)


def test_checkpoints_of_models(
    tf: ModuleType, model: Any, library: ModuleType, tmp_path: Path
) -> None:
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(net=model, opt=model.optimizer), str(tmp_path), max_to_keep=2
    )
    for _ in range(3):
        manager.save()
    keras3 = library.__name__ == "keras"
    with open_tensorflow(tmp_path, verify=True) as source:
        assert source.format == "tf2-checkpoint"
        assert source.metadata()["prefix"] == str(tmp_path / "ckpt-3")
        agrees_with_tensorflow(tf, source)
        keys = by_full_name(source)
        weights = {(v.path if keras3 else v.name.partition(":")[0]): v for v in model.weights}
        assert {name for name in weights if "seed" not in name} == keys.keys()
        for name, key in keys.items():
            assert same(source.read(key), np.asarray(weights[name])), name
        roles = {key.removesuffix(VALUE): i.role for key, i in source.tensors().items()}
        names = {i.names.get("object_path") for i in source.tensors().values()}
    assert roles["save_counter"] == "other"
    assert roles["opt/_iterations"] == roles["opt/_learning_rate"] == "optimizer"
    assert list(roles.values()).count("optimizer") == 2 + 2 * len(model.trainable_variables)
    if keras3:  # the model's own variables, though their keys are the optimizer's
        assert roles["opt/_trainable_variables/0"] == "variable"
        assert "net/_functional/_operations/1/_kernel" in names
        assert len(source.metadata()["trainable"]) == len(model.trainable_variables)  # type: ignore[arg-type]


def test_models_in_lists_and_slots(tf: ModuleType, tf_keras: ModuleType, tmp_path: Path) -> None:
    """A subclassed model of Keras 2, the old optimizer with its slots, a generator and a metric."""

    class Net(tf_keras.Model):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.blocks = [tf_keras.layers.Dense(2), tf_keras.layers.Dense(2)]
            self.tracker = tf_keras.metrics.Mean()
            self.dice = tf.random.Generator.from_seed(1)

        def call(self, x: Any) -> Any:
            return self.blocks[1](self.blocks[0](x))

    net = Net()
    net(np.ones((1, 2), np.float32))
    optimizer = tf_keras.optimizers.legacy.Adam()
    grads = [tf.ones_like(v) for v in net.trainable_variables]
    optimizer.apply_gradients(zip(grads, net.trainable_variables, strict=True))
    prefix = tf.train.Checkpoint(net=net, opt=optimizer).save(str(tmp_path / "c"))
    with open_tensorflow(prefix) as source:
        agrees_with_tensorflow(tf, source)
        infos = {key.removesuffix(VALUE): info for key, info in source.tensors().items()}
    assert infos["net/blocks/0/kernel"].role == "variable"
    assert infos["net/blocks/0/kernel/.OPTIMIZER_SLOT/opt/m"].role == "optimizer"
    assert infos["opt/beta_1"].role == "optimizer"
    assert infos["net/dice/_state_var"].role == "generator"
    assert infos["net/tracker/total"].role == "metric"


def test_saved_models(tf: ModuleType, model: Any, library: ModuleType, tmp_path: Path) -> None:
    target = tmp_path / "saved"
    if library.__name__ == "keras":
        model.export(str(target), verbose=False)
    else:
        model.compile(model.optimizer, "mse")
        model.save(str(target), save_format="tf")
    with open_tensorflow(target, verify=True) as source:
        assert source.format == "saved-model"
        agrees_with_tensorflow(tf, source)
        keys = by_full_name(source)
        trainable = set(source.metadata()["trainable"])  # type: ignore[call-overload]
        kernel = next(key for name, key in keys.items() if name.endswith("head/kernel"))
        mean = next(key for name, key in keys.items() if name.endswith("norm/moving_mean"))
        assert same(source.read(kernel), np.asarray(model.layers[-1].kernel))
        assert kernel in trainable
        assert mean not in trainable
        if library.__name__ == "tf_keras":
            assert source.tensors()[mean].names["layer_name"] == "norm"


def test_saved_models_of_plain_modules(tf: ModuleType, tmp_path: Path) -> None:
    module = tf.Module()
    module.w = tf.Variable([1.0, 2.0], name="weights")
    module.frozen = [tf.Variable(3, trainable=False)]
    module.table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    module.table.insert(["a", "b"], [1, 2])
    tf.saved_model.save(module, str(tmp_path / "m"))
    with open_tensorflow(tmp_path / "m" / "saved_model.pb") as source:
        agrees_with_tensorflow(tf, source)
        assert source.metadata()["trainable"] == ["w" + VALUE]
        words = next(key for key in source.tensors() if key.endswith("table-keys"))
        assert sorted(source.read(words)) == [b"a", b"b"]
        assert source.tensors()[words].role == "variable"


def test_saved_models_of_tensorflow_1(tf: ModuleType, tmp_path: Path) -> None:
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        v1.get_variable("w", initializer=[1.0])
        v1.get_variable("mean", initializer=[2.0], trainable=False)
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(tmp_path / "m"))
        builder.add_meta_graph_and_variables(session, ["serve"])
        builder.save()
    with open_tensorflow(tmp_path / "m") as source:
        assert source.read("mean").tolist() == [2.0]
        assert source.metadata()["trainable"] == ["w"]


def test_a_graph_that_is_stored_as_numbers(tf: ModuleType, tmp_path: Path) -> None:
    """One real file has it so."""
    from specc.weights.tensorflow.object_graph import GRAPH_KEY
    from tests.weights.tensorflow_bytes import graph, node

    data = graph(node(("w", 1)), node(tensors=[("name", "w" + VALUE)]))
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "c"),
        tensor_names=["w" + VALUE, GRAPH_KEY],
        shape_and_slices=["", ""],
        tensors=[tf.constant(1.0), np.frombuffer(data, np.uint8)],
    )
    with open_tensorflow(tmp_path / "c") as source:
        assert source.tensors()["w" + VALUE].names == {"full_name": "name", "object_path": "w"}

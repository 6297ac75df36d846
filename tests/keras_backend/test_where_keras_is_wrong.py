"""What Keras does with weights today, and what specc does instead: a test for each.

Each first shows that Keras binds wrongly or says nothing; if a release of Keras mends that, the
test says so by failing there. `ROWS` says which tests are for what.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

HEAD = "specc: 1\nmodel: m\ninputs: {x: {shape: [8]}}\nbody:\n"


def spec_of(*names: str, units: int = 8) -> specc.Spec:
    steps = (f"  - {{Dense: {{units: {units}}}, name: {name}}}\n" for name in names)
    return specc.loads(HEAD + "".join(steps))


def kernel(model: Any, name: str) -> np.ndarray:
    array: np.ndarray = model.get_layer(name).kernel.numpy()
    return array


@pytest.fixture
def abc(keras: ModuleType, tmp_path: Path) -> tuple[Any, Path]:
    """A model of layers a, b and c, and its weights as Keras writes them."""
    model = specc.compile(spec_of("a", "b", "c"), seed=1)
    path = tmp_path / "abc.weights.h5"
    model.save_weights(path)
    return model, path


def test_layers_are_matched_by_name_and_not_by_position(abc: tuple[Any, Path]) -> None:
    model, path = abc
    other = spec_of("new", "a", "b")
    wrong = specc.compile(other, seed=2)
    wrong.load_weights(path)  # a success, without a warning
    np.testing.assert_array_equal(kernel(wrong, "a"), kernel(model, "b"))
    plan = specc.plan(other, path)
    assert [each.key for each in plan.missing] == ["new.bias", "new.kernel"]
    assert [each.key for each in plan.unexpected] == [
        "layers/dense_2/vars/0",
        "layers/dense_2/vars/1",
    ]
    right = specc.bind(other, {"from": path, "select": ["a", "b"]}, fresh=["new"])
    np.testing.assert_array_equal(kernel(right, "a"), kernel(model, "a"))


def test_swapped_layers_get_their_own(abc: tuple[Any, Path]) -> None:
    model, path = abc
    wrong = specc.compile(spec_of("b", "a", "c"))
    wrong.load_weights(path)
    np.testing.assert_array_equal(kernel(wrong, "a"), kernel(model, "b"))
    right = specc.bind(spec_of("b", "a", "c"), path)
    np.testing.assert_array_equal(kernel(right, "a"), kernel(model, "a"))


def test_renamed_layers_are_noticed_and_can_be_said(abc: tuple[Any, Path]) -> None:
    model, path = abc
    renamed = spec_of("a", "b", "z")
    specc.compile(renamed).load_weights(path)  # silently
    with pytest.raises(SpeccError) as caught:
        specc.bind(renamed, path)
    assert {each.code for each in caught.value.diagnostics} == {"S921", "S922"}
    moved = specc.loads(renamed.text + "moved: [{from: c, to: z}]\n")
    np.testing.assert_array_equal(kernel(specc.bind(moved, path), "z"), kernel(model, "c"))


def test_layers_that_only_the_file_has_are_mentioned(abc: tuple[Any, Path]) -> None:
    _, path = abc
    fewer = spec_of("a", "b")
    try:
        specc.compile(fewer).load_weights(path)
        told = ""
    except ValueError as error:
        told = str(error)
    assert "c" not in told.split()  # which layer it is, Keras doesn't say
    assert [each.near for each in specc.plan(fewer, path).unexpected] == ["", ""]
    with pytest.raises(SpeccError, match="dense_2"):
        specc.bind(fewer, path)


def test_a_shape_mismatch_names_both_shapes_and_changes_nothing(abc: tuple[Any, Path]) -> None:
    _, path = abc
    text = spec_of("a", "b").text + "  - {Dense: {units: 5}, name: c}\n"
    live = specc.compile(specc.loads(text), seed=3)
    before = [each.numpy() for each in live.weights]
    with pytest.raises(SpeccError, match=r"\[8, 5\], and .* is \[8, 8\]") as caught:
        specc.bind(live, path)
    assert all("`c." in each.message for each in caught.value.diagnostics)  # and no other layer's
    for old, variable in zip(before, live.weights, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    with pytest.raises(ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        live.load_weights(path)
    assert any((a != b.numpy()).any() for a, b in zip(before, live.weights, strict=True))


def test_another_number_of_variables_is_told_by_their_names(abc: tuple[Any, Path]) -> None:
    _, path = abc
    text = spec_of("a", "b").text + "  - {Dense: {units: 8, use_bias: false}, name: c}\n"
    with (
        pytest.raises(ValueError, match="expected 1 variables, but received 2") as told,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        specc.compile(specc.loads(text)).load_weights(path)
    assert "bias" not in str(told.value)
    [problem] = specc.plan(specc.loads(text), path).unexpected
    assert problem.key == "layers/dense_2/vars/1"


def test_what_was_bound_is_told(abc: tuple[Any, Path]) -> None:
    model, path = abc
    assert model.load_weights(path) is None
    plan = specc.plan(spec_of("a", "b", "c"), path)
    assert [(each.slot, each.key) for each in plan.bound][:2] == [
        ("a.bias", "layers/dense/vars/1"),
        ("a.kernel", "layers/dense/vars/0"),
    ]
    assert plan.files[0].strategy == "layer names in the file"


def test_freezing_does_not_move_weights(keras: ModuleType, tmp_path: Path) -> None:
    """In Keras 2 it does, in silence if the shapes allow it; in Keras 3 it loses the optimizer."""
    tf_keras = pytest.importorskip("tf_keras")
    both = tf_keras.Sequential(
        [tf_keras.layers.Bidirectional(tf_keras.layers.LSTM(2), name="both", input_shape=(3, 2))]
    )
    before = both.get_weights()
    both.layers[0].forward_layer.trainable = False
    both.set_weights(before)  # a success
    backward = both.layers[0].backward_layer.get_weights()
    np.testing.assert_array_equal(backward[0], before[0])  # the forward kernel
    text = "specc: 1\nmodel: m\ninputs: {x: {shape: [3, 2]}}\nbody:\n"
    text += "  - {Bidirectional: {layer: {LSTM: {units: 2}}}, name: both}\n"
    plain, frozen = specc.loads(text), specc.loads(text + "freeze: [both.forward_layer.**]\n")
    model = specc.compile(plain, seed=1)
    specc.save_weights(model, tmp_path / "w.safetensors")
    bound = specc.bind(frozen, tmp_path / "w.safetensors")
    by_path = {each.path: each.numpy() for each in bound.weights}
    for variable in model.weights:
        np.testing.assert_array_equal(variable.numpy(), by_path[variable.path])


def test_a_fine_tune_that_freezes_keeps_its_optimizer(keras: ModuleType, tmp_path: Path) -> None:
    """Keras skips the optimizer's state with a warning, and goes on."""
    text = spec_of("a", "b").text + "training: {optimizer: adam, loss: mse}\n"
    model = specc.compile(specc.loads(text), seed=1)
    data = np.ones((4, 8), "float32")
    model.fit(data, data, verbose=0)
    model.save_weights(tmp_path / "w.weights.h5")
    frozen = specc.compile(specc.loads(text + "freeze: [a]\n"))
    frozen.fit(data, data, verbose=0)
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        frozen.load_weights(tmp_path / "w.weights.h5")
    specc.save_weights(model, tmp_path / "w.safetensors", with_training=True)
    frozen = specc.loads(text + "freeze: [a]\n")
    bound = specc.bind(frozen, tmp_path / "w.safetensors", with_training=True)
    moments = {each.name: each.numpy() for each in model.optimizer.variables}
    assert any("b_kernel" in each.name for each in bound.optimizer.variables)
    for each in bound.optimizer.variables:
        np.testing.assert_array_equal(each.numpy(), moments[each.name])


@pytest.mark.parametrize("name", ["ckpt", "w.safetensors"])
def test_files_that_keras_does_not_read(keras: ModuleType, tmp_path: Path, name: str) -> None:
    import tensorflow as tf

    model = specc.compile(spec_of("a"), seed=1)
    path = tmp_path / name
    if name == "ckpt":
        tf.train.Checkpoint(model=model).write(str(path))
    else:
        specc.save_weights(model, path)
    other = specc.compile(spec_of("a"), seed=2)
    with pytest.raises(ValueError, match=r"\.h5|\.keras|supported|format"):
        other.load_weights(path)
    np.testing.assert_array_equal(kernel(specc.bind(other, path), "a"), kernel(model, "a"))


def test_trainable_variables_alone(keras: ModuleType, tmp_path: Path) -> None:
    """`save_weights` of Keras has no way to."""
    text = HEAD + "  - {Dense: {units: 8}, name: a}\n  - {BatchNormalization: , name: n}\n"
    model = specc.compile(specc.loads(text))
    with pytest.raises(TypeError, match="unexpected keyword argument 'only'"):
        model.save_weights(tmp_path / "t.weights.h5", only="trainable")
    specc.save_weights(model, tmp_path / "t.safetensors", only="trainable")
    from specc.weights import open_source

    with open_source(tmp_path / "t.safetensors") as source:
        assert sorted(source.tensors()) == ["a.bias", "a.kernel", "n.beta", "n.gamma"]


def test_dtypes_are_not_changed_in_silence(keras: ModuleType, tmp_path: Path) -> None:
    half = specc.compile(specc.loads(spec_of("a").text + "dtype: float16\n"))
    half.save_weights(tmp_path / "w.weights.h5")
    full = specc.compile(spec_of("a"))
    full.load_weights(tmp_path / "w.weights.h5")  # rounded values, no word
    with pytest.raises(SpeccError, match=r"float32, and .* is float16"):
        specc.bind(spec_of("a"), tmp_path / "w.weights.h5")
    specc.bind(spec_of("a"), {"from": tmp_path / "w.weights.h5", "cast": True})


def test_equal_builds_are_equal_texts(keras: ModuleType) -> None:
    def build() -> Any:
        return keras.Sequential([keras.Input((8,)), keras.layers.Dense(8), keras.layers.Dense(4)])

    assert build().to_json() != build().to_json()
    one, other = (
        specc.compile(specc.loads(HEAD + "  - Dense: {units: 8}\n  - Dense: {units: 4}\n"))
        for _ in range(2)
    )
    assert one.to_json() == other.to_json()


def test_a_layer_more_leaves_the_others_fresh_weights(keras: ModuleType) -> None:
    def built(*names: str) -> Any:
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Dense(8, name=name) for name in names]
        return keras.Sequential([keras.Input((8,)), *layers])

    assert (kernel(built("a", "c"), "c") != kernel(built("a", "b", "c"), "c")).any()
    one, other = (specc.compile(spec_of(*names), seed=1) for names in ("ac", "abc"))
    np.testing.assert_array_equal(kernel(one, "c"), kernel(other, "c"))


def test_values_of_a_wrong_type_are_refused(keras: ModuleType) -> None:
    layer = keras.layers.Dense(8, use_bias="false")
    layer.build((1, 8))
    assert len(layer.weights) == 2  # it has a bias
    with pytest.raises(SpeccError, match="use_bias"):
        specc.loads(HEAD + '  - Dense: {units: 8, use_bias: "false"}\n')


def test_a_wrong_key_is_told_in_a_line(keras: ModuleType) -> None:
    config = json.loads(specc.compile(spec_of("a")).to_json())
    config["config"]["layers"][1]["config"]["filtrs"] = 8
    with pytest.raises(TypeError) as told:
        keras.models.model_from_json(json.dumps(config))
    assert len(str(told.value)) > 2_000
    with pytest.raises(SpeccError) as caught:
        specc.loads(HEAD + "  - Dense: {units: 8, filtrs: 8}\n")
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code == "S204"
    assert len(diagnostic.message) < 100


def test_a_model_is_read_by_people(keras: ModuleType) -> None:
    """MobileNetV2's config says every default again."""
    config = keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3)).to_json()
    text = (Path(__file__).parents[2] / "specs" / "mobilenet_v2.yaml").read_text()
    assert len(config) > 150_000
    assert len(text) < len(config) / 40


def test_checkpoints_of_tensorflow_1(keras: ModuleType, tmp_path: Path) -> None:
    import tensorflow as tf

    value = np.arange(64, dtype="float32").reshape(8, 8)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.get_variable("a/kernel", initializer=value)
        tf.compat.v1.get_variable("a/bias", initializer=value[0])
        session.run(tf.compat.v1.global_variables_initializer())
        prefix = tf.compat.v1.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    model = specc.compile(spec_of("a"))
    with pytest.raises(ValueError, match=r"supported|format"):
        model.load_weights(prefix)
    np.testing.assert_array_equal(kernel(specc.bind(model, prefix), "a"), value)


def test_saved_models_of_keras_2(keras: ModuleType, tmp_path: Path) -> None:
    tf_keras = pytest.importorskip("tf_keras")
    old = tf_keras.Sequential([tf_keras.layers.Dense(8, name="a", input_shape=(8,))])
    old.save(tmp_path / "old", save_format="tf")
    with pytest.raises(ValueError, match="not supported"):
        keras.models.load_model(tmp_path / "old")
    bound = specc.bind(spec_of("a"), tmp_path / "old")
    np.testing.assert_array_equal(kernel(bound, "a"), old.layers[0].kernel.numpy())


def test_files_of_keras_2(keras: ModuleType, tmp_path: Path) -> None:
    """`groups` of DepthwiseConv2D is in the file, and gone from Keras."""
    tf_keras = pytest.importorskip("tf_keras")
    layer = tf_keras.layers.DepthwiseConv2D(3, name="deep", input_shape=(8, 8, 2))
    old, path = tf_keras.Sequential([layer]), tmp_path / "old.h5"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the format is old
        old.save(path)
    with pytest.raises(TypeError, match="groups"):
        keras.models.load_model(path)
    bound = specc.bind(specc.import_model(path), path)
    for ours, theirs in zip(bound.get_weights(), old.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


ROWS = {
    "layers are addressed by class and position": [
        test_layers_are_matched_by_name_and_not_by_position,
        test_swapped_layers_get_their_own,
    ],
    "a renamed layer loads silently": [test_renamed_layers_are_noticed_and_can_be_said],
    "layers that only the file has": [test_layers_that_only_the_file_has_are_mentioned],
    "a shape mismatch": [
        test_a_shape_mismatch_names_both_shapes_and_changes_nothing,
        test_another_number_of_variables_is_told_by_their_names,
    ],
    "load_weights returns nothing": [test_what_was_bound_is_told],
    "trainable variables can't be saved alone": [test_trainable_variables_alone],
    "dtypes change in silence": [test_dtypes_are_not_changed_in_silence],
    "to_json of identical builds differs": [test_equal_builds_are_equal_texts],
    "a new layer changes fresh weights": [test_a_layer_more_leaves_the_others_fresh_weights],
    "wrong types are accepted": [test_values_of_a_wrong_type_are_refused],
    "a wrong key takes 2,400 characters": [test_a_wrong_key_is_told_in_a_line],
    "configs repeat defaults": [test_a_model_is_read_by_people],
    "checkpoints and safetensors can't be read": [
        test_files_that_keras_does_not_read,
        test_checkpoints_of_tensorflow_1,
    ],
    "SavedModels of Keras 2 can't be read": [test_saved_models_of_keras_2],
    "files of Keras 2 break": [test_files_of_keras_2],
    "freezing moves weights": [
        test_freezing_does_not_move_weights,
        test_a_fine_tune_that_freezes_keeps_its_optimizer,
    ],
}
"""What Keras does with weights, as far as it is known to be wrong, and the tests of each."""


def test_every_test_is_for_a_row() -> None:
    listed = {test.__name__ for tests in ROWS.values() for test in tests}
    tests = {name for name in globals() if name.startswith("test_")}
    assert tests - listed == {"test_every_test_is_for_a_row"}

"""A model built without values and filled afterwards is the model that Keras would have made."""

from __future__ import annotations

import random

import numpy as np
import pytest

import specc
from tests.keras_backend.deferred_models import MODELS, SHORT
from tests.keras_backend.specs import assert_same, compile_body, data_for, model_text, values

ALL = pytest.mark.parametrize("name", MODELS)
TRAINED = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in SHORT else pytest.mark.long) for n in MODELS]
)


def build(name):
    inputs, body, *head = MODELS[name]
    return compile_body(body, inputs, *head)


def keras_own(model):
    """The model that plain Keras makes of the same config, with the same values."""
    made = type(model).from_config(model.get_config())
    assert len(made.variables) == len(model.variables)
    for variable, original in zip(made.variables, model.variables, strict=True):
        variable.assign(original)
    return made


def keras_state(name):
    """What Keras keeps for the whole process."""
    from keras.src.backend.common.global_state import get_global_attribute

    return get_global_attribute(name)


def pending():
    return keras_state("uninitialized_variables") or []


@ALL
def test_it_calls_as_keras_own(keras, name):
    model = build(name)
    own = keras_own(model)
    data = data_for(model)
    assert [v.trainable for v in model.variables] == [v.trainable for v in own.variables]
    assert_same(model(data), own(data))
    assert_same(values(model.variables), values(own.variables))
    assert not pending()


@TRAINED
def test_it_trains_and_predicts_as_keras_own(keras, name):
    model = build(name)
    own = keras_own(model)
    data = data_for(model)
    target = np.asarray(model(data), "float32") + 1
    own(data)
    for each in (model, own):
        each.compile("adam", "mse", jit_compile=False)
        each.fit(data, target, epochs=2, batch_size=4, verbose=0, shuffle=False)
    assert_same(values(model.variables), values(own.variables))
    assert_same(values(model.optimizer.variables), values(own.optimizer.variables))
    assert_same(model.predict(data, verbose=0), own.predict(data, verbose=0))


def test_frozen_layers_train_once_they_are_thawed(keras):
    model = build("frozen")
    frozen = model.layers[1]
    frozen.trainable = True
    before = values(frozen.weights)
    data = data_for(model)
    model.compile("sgd", "mse")
    model.fit(data, np.ones((4, 2)), verbose=0)
    assert all((new != old).any() for new, old in zip(values(frozen.weights), before, strict=True))


def test_a_model_built_by_keras_afterwards_is_whole(keras):
    build("images")
    model = keras.Sequential([keras.layers.Dense(2), keras.layers.BatchNormalization()])
    assert model(np.ones((1, 3), "float32")).shape == (1, 2)


def test_a_model_built_before_is_left_alone(keras):
    model = keras.Sequential([keras.Input([3]), keras.layers.Dense(2)])
    before = values(model.weights)
    build("mixed")
    assert_same(values(model.weights), before)


FAILING = "- Dense: {units: 3}\n- Reshape: {target_shape: [5, 5]}"


def test_a_failure_leaves_keras_as_it_was(keras):
    state = random.getstate()
    policy = keras.config.dtype_policy()
    with pytest.raises(specc.SpeccError):
        compile_body(FAILING)
    assert not pending()
    assert keras_state("stateless_scope") is None
    assert random.getstate() == state
    assert keras.config.dtype_policy() == policy
    assert keras.Variable(1.0).numpy() == 1


def test_variables_that_someone_else_defers_stay_theirs(keras):
    with keras.StatelessScope(initialize_variables=False):
        variable = keras.Variable("zeros", shape=(2,))
    build("stateful")
    assert [each is variable for each in pending()] == [True]
    pending().clear()


def test_given_values_make_the_variables_that_keras_makes(keras, tmp_path):
    """TensorFlow's names too, by which checkpoints and SavedModels know variables."""
    inputs, body, *head = MODELS["images"]
    model = build("images")
    specc.save_weights(model, tmp_path / "w.safetensors")
    spec = specc.loads(model_text(body, inputs, *head))
    bound = specc.bind(spec, tmp_path / "w.safetensors", seed=1)
    own = keras_own(model)
    for ours, theirs in zip(bound.variables, own.variables, strict=True):
        assert (ours.value.name, theirs.value.name) == (f"{ours.path}:0", f"{theirs.path}:0")
        for attribute in ("trainable", "dtype", "shape", "aggregation", "synchronization"):
            assert getattr(ours.value, attribute) == getattr(theirs.value, attribute)
        assert ours.value.handle.dtype == theirs.value.handle.dtype
    assert len({ours.value.ref() for ours in bound.variables}) == len(bound.variables)

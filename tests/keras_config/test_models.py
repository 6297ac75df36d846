"""The config of a graph is one that Keras's own `from_config` takes."""

from __future__ import annotations

import copy
import json

import pytest

import specc
from specc.api.specs import model_graph
from specc.keras_config import model_config
from tests.keras_backend.deferred_models import MODELS
from tests.keras_backend.specs import assert_same, data_for, model_text


def config_of(text):
    return model_config(model_graph(specc.loads(text)))


@pytest.mark.parametrize("name", MODELS)
def test_keras_makes_the_same_model_of_it(keras, name):
    import specc.keras_backend

    inputs, body, *head = MODELS[name]
    text = model_text(body, inputs, *head)
    config = config_of(text)
    assert json.loads(json.dumps(config)) == config
    model = specc.compile(specc.loads(text), seed=7)
    own = keras.saving.deserialize_keras_object(copy.deepcopy(config))
    for variable, original in zip(own.variables, model.variables, strict=True):
        variable.assign(original)
    data = data_for(model)
    assert_same(own(data), model(data))
    assert type(own) is type(model)
    assert [layer.name for layer in own.layers] == [layer.name for layer in model.layers]


def test_it_needs_no_keras():
    text = model_text("- Dense: {units: 3}\n- expr: _ + x", "x: {shape: [3]}")
    layers = config_of(text)["config"]["layers"]
    assert [layer["class_name"] for layer in layers] == ["InputLayer", "Dense", "Add"]


def test_defaults_stay_keras_own_but_those_of_a_user_s_machine():
    layers = config_of(model_text("- {Conv1D: {filters: 3, kernel_size: 2}, name: c}"))["config"]
    assert layers["layers"][1]["config"] == {
        "name": "c",
        "filters": 3,
        "kernel_size": 2,
        "data_format": "channels_last",
        "dtype": "float32",
    }


def test_the_same_text_gives_the_same_config():
    inputs, body, *head = MODELS["nested"]
    text = model_text(body, inputs, *head)
    assert config_of(text) == config_of(text)

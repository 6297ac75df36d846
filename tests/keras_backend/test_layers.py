"""Every public layer compiles, and is what its constructor makes of the same arguments."""

from __future__ import annotations

import importlib

import pytest

from specc import catalog
from specc.catalog import Kind
from tests.keras_backend.layer_examples import CALLS, INPUTS, NOT_CALLED_ALONE, inputs_of, step_of
from tests.keras_backend.specs import compile_body, nameless

LAYERS = catalog.names(Kind.LAYER)
PRIVATE = {
    "CustomScaleLayer": "inception_resnet_v2",
    "LayerScale": "convnext",
    "StochasticDepth": "convnext",
}
"""Layers of `keras.applications`, by module."""


@pytest.fixture(scope="session")
def example(keras):
    return importlib.import_module("tests.catalog.class_examples").example


def layer_class(keras, name):
    if name not in PRIVATE:
        return getattr(keras.layers, name)
    return getattr(importlib.import_module(f"keras.src.applications.{PRIVATE[name]}"), name)


def direct(keras, value):
    """What a user writes in Python for a value of the YAML form."""
    if isinstance(value, list):
        return [direct(keras, item) for item in value]
    if isinstance(value, dict):
        [(name, arguments)] = value.items()
        return layer_class(keras, name)(**{k: direct(keras, v) for k, v in arguments.items()})
    return value


def call(layer, name, inputs):
    """As `step_of` does."""
    if "args" in CALLS.get(name, ""):
        layer(inputs[0], value=inputs[1])
    else:
        layer(inputs if name in CALLS else inputs[0])


@pytest.mark.parametrize("name", sorted(set(LAYERS) - NOT_CALLED_ALONE.keys()))
def test_it_is_what_its_constructor_makes(keras, example, name):
    arguments = example(catalog.find(Kind.LAYER, name))
    model = compile_body(step_of(name, arguments), inputs_of(name))
    layer = model.layers[-1]
    expected = direct(keras, {name: arguments})
    call(expected, name, model.inputs)
    assert type(layer) is type(expected)
    found, wanted = nameless(layer.get_config()), nameless(expected.get_config())
    if arguments.get("seed") is None and isinstance(found.get("seed"), int):
        found["seed"] = wanted["seed"] = "drawn"
    assert found == wanted


def test_the_tables_name_layers_of_the_catalog():
    assert (INPUTS.keys() | CALLS.keys() | NOT_CALLED_ALONE.keys()) - set(LAYERS) == set()


def test_the_layers_that_need_a_cell_s_caller_are_cells(keras):
    cells = [name for name, why in NOT_CALLED_ALONE.items() if why.startswith("a cell")]
    assert all(hasattr(layer_class(keras, name), "get_initial_state") for name in cells)


def test_an_equalization_makes_no_functional_model_in_keras_either(keras):
    image = keras.Input([8, 8, 3])
    with pytest.raises(ValueError, match="cycle"):
        keras.Model(image, keras.layers.Equalization()(image))

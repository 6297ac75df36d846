"""Every object that a `keras:` document can name is what its constructor makes."""

from __future__ import annotations

import importlib
import json

import pytest

import specc
from specc import catalog
from specc.catalog import Kind
from tests.keras_backend.specs import nameless

MODULES = {
    Kind.INITIALIZER: "initializers",
    Kind.REGULARIZER: "regularizers",
    Kind.CONSTRAINT: "constraints",
    Kind.ACTIVATION: "activations",
    Kind.DTYPE: "dtype_policies",
    Kind.QUANTIZER: "quantizers",
    Kind.LOSS: "losses",
    Kind.METRIC: "metrics",
    Kind.OPTIMIZER: "optimizers",
    Kind.SCHEDULE: "optimizers.schedules",
}
LOSSES, LAYERS = set(catalog.names(Kind.LOSS)), set(catalog.names(Kind.LAYER))
ENTRIES = [
    (kind, name)
    for kind in MODULES
    for name in catalog.names(kind)
    if name not in (LOSSES if kind is Kind.METRIC else LAYERS)  # of two, such a document means one
]


@pytest.fixture(scope="session")
def example(keras):
    return importlib.import_module("tests.catalog.class_examples").example


def compile_object(value):
    return specc.compile(specc.loads("specc: 1\nkeras: " + json.dumps(value)))


def direct(kind, name, arguments):
    """What a user writes in Python."""
    module = importlib.import_module(f"keras.{MODULES[kind]}")
    found = getattr(module, name)
    if catalog.find(kind, name).is_function:
        return found
    inner = {"fn": "losses", "inner_optimizer": "optimizers"}
    return found(
        **{
            key: importlib.import_module(f"keras.{inner[key]}").get(value)
            if key in inner
            else value
            for key, value in arguments.items()
        }
    )


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_it_is_what_its_constructor_makes(keras, example, kind, name):
    entry = catalog.find(kind, name)
    if entry.is_function:
        assert compile_object(name) is direct(kind, name, {})
        return
    arguments = example(entry)
    made, expected = compile_object({name: arguments}), direct(kind, name, arguments)
    assert type(made) is type(expected)
    assert nameless(made.get_config()) == nameless(expected.get_config())


def test_every_kind_has_its_module():
    assert MODULES.keys() == set(Kind) - {Kind.LAYER}


def test_an_object_inside_an_object(keras):
    made = compile_object(
        {"AdamW": {"learning_rate": {"ExponentialDecay": {
            "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9,
        }}}}
    )  # fmt: skip
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    assert nameless(made.get_config()) == nameless(keras.optimizers.AdamW(decay).get_config())


def test_each_compilation_gives_a_fresh_object(keras):
    spec = specc.loads("specc: 1\nkeras: {SGD: {momentum: 0.5}}")
    assert specc.compile(spec) is not specc.compile(spec)

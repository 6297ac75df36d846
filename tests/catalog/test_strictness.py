"""What Keras's constructors refuse, the check refuses; what the tables list, Keras takes."""

import warnings

import pytest

from specc import catalog
from specc.catalog import Kind
from specc.catalog.value_types import Boolean, Choice, Either
from tests.catalog.class_examples import example

NUMBERS = [0, 1, -1, 2, 3, 7, 1000, 0.0, 0.5, 1.0, 1.5, -0.5, -1.5, float("nan"), float("inf")]
LISTS = [[], [1], [1, 1], [0, 0], [2, 3], [1, 2, 3], [0.1, 0.5], [-1, 1], ["a"], [[1, 1], [1, 1]]]
PROBES = [None, True, False, "zzz", "2", {"a": 1}, *NUMBERS, *LISTS]
BUILD_ERRORS = (ValueError, TypeError, AttributeError, KeyError, NotImplementedError, IndexError)

CLASSES = [
    pytest.param(catalog.find(kind, name), id=f"{kind.name.lower()}-{name}")
    for kind in Kind
    for name in catalog.names(kind)
    if catalog.find(kind, name).parameters
]


def _builds(keras_forms, entry, arguments):
    with warnings.catch_warnings(action="ignore"):
        try:
            keras_forms.build(entry, arguments)
        except BUILD_ERRORS:
            return False
    return True


def _choices(value_type):
    options = value_type.options if isinstance(value_type, Either) else (value_type,)
    return [value for o in options if isinstance(o, Choice) for value in o.values]


@pytest.mark.parametrize("entry", CLASSES)
def test_what_keras_refuses_is_refused(keras_forms, entry):
    passed = [
        {parameter.name: probe}
        for parameter in entry.parameters
        if not (parameter.kinds or isinstance(parameter.type, Boolean))  # the same in every class
        for probe in PROBES
        if not catalog.check_arguments(entry, example(entry) | {parameter.name: probe})
        if not _builds(keras_forms, entry, example(entry) | {parameter.name: probe})
    ]
    assert passed == []


@pytest.mark.parametrize(
    "entry", [e for e in CLASSES if any(_choices(p.type) for p in e.values[0].parameters)]
)
def test_every_choice_is_taken_and_nothing_else(keras_forms, entry):
    for parameter in entry.parameters:
        for choice in _choices(parameter.type):
            arguments = example(entry) | {parameter.name: choice}
            assert catalog.check_arguments(entry, arguments) == []
            assert _builds(keras_forms, entry, arguments), arguments
        if any(isinstance(choice, str) for choice in _choices(parameter.type)):
            [problem] = catalog.check_arguments(entry, example(entry) | {parameter.name: "zzz"})
            assert problem.path == (parameter.name,)
            assert problem.code in {"S208", "S212"}  # no choice, or no object either


SENSIBLE = {
    "whole numbers for a rate": ("Dropout", {"rate": 0}),
    "one size for all dimensions": ("Conv2D", {"filters": 2, "kernel_size": 3, "strides": 2}),
    "a size for each dimension": ("Conv2D", {"filters": 2, "kernel_size": [3, 5]}),
    "a tuple for a list": ("Conv2D", {"filters": 2, "kernel_size": (3, 5)}),
    "null for no activation": ("LSTM", {"units": 2, "activation": None}),
    "a layer for an activation": ("Dense", {"units": 2, "activation": "LeakyReLU"}),
    "a layer with arguments": ("Dense", {"units": 2, "activation": {"ReLU": {"max_value": 6}}}),
    "an object with nothing": ("Dense", {"units": 2, "kernel_regularizer": {"L2": None}}),
    "a negative axis": ("LayerNormalization", {"axis": [-2, -1]}),
    "no merging": ("Bidirectional", {"layer": {"LSTM": {"units": 2}}, "merge_mode": None}),
    "one side of a padding": ("ZeroPadding2D", {"padding": [[3, 3], [2, 2]]}),
    "a free size": ("Reshape", {"target_shape": [4, -1]}),
    "a negative seed": ("Dropout", {"rate": 0.5, "seed": -1}),
    "stacked cells": ("RNN", {"cell": [{"LSTMCell": {"units": 2}}, {"GRUCell": {"units": 2}}]}),
    "a free vocabulary": ("StringLookup", {"vocabulary": ["a", "b"], "num_oov_indices": 0}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), SENSIBLE.values(), ids=SENSIBLE)
def test_what_keras_sensibly_takes_is_taken(keras_forms, name, arguments):
    entry = catalog.find(Kind.LAYER, name)
    assert catalog.check_arguments(entry, arguments) == []
    assert _builds(keras_forms, entry, arguments)

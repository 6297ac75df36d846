"""Modules that import Keras, given to the tests that ask for them."""

import importlib

import pytest


@pytest.fixture(scope="session")
def keras_forms(keras):
    return importlib.import_module("tests.catalog.keras_forms")


@pytest.fixture(scope="session")
def operation_forms(keras):
    return importlib.import_module("tests.catalog.operation_forms")


@pytest.fixture(scope="session")
def op_example(keras):
    return importlib.import_module("tests.catalog.op_examples").op_example


@pytest.fixture(scope="session")
def introspection(keras):
    """The generator's modules, by name."""
    names = ("classes", "documents", "operations")
    return {name: importlib.import_module(f"introspection.{name}") for name in names}

"""The harness, which imports Keras, given to the tests that ask for it."""

import importlib

import pytest


@pytest.fixture(scope="session")
def harness(keras):
    return importlib.import_module("tests.catalog.rules.harness")


@pytest.fixture(scope="session")
def op_harness(keras):
    return importlib.import_module("tests.catalog.rules.op_harness")

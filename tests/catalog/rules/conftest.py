"""The harness, which imports Keras, given to the tests that ask for it."""

import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="session")
def harness(keras):
    return importlib.import_module("tests.catalog.rules.harness")


@pytest.fixture(scope="session")
def op_harness(keras):
    return importlib.import_module("tests.catalog.rules.op_harness")


@pytest.fixture(params=["short", pytest.param("long", marks=pytest.mark.long)])
def draws(request):
    """Draws the arguments of a test."""
    times = 10 if request.param == "long" else 1

    def wrap(count=20, **strategies):
        few = settings(max_examples=count * times, deadline=None, derandomize=True)
        return lambda test: few(given(arguments=st.fixed_dictionaries(strategies))(test))

    return wrap

"""Runs a golden's small model: made once for all tests of a session, and its random input."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

import specc
from tests.specs.goldens import GOLDENS, SPECS, Golden

Arrays = dict[str, np.ndarray[Any, Any]]

SEED = 7


def load(name: str, **params: object) -> specc.Spec:
    """A spec in its small form."""
    return specc.load(SPECS / f"{name}.yaml", params={**GOLDENS[name].params, **params})


def fresh_model(name: str, **params: object) -> Any:
    """A spec's small model, for tests that change it."""
    return specc.compile(load(name, **params), seed=SEED)


@cache
def model_of(name: str) -> Any:
    """A spec's small model, for tests that only look at it."""
    return fresh_model(name)


def random_inputs(golden: Golden) -> Arrays:
    """Seeded values for each input; the same for every call."""
    draw = np.random.default_rng(SEED)
    return {
        name: draw.integers(golden.below[name], size=shape, dtype="int32")
        if name in golden.below
        else draw.uniform(size=shape).astype("float32")
        for name, shape in golden.inputs.items()
    }


def run(model: Any, inputs: Mapping[str, Any]) -> Arrays:
    """The model's outputs by name; a single one is called ""."""
    result = model(dict(inputs) if len(inputs) > 1 else next(iter(inputs.values())))
    outputs = result if isinstance(result, dict) else {"": result}
    return {name: np.asarray(value) for name, value in outputs.items()}


def run_golden(name: str, model: Any) -> Arrays:
    """What a golden's model makes of the golden's inputs."""
    return run(model, random_inputs(GOLDENS[name]))


def equal(left: Arrays, right: Arrays) -> bool:
    """Whether all outputs are equal, bit for bit."""
    return left.keys() == right.keys() and all(
        np.array_equal(left[name], right[name]) for name in left
    )

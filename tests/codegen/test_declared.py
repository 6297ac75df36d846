"""Code of the specs with layers and models of their own, run without specc."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.codegen.running import Case, assert_equal, run_all
from tests.specs.models.examples import EXAMPLES, random_inputs
from tests.specs.models.examples import load as load_example
from tests.specs.seeds import FOLDER, SEEDS

SEED_MODELS = [name for name, seed in SEEDS.items() if seed.kind == "model"]


def arrays_of(inputs: Any) -> Mapping[str, Any]:
    if isinstance(inputs, dict):
        return inputs
    if isinstance(inputs, list):
        return {str(place): each for place, each in enumerate(inputs)}
    return {"_": inputs}


def seed_case(name: str) -> Case:
    seed = SEEDS[name]
    inputs = np.random.default_rng(1).normal(size=seed.shape).astype("float32")
    spec = specc.load(FOLDER / f"{name}.yaml", params=dict(seed.params))
    return Case(name.replace("/", "-"), spec, {"_": inputs}, plain=False)


def example_case(name: str) -> Case:
    return Case(name, load_example(name), arrays_of(random_inputs(name)), plain=False)


def run_one(case: Case, folder: Path) -> None:
    run_all([case], folder)
    assert_equal(case, folder)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    run_all([seed_case(name) for name in SEED_MODELS], folder)
    return folder


@pytest.mark.parametrize("name", SEED_MODELS)
def test_code_of_a_seed_is_the_model(name: str, seeds: Path) -> None:
    assert_equal(seed_case(name), seeds)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    run_all(list(map(example_case, EXAMPLES)), folder)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("name", EXAMPLES)
def test_code_of_an_example_is_the_model(name: str, examples: Path) -> None:
    assert_equal(example_case(name), examples)

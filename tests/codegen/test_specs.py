"""Each spec's generated code, run without specc, is the model that specc compiles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.codegen.running import Case, assert_equal, run_all
from tests.specs.goldens import GOLDENS
from tests.specs.running import load, random_inputs


def golden_case(name: str) -> Case:
    golden = GOLDENS[name]
    arrays = random_inputs(golden)
    inputs = arrays if len(arrays) > 1 else {"_": next(iter(arrays.values()))}
    return Case(name, load(name), inputs, golden.plain)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Case]]:
    folder = tmp_path_factory.mktemp("codegen")
    cases = {name: golden_case(name) for name in GOLDENS}
    run_all(list(cases.values()), folder)
    return folder, cases


@pytest.mark.parametrize("name", GOLDENS)
def test_code_is_the_model(name: str, ran: tuple[Path, Mapping[str, Case]]) -> None:
    folder, cases = ran
    assert_equal(cases[name], folder)

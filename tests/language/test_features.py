"""Every feature and every key of the language is shown by a test that exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import specc.language.documents
from specc.language.definitions import Block, Inputs
from specc.language.documents import Definitions, Document
from specc.language.part import Part
from tests.language.features import FEATURES, KEYS

TESTS = Path(__file__).parents[1]
FIXTURES = TESTS / "passes" / "fixtures"
BASES: set[type[Part]] = {Document, Definitions, Block, Inputs}
"""What stands in no text as itself: `Inputs` is the form of several inputs."""


def _parts(base: type[Part] = Part) -> Iterator[type[Part]]:
    for part in base.__subclasses__():
        if part.__module__.startswith(specc.language.__name__):
            yield part
            yield from _parts(part)


def test_every_key_is_in_the_table() -> None:
    parts = {part.__name__: set(part.keys()) for part in _parts() if part not in BASES}
    assert parts == {name: set(keys) for name, keys in KEYS.items()}


@pytest.mark.parametrize("name", KEYS)
def test_every_key_is_written_in_its_proof(name: str) -> None:
    missing = [
        (key, proof)
        for key, proof in KEYS[name].items()
        if not re.search(rf"(?<!\w){key}:", _text(proof))
    ]
    assert missing == []


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_shown(feature: str) -> None:
    assert FEATURES[feature]
    assert [proof for proof in FEATURES[feature] if not _exists(proof)] == []


def test_what_does_not_exist_is_found() -> None:
    here = "language/test_features.py"
    assert _exists(f"{here}::test_what_does_not_exist_is_found")
    assert not _exists(f"{here}::test_nothing")
    assert not _exists("steps/nothing")
    uses = "keras_backend/test_declared_uses.py::test_a_use"
    assert _exists(f"{uses}[cell]")
    assert not _exists(f"{uses}[no such use]")


def _text(proof: str) -> str:
    """A fixture without what is expected of it, or a file of tests."""
    path = _path(proof)
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def _path(proof: str) -> Path:
    file, is_test, _ = proof.partition("::")
    return TESTS / file if is_test else FIXTURES / f"{file}.yaml"


def _exists(proof: str) -> bool:
    _, is_test, test = proof.partition("::")
    if not is_test:
        return _path(proof).is_file()
    function, _, case = test.removesuffix("]").partition("[")
    functions, texts = _names(_path(proof))
    return function in functions and (not case or case in texts)


@cache
def _names(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The test functions of a file, and its texts, of which the ids of cases are some."""
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    nodes = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(functions), frozenset(value for value in nodes if isinstance(value, str))

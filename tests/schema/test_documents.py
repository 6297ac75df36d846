"""Whole documents: the valid are accepted, the wrong are rejected where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics import Diagnostics, Source
from specc.language import read_document
from specc.source import read_yaml
from tests.schema.documents import FORMS, WRONG

SPECS = sorted((Path(__file__).resolve().parents[2] / "specs").glob("**/*.yaml"))


def problems(validator, document):
    return [(list(e.absolute_path), e.message[:200]) for e in validator.iter_errors(document)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_are_valid(path, validator, plain):
    assert problems(validator, plain(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("title", FORMS)
def test_forms_are_valid(title, validator, plain):
    assert problems(validator, plain(FORMS[title])) == []


@pytest.mark.parametrize("title", FORMS)
def test_forms_are_those_of_the_language(title):
    diagnostics = Diagnostics()
    read_document(read_yaml(Source("spec.yaml", FORMS[title]), diagnostics), diagnostics)
    assert [problem.message for problem in diagnostics] == []


@pytest.mark.parametrize("title", WRONG)
def test_wrong_documents_are_rejected_at_their_place(title, validator, plain):
    text, path, word = WRONG[title]
    found = [
        (list(e.absolute_path), e.message) for e in _leaves(validator.iter_errors(plain(text)))
    ]
    assert [message for at, message in found if at == path and word in message], found


def _leaves(errors):
    """The errors, and of alternatives those of each."""
    for error in errors:
        yield error
        yield from _leaves(error.context)

"""Specs whose shapes don't fit: what is said of each, where, and that Keras refuses it too."""

from __future__ import annotations

import pytest

from specc.api import specs as api
from specc.catalog.rules import UNKNOWN, Inference
from specc.diagnostics import Diagnostic, Source
from specc.passes.expand import builder
from tests.shapes.layers import LAYERS
from tests.shapes.models import MODELS
from tests.shapes.tensors import TENSORS
from tests.shapes.wrong import Wrong

WRONG = [*LAYERS, *TENSORS, *MODELS]
REFUSED = [wrong for wrong in WRONG if wrong.keras]


def title(wrong: Wrong) -> str:
    return wrong.title


def errors(wrong: Wrong, with_keras: bool = False) -> list[Diagnostic]:
    found = api.check_text(Source("spec", wrong.text), with_keras=with_keras)
    return [each for each in found if each.is_error]


@pytest.mark.parametrize("wrong", WRONG, ids=title)
def test_is_found_at_its_place(wrong: Wrong) -> None:
    found = errors(wrong)
    assert [f"{each.code} {each.message}" for each in found] == wrong.messages
    assert [each.span and tuple(each.span.begin) for each in found] == wrong.places


@pytest.mark.parametrize("wrong", WRONG, ids=title)
def test_names_where_the_shapes_come_from(wrong: Wrong) -> None:
    sources = {tuple(each.span.begin) for error in errors(wrong) for each in error.related}
    assert sorted(sources) == wrong.sources


@pytest.mark.long
@pytest.mark.parametrize("wrong", REFUSED, ids=title)
def test_keras_refuses_it_at_the_same_line(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "infer_call", lambda *_: Inference(UNKNOWN, None))
    found = errors(wrong, with_keras=True)
    assert {each.code for each in found} == {"S602"}
    lines = {each.span.begin.line for each in found if each.span}
    assert lines <= {line for line, _ in wrong.places}


def test_titles_are_unique() -> None:
    assert len({wrong.title for wrong in WRONG}) == len(WRONG)

"""What holds of every spec, valid or not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specc
from specc.api import specs as api
from specc.diagnostics import Source
from specc.ir import Graph, print_graph
from tests.passes.front import front
from tests.strategies import broken_models, models, spec_text

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
MANY = settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)


def _graph(document: Any) -> Graph:
    graph, found = front(spec_text(document))
    assert graph is not None, "\n".join(map(str, found.sorted()))
    return graph


@given(models())
@MANY
def test_valid_specs_expand_to_sound_graphs(document: Any) -> None:
    """`front` verifies the graph after each pass."""
    _graph(document)


@given(models())
@MANY
def test_equal_texts_give_equal_graphs(document: Any) -> None:
    assert print_graph(_graph(document)) == print_graph(_graph(document))


@given(models())
@MANY
def test_keys_are_unique_and_below_their_scope(document: Any) -> None:
    keys = [operation.key for operation in _graph(document).operations]
    assert len(keys) == len(set(keys))
    assert all(part for key in keys for part in key.split("."))


@given(models(), st.data())
@MANY
def test_an_insertion_changes_no_other_named_key(document: Any, data: Any) -> None:
    before = _named_keys(_graph(document))
    longer = copy.deepcopy(document)
    place = data.draw(st.integers(1, len(longer["body"])))
    longer["body"].insert(place, {"Dense": {"units": 4}})  # reads the step before, as the next does
    after = _named_keys(_graph(longer))
    assert [key for key in after if key in set(before)] == before


def _named_keys(graph: Graph) -> list[str]:
    return [operation.key for operation in graph.operations if operation.named]


@given(broken_models())
@settings(MANY, max_examples=200)
def test_broken_specs_give_diagnostics_only(document: Any) -> None:
    text = spec_text(document)
    found = api.check_text(Source("spec", text))
    try:
        specc.loads(text)
    except specc.SpeccError as error:
        assert error.diagnostics
    else:
        assert not any(each.is_error for each in found)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
@given(st.data())
@settings(MANY, max_examples=8)
def test_specs_with_a_slip_of_the_keyboard(path: Path, data: Any) -> None:
    text = path.read_text()
    start = data.draw(st.integers(0, len(text) - 1))
    count = data.draw(st.integers(0, 6))
    typed = data.draw(st.text("abx_=:{}[],-#'\"1 \n*&!|", max_size=4))
    slip = text[:start] + typed + text[start + count :]
    for diagnostic in api.check_text(Source("spec", slip), path):
        assert diagnostic.message

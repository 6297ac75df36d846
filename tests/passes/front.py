"""The front end in a test: from a text to its graph, verified between all passes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from specc.api import specs as api
from specc.diagnostics import Diagnostics, Source
from specc.ir import Graph, verify
from specc.language import Model
from specc.passes import Given, Resolver, Unit, bind_document, expand, run_passes
from specc.passes.overrides import given_values, variant_values
from specc.source.reader import DiskReader


def front(
    text: str,
    path: Path | None = None,
    variant: str | None = None,
    params: Mapping[str, object] | None = None,
) -> tuple[Graph | None, Diagnostics]:
    """The graph of a text that stands at `path`, if it has no errors, and its diagnostics."""
    found = Diagnostics()
    source = Source("spec.yaml", text)
    unit = Resolver(DiskReader(), found).read(source, path)
    if unit is None:
        return None, found
    if not isinstance(unit.document, Model):
        found.extend(api.check_text(source, path))
        return None, found
    graph = _expanded(unit, _given(unit, variant, params or {}, found), found)
    return (None if found.has_errors else graph), found


def _given(
    unit: Unit, variant: str | None, params: Mapping[str, object], found: Diagnostics
) -> dict[str, Given]:
    chosen = variant_values(unit, variant, found) if variant in unit.variants else {}
    return chosen | given_values(unit, params, found)


def _expanded(unit: Unit, given: Mapping[str, Given], found: Diagnostics) -> Graph | None:
    reader = DiskReader()
    values = bind_document(unit, given, found, reader)
    graph = expand(unit, values, found, reader)
    if graph is None:
        return None

    def check(between: Graph) -> None:
        if not found.has_errors:  # a graph with errors may be broken
            verify(between)

    check(graph)
    return run_passes(graph, found, after=check)

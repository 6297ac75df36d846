"""Bounds what matching globs costs: each of `freeze`, `lora`, `moved` with each key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.diagnostics import Diagnostics
from specc.ir import Graph, Pattern, Tuning
from specc.passes.keys import held_layers

MAX_COMPARISONS = 2_000_000
"""Globs times keys, wildcards counted as globs: some seconds. 100 globs over 5,000 variables are a
quarter of it."""


def bound_globs(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph; without its globs, and reported, where they are too many for its keys."""
    if _cost(graph) <= MAX_COMPARISONS:
        return graph
    first = next(_patterns(graph.tuning), None)
    diagnostics.error(
        "S705", "the globs of `freeze`, `lora` and `moved` are too many for the model's keys",
        first.origin if first is not None else graph.origin,
        help="one glob with `**` does for many keys",
    )  # fmt: skip
    return _without(graph)


def _cost(graph: Graph) -> int:
    inner = sum(_cost(op.graph) for op in graph.operations if op.graph is not None)
    weight = sum(1 + len(pattern.glob.wildcards) for pattern in _patterns(graph.tuning))
    if not weight:
        return inner
    keys = sum(1 + len(held.slots or ()) for held in held_layers(graph))
    return inner + weight * (keys + len(graph.tuning.moved))


def _patterns(tuning: Tuning) -> Iterator[Pattern]:
    yield from tuning.freeze
    for entry in tuning.lora:
        yield from entry.targets
    for move in tuning.moved:
        yield from (move.source, move.target)


def _without(graph: Graph) -> Graph:
    operations = tuple(
        op if op.graph is None else replace(op, graph=_without(op.graph)) for op in graph.operations
    )
    return replace(graph, operations=operations, tuning=Tuning())

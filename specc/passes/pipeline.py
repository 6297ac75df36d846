"""The passes over a graph, in their order, and the loop that runs them."""

from __future__ import annotations

from collections.abc import Callable

from specc.diagnostics import Diagnostics
from specc.ir import Graph
from specc.passes.adapt import adapt
from specc.passes.bound_globs import bound_globs
from specc.passes.check_batches import check_batches
from specc.passes.check_names import check_names
from specc.passes.check_style import check_style
from specc.passes.check_training import check_training
from specc.passes.drop_unread import drop_unread
from specc.passes.freeze import freeze
from specc.passes.keep_frozen import keep_frozen
from specc.passes.moved import check_moved
from specc.passes.note_unnamed import note_unnamed

Pass = Callable[[Graph, Diagnostics], Graph]

PASSES: tuple[Pass, ...] = (
    check_training,
    check_batches,
    drop_unread,
    bound_globs,
    adapt,  # before `freeze`, which leaves the adapters' variables alone
    freeze,
    keep_frozen,
    check_moved,
    check_style,
    check_names,
    note_unnamed,
)


def run_passes(
    graph: Graph,
    diagnostics: Diagnostics,
    passes: tuple[Pass, ...] = PASSES,
    after: Callable[[Graph], None] | None = None,
) -> Graph:
    """The graph after all passes. `after` sees it between two of them: tests verify it there."""
    for each in passes:
        graph = each(graph, diagnostics)
        if after is not None:
            after(graph)
    return graph

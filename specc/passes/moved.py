"""`moved`: holds the renames of old weights against the model's keys, and applies them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specc.diagnostics import Diagnostics, Related
from specc.globs import rewritten
from specc.ir import Graph, Move
from specc.passes.keys import held_layers, report_unmatched


def mover(graph: Graph) -> Callable[[str], str]:
    """Tells where a weight of an old key is today: the last rename that covers it says.

    A rename is made once, never a rename of what another made: they can't go in a ring, and two
    layers may change places. What a model inside says holds below its own key, after the outer's.
    """
    inside = {
        f"{operation.key}.": mover(operation.graph)
        for operation in graph.operations
        if operation.graph is not None and has_moves(operation.graph)
    }

    def moved(key: str) -> str:
        for move in reversed(graph.tuning.moved):
            found = rewritten(move.source.glob, move.target.glob, key)
            if found is not None:
                key = found
                break
        for stem, inner in inside.items():
            if key.startswith(stem):
                return stem + inner(key.removeprefix(stem))
        return key

    return moved


def has_moves(graph: Graph) -> bool:
    """Whether a model, or one inside it, has renames."""
    return bool(graph.tuning.moved) or any(
        has_moves(operation.graph) for operation in graph.operations if operation.graph is not None
    )


def check_moved(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """Reports renames to what isn't there, and second ones of one key; the graph as it is."""
    for operation in graph.operations:
        if operation.graph is not None:
            check_moved(operation.graph, diagnostics)
    held = list(held_layers(graph)) if graph.tuning.moved else []
    keys = [key for each in held for key in (each.key, *each.weight_keys())]
    for place, move in enumerate(graph.tuning.moved):
        if not any(move.target.glob.covers(key) for key in keys):
            report_unmatched(move.target, held, "layer or variable", diagnostics)
        elif move.source.glob.text == move.target.glob.text:
            message = f"`{move.source.glob.text}` is moved to itself"
            diagnostics.error("S456", message, move.source.origin)
        _check_once(move, graph.tuning.moved[place + 1 :], diagnostics)
    return graph


def _check_once(move: Move, later: Sequence[Move], diagnostics: Diagnostics) -> None:
    """Reports a rename all of whose keys a later one takes."""
    own = move.source.glob
    for other in later:
        glob = other.source.glob
        if glob.text == own.text or (not own.wildcards and glob.covers(own.text)):
            diagnostics.error(
                "S456", f"`{own.text}` is moved twice: the later `{glob.text}` takes all of it",
                move.source.origin, related=(Related(other.source.origin, "the later one"),),
                help="the last rename that matches a key says: narrower ones stand after wider",
            )  # fmt: skip

"""Reads `freeze`, `lora` and `moved`; what their globs match is for the passes to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.globs import GlobError, parse_glob
from specc.ir import LowRank, Move, Pattern, Tuning
from specc.language import Block, Lora, Model, Moved
from specc.passes.expand.evaluation import Reporter, evaluate_node, evaluate_static
from specc.passes.poison import POISON
from specc.passes.types import written_value
from specc.source.nodes import Node, Sequence

Names = Mapping[str, object]


def read_tuning(block: Block, names: Names, context: Reporter) -> Tuning:
    """What a model says of freezing, adapters and renames; wrong parts are reported, and left out.

    Args:
        block: The model; other blocks say nothing of it.
        names: The values of its parameters.
        context: Where problems go.
    """
    if not isinstance(block, Model):
        return Tuning()
    freeze = _patterns(block.freeze, names, context) if block.freeze is not None else ()
    entries = [_low_rank(entry, names, context) for entry in block.lora]
    moves = [_move(entry, context) for entry in block.moved]
    return Tuning(
        tuple(freeze),
        tuple(entry for entry in entries if entry is not None),
        tuple(move for move in moves if move is not None),
    )


def _patterns(node: Node, names: Names, context: Reporter) -> Iterator[Pattern]:
    """The globs of a text or a list of texts, with code in them evaluated."""
    value = evaluate_node(node, names, context)
    if value is POISON:
        return
    texts = value if isinstance(value, list) else [value]
    spans = [item.span for item in node.items] if isinstance(node, Sequence) else [node.span]
    for place, text in enumerate(texts):
        origin = spans[place] if len(spans) == len(texts) else node.span
        if not isinstance(text, str):
            message = f"a glob is a text, not {written_value(text)}"
            context.diagnostics.error("S103", message, origin)
            continue
        try:
            yield Pattern(parse_glob(text), origin)
        except GlobError as error:
            context.diagnostics.error("S450", f"`{text}`: {error}", origin)


def _low_rank(entry: Lora, names: Names, context: Reporter) -> LowRank | None:
    """An entry of `lora`; None if it is wrong, or its condition doesn't hold."""
    if entry.if_ is not None and evaluate_static(entry.if_, names, context) in (POISON, False):
        return None
    if entry.broken:
        return None
    targets = tuple(_patterns(entry.targets, names, context))
    rank = evaluate_node(entry.rank, names, context)
    alpha = rank if entry.alpha is None else evaluate_node(entry.alpha, names, context)
    if POISON in (rank, alpha):
        return None
    if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
        message = f"`rank` is a whole number from 1, not {written_value(rank)}"
        context.diagnostics.error("S454", message, entry.span("rank"))
        return None
    if not isinstance(alpha, int | float) or isinstance(alpha, bool) or not alpha > 0:
        message = f"`alpha` is a number greater than 0, not {written_value(alpha)}"
        context.diagnostics.error("S454", message, entry.span("alpha"))
        return None
    return LowRank(rank, alpha, targets, entry.node.span)


def _move(entry: Moved, context: Reporter) -> Move | None:
    if entry.broken:
        return None
    source, target = _glob(entry, "from", context), _glob(entry, "to", context)
    if source is None or target is None:
        return None
    if source.glob.wildcards != target.glob.wildcards:
        context.diagnostics.error(
            "S456", f"`{source.glob.text}` and `{target.glob.text}` have not the same wildcards",
            target.origin, help="each `*` and `**` of one stands in the other, in the same order",
        )  # fmt: skip
        return None
    return Move(source, target)


def _glob(entry: Moved, key: str, context: Reporter) -> Pattern | None:
    text = entry.from_ if key == "from" else entry.to
    try:
        return Pattern(parse_glob(text, negatable=False), entry.span(key))
    except GlobError as error:
        context.diagnostics.error("S450", f"`{text}`: {error}", entry.span(key))
        return None

"""Entries by name, written out or made by a table's loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.language import Table
from specc.passes.expand.evaluation import assign_targets, evaluate_static, parse_loop
from specc.passes.expand.frame import Frame
from specc.passes.expand.names import NAME
from specc.passes.poison import POISON
from specc.source.nodes import Node

Row = tuple[str, Node, Mapping[str, object]]


def table_rows(table: Table, frame: Frame) -> Iterator[Row]:
    """Each entry's name, its node, and the variables that its code sees."""
    loop = parse_loop(table.for_, frame.context)
    if loop is None or table.broken:
        return
    values = evaluate_static(table.for_, frame.names, frame.context, loop[1])
    for value in values if isinstance(values, list | tuple | dict) else ():
        variables = assign_targets(loop[0], value, table.for_, frame.context)
        if variables is None:
            return
        frame.context.spend(table.node.span)
        with frame.variables(variables, table.node.span):
            key = evaluate_static(table.key, frame.names, frame.context)
            if isinstance(key, str) and NAME.fullmatch(key):
                yield key, table.each, variables
            elif key is not POISON:
                span = table.key.node.span
                frame.context.diagnostics.error("S413", f"`{key!r}` is no name", span)

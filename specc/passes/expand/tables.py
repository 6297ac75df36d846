"""Entries by name, written out or made by a table's loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.language import Table
from specc.passes.expand.evaluation import evaluate_static, for_rounds, written_value
from specc.passes.expand.frame import Frame
from specc.passes.expand.names import NAME
from specc.passes.poison import POISON
from specc.source.nodes import Node

Row = tuple[str, Node, Mapping[str, object]]


def table_rows(table: Table, frame: Frame) -> Iterator[Row]:
    """Each entry's name, its node, and the variables that its code sees."""
    rounds = (None,) if table.broken else for_rounds(table.for_, frame.names, frame.context)
    for variables in rounds:
        if variables is None:
            frame.names.incomplete = True
            return
        frame.context.spend(table.node.span)
        with frame.variables(variables, table.node.span):
            key = evaluate_static(table.key, frame.names, frame.context)
            if isinstance(key, str) and NAME.fullmatch(key):
                yield key, table.each, variables
            else:
                frame.names.incomplete = True
                _report_key(key, table, frame)


def _report_key(key: object, table: Table, frame: Frame) -> None:
    if key is not POISON:
        message = f"a name holds letters, digits and `_`, not {written_value(key)}"
        frame.context.diagnostics.error("S413", message, table.key.node.span)

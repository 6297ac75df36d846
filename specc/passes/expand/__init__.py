"""Expansion: a document with bound parameters becomes a graph; loops and definitions are gone."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Diagnostics
from specc.ir import Graph
from specc.language import Model
from specc.passes.expand.evaluation import evaluate_node
from specc.passes.expand.frame import Abort, Context
from specc.passes.expand.models import Origin, build_model, expand_model
from specc.passes.expand.results import result_of
from specc.passes.expand.steps import expand_body
from specc.passes.parameters import Binder, Given
from specc.passes.unit import Unit
from specc.source.nodes import Node
from specc.source.reader import Reader

__all__ = ["bind_document", "expand"]


def bind_document(
    unit: Unit, given: Mapping[str, Given], diagnostics: Diagnostics, reader: Reader
) -> dict[str, object]:
    """The values of a document's parameters."""
    context = _context(diagnostics, reader)

    def evaluate(node: Node, names: Mapping[str, object]) -> object:
        return evaluate_node(node, names, context)

    hint = f"choose a variant: {', '.join(unit.variants)}" if unit.variants else ""
    binder = Binder(unit.params, given, {}, evaluate, diagnostics)
    return binder.bind("the spec", unit.document.node.span, hint)


def expand(
    unit: Unit, params: dict[str, object], diagnostics: Diagnostics, reader: Reader
) -> Graph | None:
    """The graph of a model document; None, with diagnostics, if it has none."""
    document = unit.document
    assert isinstance(document, Model)  # noqa: S101 - the caller chose by the document's kind
    context = _context(diagnostics, reader)
    try:
        return expand_model(document, document.model, unit, params, {}, Origin(context))
    except Abort:
        return None


def _context(diagnostics: Diagnostics, reader: Reader) -> Context:
    return Context(diagnostics, reader, expand_body, build_model, result_of)

"""Expansion: a document with bound parameters becomes a graph; loops and definitions are gone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from specc.catalog.rules import Specs
from specc.diagnostics import Diagnostics
from specc.ir import DeclaredLayer, Graph
from specc.language import Model
from specc.passes.expand.at_run_time import LayerAtRunTime, LayerText
from specc.passes.expand.binding import make_binder
from specc.passes.expand.declared import declare, expand_subclassed
from specc.passes.expand.frame import Abort, Context
from specc.passes.expand.layer_documents import declared_document, followed_document
from specc.passes.expand.models import Origin, build_model, expand_model
from specc.passes.expand.rehearsal import rehearse
from specc.passes.expand.results import result_of
from specc.passes.expand.steps import expand_body
from specc.passes.memo import Memo
from specc.passes.parameters import Given
from specc.passes.unit import Unit
from specc.references import Importer
from specc.source.reader import DiskReader, MemoryReader, Reader

__all__ = [
    "LayerAtRunTime",
    "LayerText",
    "bind_document",
    "check_definitions",
    "declare_document",
    "expand",
    "follow_document",
    "layer_text",
]


def bind_document(
    unit: Unit, given: Mapping[str, Given], diagnostics: Diagnostics, reader: Reader
) -> dict[str, object]:
    """The values of a document's parameters; only a model needs them all."""
    context = _context(diagnostics, reader)
    hint = f"choose a variant: {', '.join(unit.variants)}" if unit.variants else ""
    binder = make_binder(unit.params, given, {}, unit, context)
    is_model = isinstance(unit.document, Model)
    return binder.bind("the spec", unit.document.node.span, hint, needed=is_model)


def expand(
    unit: Unit,
    params: dict[str, object],
    diagnostics: Diagnostics,
    reader: Reader,
    memo: Memo | None = None,
) -> Graph | None:
    """The graph of a model document; None, with diagnostics, if it has none.

    Variants of one document may share a `memo`.
    """
    document = unit.document
    assert isinstance(document, Model)  # noqa: S101 - the caller chose by the document's kind
    context = _context(diagnostics, reader)
    context.memo = memo or context.memo
    try:
        if document.style == "subclassed":
            graph = expand_subclassed(document, unit, params, context)
        else:
            graph = expand_model(document, document.model, unit, params, {}, Origin(context))
        rehearse(unit, params, context)
    except Abort:
        return None
    return graph


def check_definitions(
    unit: Unit, params: Mapping[str, object], diagnostics: Diagnostics, reader: Reader
) -> None:
    """Reports what is wrong with the definitions of a document that is no model."""
    with suppress(Abort):
        rehearse(unit, params, _context(diagnostics, reader))


def declare_document(
    unit: Unit, params: Mapping[str, object], diagnostics: Diagnostics
) -> DeclaredLayer | None:
    """The layer that a layer document declares; None, with diagnostics, if it can't be made."""
    return declared_document(unit, params, _context(diagnostics, DiskReader()))


def follow_document(
    unit: Unit,
    params: Mapping[str, object],
    given: Mapping[str, Specs],
    diagnostics: Diagnostics,
) -> Graph | None:
    """The graph of a layer document for inputs of some specs; None, with diagnostics."""
    return followed_document(unit, params, given, _context(diagnostics, DiskReader()))


def layer_text(layer: str, texts: Mapping[str, str], importer: Importer) -> LayerText:
    """A declared layer of the texts that its config holds.

    `importer` follows its references to Python classes.

    Raises:
        SpeccError: they are wrong.
    """

    def make_context(diagnostics: Diagnostics) -> Context:
        return _context(diagnostics, MemoryReader({}))

    return LayerText(layer, texts, make_context, importer)


def _context(diagnostics: Diagnostics, reader: Reader) -> Context:
    return Context(diagnostics, reader, expand_body, build_model, declare, result_of)

"""A `layer:` document by itself: what it declares, and its body followed for given inputs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from specc.catalog.rules import Specs
from specc.diagnostics import did_you_mean
from specc.ir import DeclaredLayer, Graph
from specc.language import Layer
from specc.passes.expand.binding import make_binder
from specc.passes.expand.declared import declared_layer, follow
from specc.passes.expand.frame import Abort, Context
from specc.passes.expand.layer_body import LayerSource
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.parameters import Given
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit


def document_source(unit: Unit, params: Mapping[str, object], context: Context) -> LayerSource:
    """What a layer document is made of; an error, if one of its parameters has no value."""
    document = unit.document
    assert isinstance(document, Layer)  # noqa: S101 - the caller chose by the document's kind
    given = {name: Given(value, None) for name, value in params.items() if value is not POISON}
    hint = "give it: `--set NAME=VALUE`, or `params={…}`"
    binder = make_binder(document.params, given, {}, unit, context)
    values = binder.bind(f"`{document.layer}`", document.span("layer"), hint)
    return LayerSource(Meaning(document.layer, document, unit), values, {}, (), DEFAULT_DTYPE)


def declared_document(
    unit: Unit, params: Mapping[str, object], context: Context
) -> DeclaredLayer | None:
    """The layer that a document declares; None, with diagnostics, if it can't be made."""
    source = document_source(unit, params, context)
    if context.diagnostics.has_errors:
        return None
    return declared_layer(source, context)


def followed_document(
    unit: Unit, params: Mapping[str, object], given: Mapping[str, Specs], context: Context
) -> Graph | None:
    """The graph of a layer document for inputs of some specs; None, with diagnostics.

    Args:
        unit: The document.
        params: The values of its parameters.
        given: What it is called on, by name; optional inputs may be absent.
        context: What is shared.
    """
    source = document_source(unit, params, context)
    _check_inputs(source, given, context)
    if context.diagnostics.has_errors:
        return None
    with suppress(Abort):
        declared = declared_layer(source, context)
        bodies = follow(source, given, context, source.dtype)[0] if declared is not None else []
        if bodies and not context.diagnostics.has_errors:
            return replace(bodies[0].graph, declared=declared)
    return None


def _check_inputs(source: LayerSource, given: Mapping[str, Specs], context: Context) -> None:
    """Reports inputs that the layer doesn't take, and those that it lacks."""
    block, name = source.block, source.meaning.name
    declared = block.inputs.entries if block.inputs is not None else {}
    for key in given.keys() - declared.keys():
        context.diagnostics.error(
            "S806", f"`{name}` has no input `{key}`", block.node.span,
            label=did_you_mean(key, declared),
        )  # fmt: skip
    missing = [key for key in declared if key not in given and not declared[key].optional]
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        context.diagnostics.error(
            "S806", f"what `{name}` is made of depends on the shape of {names}",
            declared[missing[0]].node.span,
            help=f"say it, the batch first: `--input {missing[0]}=[null, 8]`",
        )  # fmt: skip

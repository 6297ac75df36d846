"""Specs without their adapters, for weights into which these were merged."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Diagnostic, Diagnostics
from specc.errors import SpeccError
from specc.passes import expand, run_passes
from specc.source.nodes import Mapping
from specc.source.reader import DiskReader
from specc.spec import Spec, model_graph

KEY = "lora"


def without_lora(spec: Spec) -> Spec:
    """The same spec with `lora: []`.

    Raises:
        SpeccError: S920 if it has no adapters, or what it has without them.
    """
    if not model_graph(spec).tuning.lora or spec.unit is None:
        message = f"`{spec.name}` has no `lora`, so there is nothing to merge"
        raise SpeccError([Diagnostic("S920", message, spec.document.node.span)])
    diagnostics = Diagnostics()
    unit = replace(spec.unit, document=spec.unit.document.model_copy(update={KEY: ()}))
    graph = expand(unit, dict(spec.params), diagnostics, DiskReader())
    graph = None if graph is None else run_passes(graph, diagnostics)
    if graph is None or diagnostics.has_errors:
        raise SpeccError(diagnostics.sorted())
    return replace(spec, graph=graph, unit=unit, text=_text_without(spec))


def _text_without(spec: Spec) -> str:
    node = spec.document.node
    entry = node.entries.get(KEY) if isinstance(node, Mapping) else None
    if entry is None or entry.value.span.source.text != spec.text:  # what it extends says it
        return f"{spec.text.rstrip()}\n{KEY}: []\n"
    span = entry.value.span
    return f"{spec.text[: span.start]}[]{spec.text[span.end :]}"

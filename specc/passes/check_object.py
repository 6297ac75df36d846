"""Checks a `keras:` document: one Keras object of any kind."""

from __future__ import annotations

from specc import catalog
from specc.catalog import Entry, Kind
from specc.diagnostics import Diagnostics, did_you_mean
from specc.expressions.values import describe
from specc.language import KerasObject
from specc.passes.check_arguments import report
from specc.passes.expand.evaluation import evaluate_static_node
from specc.passes.poison import POISON
from specc.source.nodes import Mapping, Scalar

KINDS = (
    Kind.LAYER,
    Kind.INITIALIZER,
    Kind.REGULARIZER,
    Kind.CONSTRAINT,
    Kind.ACTIVATION,
    Kind.OPTIMIZER,
    Kind.SCHEDULE,
    Kind.LOSS,
    Kind.METRIC,
    Kind.QUANTIZER,
    Kind.DTYPE,
)


def find_any(name: str) -> Entry | None:
    """The class of a name, of whatever kind."""
    found = (catalog.find(kind, name) for kind in KINDS)
    return next((entry for entry in found if entry is not None), None)


def object_value(document: KerasObject, diagnostics: Diagnostics) -> object:
    """The object in its YAML form, code evaluated."""
    return evaluate_static_node(document.keras, {}, diagnostics)


def check_keras_object(document: KerasObject, diagnostics: Diagnostics) -> None:
    """Reports what is wrong with the object of a `keras:` document."""
    value = object_value(document, diagnostics)
    node = document.keras
    if value is POISON:
        return
    if not isinstance(value, str | dict) or not isinstance(node, Scalar | Mapping):
        message = f"an object is its name, or one name with its arguments, not {describe(value)}"
        diagnostics.error("S213", message, node.span)
        return
    name = value if isinstance(value, str) else next(iter(value), "")
    entry = find_any(str(name))
    if entry is None:
        known = [each for kind in KINDS for each in catalog.names(kind)]
        diagnostics.error(
            "S212", f"Keras has no object `{name}`", node.span, label=did_you_mean(str(name), known)
        )
        return
    for problem in catalog.check_object(entry.kind, value):
        report(problem, node, node.span, diagnostics)

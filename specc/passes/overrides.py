"""Values for parameters from outside the body: a variant's, and the caller's."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Diagnostics, Source, Span
from specc.passes.expand.evaluation import evaluate_static_node
from specc.passes.parameters import Given
from specc.passes.poison import POISON
from specc.passes.unit import Unit
from specc.source import read_yaml, to_plain


def variant_values(unit: Unit, variant: str, diagnostics: Diagnostics) -> dict[str, Given]:
    """The values that a variant gives."""
    values: dict[str, Given] = {}
    for name, node in unit.variants[variant].items():
        value = evaluate_static_node(node, {}, diagnostics)
        if value is not POISON:
            values[name] = Given(value, node.span)
    return values


def given_values(unit: Unit, params: Mapping[str, object]) -> dict[str, Given]:
    """The values that the caller gives; they stand in no text."""
    span = unit.document.node.span
    return {name: Given(value, Span(span.source, 0, 0)) for name, value in params.items()}


def parse_setting(unit: Unit, name: str, text: str, diagnostics: Diagnostics) -> object:
    """The value of `--set name=text`, read as YAML; as it is, where the parameter is a text."""
    param = unit.params.get(name)
    if param is not None and param.type == "str":
        return text
    node = read_yaml(Source(f"--set {name}", text), diagnostics)
    return text if node is None else to_plain(node)

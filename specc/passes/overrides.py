"""Values for parameters from outside the body: a variant's, and the caller's."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Diagnostics, Source, Span
from specc.expressions import is_code
from specc.language import Param
from specc.passes.expand.evaluation import evaluate_static_node
from specc.passes.parameters import Given
from specc.passes.poison import POISON
from specc.passes.unit import Unit
from specc.source import Scalar, read_yaml, to_plain


def variant_values(unit: Unit, variant: str, diagnostics: Diagnostics) -> dict[str, Given]:
    """The values that a variant gives."""
    values: dict[str, Given] = {}
    for name, node in unit.variants[variant].items():
        values[name] = Given(evaluate_static_node(node, {}, diagnostics), node.span)
    return values


class Setting(str):
    """The text of a `--set name=text`, whose value depends on the parameter's type."""

    __slots__ = ()


def given_values(
    unit: Unit, params: Mapping[str, object], diagnostics: Diagnostics
) -> dict[str, Given]:
    """The values that the caller gives. They stand in no file; settings are shown by themselves."""
    return {name: _given(unit, name, value, diagnostics) for name, value in params.items()}


def _given(unit: Unit, name: str, value: object, diagnostics: Diagnostics) -> Given:
    if isinstance(value, Given):  # which knows its place: another document's
        return value
    if isinstance(value, Setting):
        return parse_setting(unit, name, value, diagnostics)
    return Given(value, Span(unit.document.node.span.source, 0, 0))


def parse_setting(unit: Unit, name: str, text: str, diagnostics: Diagnostics) -> Given:
    """The value of `--set name=text`, read as YAML; as it is, where the parameter is a text."""
    source = Source(f"--set {name}", str(text))
    span = Span(source, 0, len(text))
    param = unit.params.get(name)
    if param is not None and _is_text(param):
        return Given(str(text), span)
    node = read_yaml(source, diagnostics)
    return Given(POISON if node is None else to_plain(node), span)


def _is_text(param: Param) -> bool:
    """Whether it is declared as text, or has a text for its default that is no expression."""
    if param.type is not None:
        return param.type == "str"
    default = param.default
    return (
        isinstance(default, Scalar)
        and isinstance(default.value, str)
        and not is_code(default.value)
    )


def are_defaults(unit: Unit, given: Mapping[str, Given]) -> bool:
    """Whether a variant says only what the defaults say, so that it is checked with them."""
    return all(
        name in unit.params
        and unit.params[name].has_default
        and to_plain(unit.params[name].default) == value.value
        for name, value in given.items()
    )

"""Gives each operation the name that Keras is to see: its key, joined as the spec says."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Diagnostics, Related
from specc.ir import Graph, NestedModel, Operation


def keras_names(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph with every operation named, nested models within themselves."""
    if "/" in graph.separator:
        diagnostics.error("S431", "the separator can't hold `/`, which Keras uses", graph.origin)
        graph = replace(graph, separator=".")
    named: dict[str, Operation] = {}
    for operation in graph.operations:
        name = operation.name or operation.key.replace(".", graph.separator)
        if "/" in name:
            diagnostics.error("S431", f"Keras allows no `/` in `{name}`", operation.origin)
        if name in named:
            other = named[name]
            diagnostics.error(
                "S432", f"`{operation.key}` and `{other.key}` are both `{name}` to Keras",
                operation.origin, related=(Related(other.origin, "the other"),),
                help="change a name, the `separator`, or a `keras_name`",
            )  # fmt: skip
        named[name] = replace(
            operation,
            name=name,
            graph=None if operation.graph is None else keras_names(operation.graph, diagnostics),
            arguments=_named_arguments(operation, diagnostics),
        )
    return replace(graph, operations=tuple(named.values()))


def _named_arguments(operation: Operation, diagnostics: Diagnostics) -> dict[str, object]:
    return {key: _named(value, diagnostics) for key, value in operation.arguments.items()}


def _named(value: object, diagnostics: Diagnostics) -> object:
    if isinstance(value, NestedModel):
        return NestedModel(keras_names(value.graph, diagnostics), value.name)
    if isinstance(value, list):
        return [_named(item, diagnostics) for item in value]
    return value

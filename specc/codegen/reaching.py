"""How code reaches what is inside of a layer: the paths of variables as attributes."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog.rules.inference import nested_use
from specc.codegen.module import Module
from specc.codegen.nodes import constant
from specc.codegen.problems import Refused
from specc.ir import DeclaredLayer, Graph, NestedModel, Operation

PROJECTIONS = ("query", "key", "gate", "value", "output")
"""The layers inside attention layers, by their names in keys, `_dense` left out."""

PUBLIC = ("MultiHeadAttention", "query_dense", "key_dense", "value_dense", "output_dense")
"""The class that has properties for the layers inside of it, and these; others hide theirs."""

ARGUMENTS = {"forward_layer": "layer", "backward_layer": "layer", "layer": "layer", "cell": "cell"}
"""Attributes of layers that hold others, and the argument that each is made of."""


def reach(operation: Operation, path: str, module: Module) -> str:
    """What follows a layer in code that reaches a part of it: `.layer.cells[0].kernel`.

    Args:
        operation: The layer.
        path: The part's attribute path below it; empty for the layer itself.
        module: Knows the classes that it has for declared layers.

    Raises:
        Refused: code can't reach it.
    """
    if not path:
        return ""
    if operation.graph is not None:
        return _in_model(operation.graph, path, module)
    if operation.declared is not None:
        return _in_declared(operation.declared, path, module)
    return _in_layer(operation.class_name, operation.arguments, path, module)


def _in_model(graph: Graph, path: str, module: Module) -> str:
    if graph.declared is not None:
        return _in_declared(graph.declared, path, module)
    by_name = {operation.name: operation for operation in graph.operations}
    name, rest = _split(path, by_name)
    return f".get_layer({constant(name)})" + reach(by_name[name], rest, module)


def _in_declared(declared: DeclaredLayer, path: str, module: Module) -> str:
    known = module.held[id(declared)]
    key, rest = _split(path, known)
    attribute, operation = known[key]
    return f".{attribute}" + reach(operation, rest, module)


def _split(path: str, known: Mapping[str, object]) -> tuple[str, str]:
    """The longest key that a path begins with, and what follows."""
    names = path.split(".")
    for count in range(len(names), 0, -1):
        key = ".".join(names[:count])
        if key in known:
            return key, ".".join(names[count:])
    raise Refused(f"`{path}` has no name in code")


def _in_layer(class_name: str, arguments: Mapping[str, object], path: str, module: Module) -> str:
    name, _, rest = path.partition(".")
    if "Attention" in class_name and name.removesuffix("_dense") in PROJECTIONS:
        attribute = f"{name.removesuffix('_dense')}_dense"
        is_public = class_name == PUBLIC[0] and attribute in PUBLIC
        return f".{attribute if is_public else '_' + attribute}" + _below(None, rest, module)
    if name == "cells":
        place, _, rest = rest.partition(".")
        cells = arguments.get("cells")
        value = cells[int(place)] if isinstance(cells, list) else None
        return f".cells[{place}]" + _below(value, rest, module)
    value = arguments.get(ARGUMENTS.get(name, name))
    if isinstance(value, list):  # RNN stacks them
        return f".{name}" + _in_layer("StackedRNNCells", {"cells": value}, rest, module)
    return f".{name}" + _below(value, rest, module)


def _below(value: object, path: str, module: Module) -> str:
    """What reaches a part of a layer that stands as an argument."""
    if not path:
        return ""
    if isinstance(value, DeclaredLayer):
        return _in_declared(value, path, module)
    if isinstance(value, NestedModel):
        return _in_model(value.graph, path, module)
    use = nested_use(value) if isinstance(value, str | dict) else None
    if use is None:
        return _in_layer("", {}, path, module)
    return _in_layer(use[0].class_name, use[1], path, module)

"""Walking structures and graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specc.ir.graph import (
    Call,
    DeclaredLayer,
    Graph,
    NestedModel,
    Operation,
    Structure,
    Tensor,
)
from specc.references import PythonClass, PythonObject


def tensors(structure: Structure) -> Iterator[Tensor]:
    """The tensors in a structure, in the order in which Keras flattens it (dicts by sorted key)."""
    if isinstance(structure, Tensor):
        yield structure
    elif isinstance(structure, list | tuple):
        for item in structure:
            yield from tensors(item)
    elif isinstance(structure, dict):
        for key in sorted(structure):
            yield from tensors(structure[key])
    elif isinstance(structure, slice):
        yield from tensors((structure.start, structure.stop, structure.step))


def leaves(structure: Structure) -> Iterator[object]:
    """The tensors and constants of a structure, dicts in their own order."""
    if isinstance(structure, list | tuple):
        for item in structure:
            yield from leaves(item)
    elif isinstance(structure, dict):
        for item in structure.values():
            yield from leaves(item)
    else:
        yield structure


def replace_tensors(structure: Structure, change: Callable[[Tensor], object]) -> Structure:
    """The same structure with other leaves in place of its tensors."""
    if isinstance(structure, Tensor):
        return change(structure)
    if isinstance(structure, list):
        return [replace_tensors(item, change) for item in structure]
    if isinstance(structure, tuple):
        return tuple(replace_tensors(item, change) for item in structure)
    if isinstance(structure, dict):
        return {key: replace_tensors(item, change) for key, item in structure.items()}
    if isinstance(structure, slice):
        parts = structure.start, structure.stop, structure.step
        return slice(*(replace_tensors(part, change) for part in parts))
    return structure


def call_tensors(call: Call) -> Iterator[Tensor]:
    """The tensors that a call reads."""
    for argument in call.args:
        yield from tensors(argument)
    for argument in call.kwargs.values():
        yield from tensors(argument)


def all_operations(graph: Graph, prefix: str = "") -> Iterator[tuple[str, Operation]]:
    """Every operation with its full key, those inside nested models too."""
    for operation in graph.operations:
        key = prefix + operation.key
        yield key, operation
        if operation.graph is not None:
            yield from all_operations(operation.graph, f"{key}.")


def python_classes(graph: Graph) -> Iterator[PythonClass]:
    """The users' classes and functions of a graph, those in arguments and in `training` too."""
    yield from _python_classes(dict(graph.training or {}))
    for operation in graph.operations:
        if operation.python is not None:
            yield operation.python
        if operation.graph is not None:
            yield from python_classes(operation.graph)
        if operation.declared is not None:
            yield from _python_classes(operation.declared)
        function = operation.arguments.get("python")
        if isinstance(function, PythonClass):
            yield function
        yield from _python_classes(dict(operation.arguments))


def _python_classes(value: object) -> Iterator[PythonClass]:
    for leaf in leaves(value):
        if isinstance(leaf, PythonObject):
            yield leaf.python
            yield from _python_classes(leaf.arguments)
        elif isinstance(leaf, NestedModel):
            yield from python_classes(leaf.graph)
        elif isinstance(leaf, DeclaredLayer) and leaf.body is not None:
            yield from python_classes(leaf.body)

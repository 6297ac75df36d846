"""Where each output of a call stands in what the call gives."""

from __future__ import annotations

from collections.abc import Iterator

from specc.codegen.nodes import constant
from specc.ir import Graph, Operation, OperationKind, Structure, Tensor, call_tensors, tensors
from specc.passes.expand.ops import OUTPUT_COUNTS

LISTS = frozenset({"split", "array_split", "unstack", "meshgrid", *OUTPUT_COUNTS} - {"lstsq"})
"""Functions that give several tensors."""


def output_paths(graph: Graph) -> dict[Tensor, str]:
    """The index that leads from a call's value to each tensor that is read; `""` for all of it."""
    read = {*tensors(graph.outputs)}
    for made in graph.calls:
        read.update(call_tensors(made))
    several = {tensor.call for tensor in (*read, *graph.specs) if tensor.output}
    return {tensor: _path(graph, tensor, tensor.call in several) for tensor in read}


def _path(graph: Graph, tensor: Tensor, several: bool) -> str:
    operation = graph.operations[graph.calls[tensor.call].operation]
    known = _structure(operation)
    if known is not None:
        return dict(enumerate(_paths(known))).get(tensor.output, "")
    return f"[{tensor.output}]" if several or _gives_list(operation) else ""


def is_unknown(graph: Graph, call: int) -> bool:
    """Whether nothing is known of what a call gives: it is of a user's own class."""
    operation = graph.operations[graph.calls[call].operation]
    spec = graph.specs.get(Tensor(call))
    return operation.python is not None and (spec is None or spec.shape is None)


def gives_nested(operation: Operation) -> bool:
    """Whether a layer gives lists in a list: the states of each of several cells."""
    cell = operation.arguments.get("cell")
    stacked = isinstance(cell, list) or (isinstance(cell, dict) and "StackedRNNCells" in cell)
    return stacked and bool(operation.arguments.get("return_state"))


def _structure(operation: Operation) -> Structure | None:
    if operation.graph is not None:
        return operation.graph.outputs
    if operation.declared is not None and operation.declared.body is not None:
        return operation.declared.body.outputs
    return None


def _gives_list(operation: Operation) -> bool:
    match operation.kind:
        case OperationKind.OP:
            return operation.written in LISTS
        case OperationKind.FUNCTION:
            return bool(operation.arguments.get("outputs"))
        case OperationKind.EXPRESSION:
            program = operation.arguments["program"]
            return isinstance(program, list) and len(program) > 1
        case _:
            return bool(operation.arguments.get("return_state"))


def _paths(structure: Structure, before: str = "") -> Iterator[str]:
    """The path to each tensor, in the order in which Keras flattens."""
    if isinstance(structure, list | tuple):
        for place, item in enumerate(structure):
            yield from _paths(item, f"{before}[{place}]")
    elif isinstance(structure, dict):
        for key in sorted(structure):
            yield from _paths(structure[key], f"{before}[{constant(key)}]")
    else:
        yield before

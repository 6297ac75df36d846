"""Builds a graph, operation by operation; what did not lead anywhere can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Diagnostics, Span
from specc.ir import (
    Call,
    Graph,
    Operation,
    OperationKind,
    Structure,
    Tensor,
    replace_tensors,
    tensors,
)
from specc.passes.expand.names import Names

Shape = tuple[int | None, ...]
Mark = tuple[int, int, tuple[int, int]]


class GraphBuilder:
    """The graph of one model while its body is expanded."""

    def __init__(self, diagnostics: Diagnostics, separator: str = ".") -> None:
        self.separator = separator
        self.operations: list[Operation] = []
        self.calls: list[Call] = []
        self.names = Names(diagnostics)
        self.shapes: dict[Tensor, Shape] = {}

    def keras_name(self, key: str) -> str:
        """The name that Keras is to see for a key, where the spec gives no other."""
        return key if self.separator == "." else key.replace(".", self.separator)

    def add(self, operation: Operation) -> int:
        """Adds an operation; its index."""
        self.operations.append(operation)
        return len(self.operations) - 1

    def call(
        self,
        operation: int,
        args: tuple[Structure, ...],
        kwargs: Mapping[str, Structure],
        origin: Span,
    ) -> Structure:
        """Calls an operation; its first output, or a model's outputs as their structure."""
        self.calls.append(Call(operation, args, kwargs, origin))
        index = len(self.calls) - 1
        graph = self.operations[operation].graph
        return Tensor(index) if graph is None else outputs_of(graph, index)

    def operation_of(self, tensor: Tensor) -> Operation:
        """The operation behind a tensor."""
        return self.operations[self.calls[tensor.call].operation]

    def mark(self) -> Mark:
        """What `rollback` takes to go back to now."""
        return len(self.operations), len(self.calls), self.names.mark()

    def rollback(self, mark: Mark) -> None:
        """Takes back all that was added since the mark."""
        operations, calls, names = mark
        del self.operations[operations:], self.calls[calls:]
        self.names.rollback(names)


def outputs_of(graph: Graph, call: int) -> Structure:
    """The structure of a model's outputs, as those of a call."""
    places = {id(t): i for i, t in enumerate(_leaves(graph.outputs))}
    if isinstance(graph.outputs, Tensor):
        return Tensor(call)
    return replace_tensors(graph.outputs, lambda t: Tensor(call, places[id(t)]))


def _leaves(structure: Structure) -> list[Tensor]:
    return list(tensors(structure))


def is_symbolic(value: object) -> bool:
    """Whether a value is a tensor, or holds one."""
    return next(tensors(value), None) is not None


__all__ = ["GraphBuilder", "Mark", "OperationKind", "Shape", "is_symbolic", "outputs_of"]

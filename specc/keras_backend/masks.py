"""Masks that get lost: an operation drops one that a layer further on would have used.

Keras drops masks in operations (`a + b`) and says nothing; the layer then counts padding as data.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Diagnostic, Related, Severity
from specc.ir import Call, Graph, Operation, OperationKind, Tensor, call_tensors
from specc.keras_backend.build import Builder
from specc.keras_backend.private import mask_of

DROPPING = frozenset({OperationKind.OP, OperationKind.EXPRESSION})


def dropped_masks(graph: Graph, builder: Builder) -> Iterator[Diagnostic]:
    """A warning for each operation whose inputs carry a mask that a later layer would have used."""
    for operation in graph.operations:
        if operation.graph is not None:
            yield from dropped_masks(operation.graph, builder.nested[operation.key])
    if builder.results:  # a sequential model has no operations
        yield from _Search(graph, builder).warnings()


class _Search:
    """Follows the graph in its order, and remembers who dropped the mask of each tensor."""

    def __init__(self, graph: Graph, builder: Builder) -> None:
        self.graph = graph
        self.builder = builder
        self.dropped: dict[int, Call] = {}
        """By place of a call: the call that dropped the mask its outputs would carry."""
        self.warned: set[int] = set()

    def warnings(self) -> Iterator[Diagnostic]:
        for place, call in enumerate(self.graph.calls):
            operation = self.graph.operations[call.operation]
            if operation.kind in DROPPING:
                self._operation(place, call)
            elif operation.kind is OperationKind.LAYER:
                yield from self._layer(place, call, operation)

    def _operation(self, place: int, call: Call) -> None:
        if any(self._masked(tensor) for tensor in call_tensors(call)):
            self.dropped[place] = call
        else:
            self._pass_on(place, call)

    def _layer(self, place: int, call: Call, operation: Operation) -> Iterator[Diagnostic]:
        layer = self.builder.made[call.operation]
        culprit = self._culprit(call)
        if culprit is not None and _uses_mask(layer) and not _given_mask(call):
            if id(culprit) not in self.warned:
                self.warned.add(id(culprit))
                yield _warning(culprit, call, operation)
        elif layer.supports_masking and not self._any_masked(place):
            self._pass_on(place, call)

    def _pass_on(self, place: int, call: Call) -> None:
        culprit = self._culprit(call)
        if culprit is not None:
            self.dropped[place] = culprit

    def _culprit(self, call: Call) -> Call | None:
        found = (self.dropped.get(tensor.call) for tensor in call_tensors(call))
        return next((call for call in found if call is not None), None)

    def _masked(self, tensor: Tensor) -> bool:
        return mask_of(self.builder.results[tensor.call][tensor.output]) is not None

    def _any_masked(self, place: int) -> bool:
        return any(mask_of(result) is not None for result in self.builder.results[place])


def _uses_mask(layer: Any) -> bool:
    """Whether a layer's `call` takes a mask that Keras would pass by itself."""
    names = inspect.signature(layer.call).parameters
    return any(name == "mask" or name.endswith("_mask") for name in names)


def _given_mask(call: Call) -> bool:
    return any(name == "mask" or name.endswith("_mask") for name in call.kwargs)


def _warning(culprit: Call, call: Call, operation: Operation) -> Diagnostic:
    return Diagnostic(
        "S606",
        f"the mask is dropped here, and {operation.class_name} `{operation.key}` would use it",
        culprit.origin,
        label="operations drop masks; layers such as `Add` and `Multiply` keep them",
        related=(Related(call.origin, "would use the mask"),),
        help=f"use a layer here, or give `{operation.key}` its mask: `args: {{mask: mask_of(x)}}`",
        severity=Severity.WARNING,
    )

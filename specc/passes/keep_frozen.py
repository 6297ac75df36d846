"""Freezes one by one the variables that Keras would train though their layer doesn't.

`trainable=False` of a layer's constructor isn't handed on to layers inside that it makes, and a
model trains what its variables say: MultiHeadAttention, wrappers and RNN train all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specc.catalog.rules import SlotSpec
from specc.diagnostics import Diagnostics
from specc.ir import Graph, Operation, OperationKind

HANDING_ON = frozenset({"LSTM", "GRU", "SimpleRNN"})
"""The classes that give what they hold their own `trainable`."""


def keep_frozen(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph, in which frozen layers name the variables of the layers inside of them."""
    return _kept(graph, trains=True)


def _kept(graph: Graph, trains: bool) -> Graph:
    known = graph.slots or (None,) * len(graph.operations)
    operations = tuple(
        _operation(operation, slots, trains and operation.trainable is not False)
        for operation, slots in zip(graph.operations, known, strict=True)
    )
    return replace(graph, operations=operations)


def _operation(operation: Operation, slots: Sequence[SlotSpec] | None, trains: bool) -> Operation:
    if operation.graph is not None:
        return replace(operation, graph=_kept(operation.graph, trains))
    if trains or not slots or operation.class_name in HANDING_ON:
        return operation
    if operation.kind is OperationKind.DECLARED:
        inner = [slot.path for slot in slots if slot.is_variable]
    else:
        inner = [slot.path for slot in slots if slot.trainable and "." in slot.path]
    return replace(operation, frozen=tuple(dict.fromkeys((*operation.frozen, *inner))))

"""The facts that `specc show` tells, as far as the catalog's rules know them: without Keras."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from specc.catalog.rules import SlotSpec, leaves
from specc.ir import Graph, Operation, OperationKind, Tensor
from specc.ir.summary import Row, Shape, Summary, Weights, sum_weights
from specc.passes.inference import specs_of
from specc.passes.slots import frozen_paths


class NotKnown(Exception):  # noqa: N818 - not an error: Keras is asked then
    """A shape or a variable that no rule tells."""


def summarize(graph: Graph) -> Summary:
    """What a model is made of.

    Raises:
        NotKnown: of some step, only Keras can tell.
    """
    return Summary(graph.name, graph.style, _rows(graph, "", True), layer_outputs(graph))


def layer_outputs(graph: Graph) -> tuple[Shape, ...]:
    """The shapes of a layer's outputs, in the order in which Keras flattens them.

    Raises:
        NotKnown: one isn't known.
    """
    if graph.style != "layer":
        return ()
    shapes = tuple(spec.shape for spec in leaves(specs_of(graph.outputs, graph.specs)))
    if None in shapes:
        raise NotKnown
    return shapes  # type: ignore[return-value]  # none is None


UNLISTED = (OperationKind.FUNCTION, OperationKind.UPDATE, OperationKind.LOSS)
"""What the body of a subclassed model does beside calling layers; it has no row."""


def _rows(graph: Graph, prefix: str, trains: bool) -> tuple[Row, ...]:
    calls = Counter(call.operation for call in graph.calls)
    first = {call.operation: place for place, call in reversed(list(enumerate(graph.calls)))}
    rows = []
    for place, operation in enumerate(graph.operations):
        if operation.kind in UNLISTED:
            continue
        own = trains and operation.trainable is not False
        inner: tuple[Row, ...] = ()
        if operation.graph is not None:
            inner = _rows(operation.graph, f"{prefix}{operation.key}.", own)
            weights = sum_weights(row.weights for row in inner)
        else:
            weights = _weights(operation, graph.slots[place] if graph.slots else None, own)
        shapes = _shapes(graph, first[place])
        key = prefix + operation.key
        rows.append(Row(key, operation.class_name, shapes, weights, calls[place], inner))
    return tuple(rows)


def _shapes(graph: Graph, call: int) -> tuple[tuple[int | None, ...], ...]:
    """The shapes of a call's outputs."""
    shapes: list[tuple[int | None, ...]] = []
    while (spec := graph.specs.get(Tensor(call, len(shapes)))) is not None:
        if spec.shape is None:
            raise NotKnown
        shapes.append(spec.shape)
    if not shapes:
        raise NotKnown
    return tuple(shapes)


def _weights(operation: Operation, slots: Sequence[SlotSpec] | None, trains: bool) -> Weights:
    if slots is None:
        raise NotKnown
    frozen = frozen_paths(operation, slots)
    numbers = {True: 0, False: 0}
    size: Counter[str] = Counter()
    for slot in slots:
        if not slot.is_variable:
            continue
        count = slot.size
        if count is None:
            raise NotKnown
        numbers[slot.trainable and trains and slot.path not in frozen] += count
        size[slot.dtype] += math.ceil(count * bits(slot.dtype) / 8)
    return Weights(numbers[True], numbers[False], dict(size))


def bits(dtype: str) -> int:
    """Bits that a number of a dtype takes: the first number in its name; booleans take a byte."""
    found = re.search(r"\d+", dtype)
    return int(found[0]) if found else 8

"""The facts that `specc show` tells, asked of a built model whose variables have no values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras

from specc.ir import Graph
from specc.ir.summary import Row, Shape, Summary, Weights, sum_weights
from specc.keras_backend.build import Builder
from specc.keras_backend.compilation import build_observed
from specc.keras_backend.declared_summary import summarize_declared
from specc.keras_backend.slots import slots_of
from specc.keras_backend.weighing import count_weights


def summarize(graph: Graph) -> Summary:
    """What a graph's model is made of. It is built, but no weight is computed.

    Raises:
        SpeccError: Keras refuses a step.
    """
    model, builder = build_observed(graph)
    if graph.declared is not None:
        return summarize_declared(graph, model)
    return Summary(graph.name, graph.style, _rows(graph, builder, set()))


def _rows(graph: Graph, builder: Builder, counted: set[int]) -> tuple[Row, ...]:
    """One row an operation. `counted` holds the variables that an earlier row has counted."""
    calls = Counter(call.operation for call in graph.calls)
    first = {call.operation: place for place, call in reversed(list(enumerate(graph.calls)))}
    rows = []
    for place, (operation, layer) in enumerate(zip(graph.operations, builder.made, strict=True)):
        key = builder.prefix + operation.key
        inner: tuple[Row, ...] = ()
        if operation.graph is not None:
            inner = _rows(operation.graph, builder.nested[operation.key], counted)
            weights = sum_weights(row.weights for row in inner)
        else:
            weights = _weights(layer, key, counted) if _is_layer(layer) else Weights()
        outputs = builder.results[first[place]] if builder.results else _outputs(layer)
        shapes = tuple(map(_shape, outputs))
        rows.append(Row(key, operation.class_name, shapes, weights, calls[place], inner))
    return tuple(rows)


def _is_layer(operation: Any) -> bool:
    """Whether it can hold weights; functions such as `keras.ops.add` can't."""
    return isinstance(operation, keras.layers.Layer)


def _outputs(layer: Any) -> Sequence[Any]:
    """What a layer of a sequential model gives."""
    return keras.tree.flatten(layer.output)  # type: ignore[no-any-return]  # a list


def _shape(tensor: Any) -> Shape:
    return tuple(tensor.shape)


def _weights(layer: Any, key: str, counted: set[int]) -> Weights:
    slots = [slot for slot in slots_of(layer, key) if not slot.is_generator]
    new = [slot.variable for slot in slots if id(slot.variable) not in counted]
    counted.update(map(id, new))
    return count_weights(new)

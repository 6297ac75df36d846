"""What `specc show` tells of a declared layer or a subclassed model, asked of the built one.

Its body is run on symbols once more, with parts that note what they give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from specc.ir import Graph, Operation, Tensor
from specc.ir.summary import Row, Shape, Summary, Weights
from specc.keras_backend.build import declared_arguments
from specc.keras_backend.private import run_symbolically
from specc.keras_backend.signatures import unpacked
from specc.keras_backend.slots import slots_of
from specc.keras_backend.weighing import count_weights, shapes_of
from specc.passes.summary import UNLISTED


class Noted:
    """A part of a layer that notes the shapes of what each of its calls gives."""

    def __init__(self, part: Any) -> None:
        self.part = part
        self.calls: list[tuple[Shape, ...]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the part."""
        result = self.part(*args, **kwargs)
        self.calls.append(shapes_of(result))
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


def summarize_declared(graph: Graph, layer: Any) -> Summary:
    """What a declared layer is made of, which was built for its graph's inputs."""
    state = layer.specc_state()
    arguments = tuple(declared_arguments(graph, layer))
    noted = [Noted(part) if isinstance(part, keras.layers.Layer) else part for part in state.parts]

    def run(*args: Any) -> Any:
        given = unpacked(state.text, args)
        return state.program(given, False)(layer, noted, *given)

    outputs = shapes_of(run_symbolically(run, *arguments))
    counted: set[int] = set()
    rows = [
        _row(graph, operation, noted[state.places[operation.key]], counted)
        if operation.key in state.places
        else Row(operation.key, operation.class_name, _input_shape(graph, operation), Weights())
        for operation in graph.operations
        if operation.kind not in UNLISTED
    ]
    return Summary(graph.name, graph.style, tuple(rows), outputs if graph.style == "layer" else ())


def _row(graph: Graph, operation: Operation, part: Any, counted: set[int]) -> Row:
    if not isinstance(part, Noted):
        own = isinstance(part, keras.Variable)
        weights = count_weights([part] if own else [])
        return Row(operation.key, operation.class_name, (tuple(part.shape),), weights)
    slots = [slot for slot in slots_of(part.part, operation.key) if not slot.is_generator]
    new = [slot.variable for slot in slots if id(slot.variable) not in counted]
    counted.update(map(id, new))
    first: Sequence[Shape] = part.calls[0] if part.calls else ()
    calls = max(len(part.calls), 1)
    return Row(operation.key, operation.class_name, tuple(first), count_weights(new), calls)


def _input_shape(graph: Graph, operation: Operation) -> tuple[Shape, ...]:
    """The shape of an input, or of what only another way through the body makes."""
    for place, call in enumerate(graph.calls):
        if graph.operations[call.operation] is operation:
            spec = graph.specs.get(Tensor(place))
            return (spec.shape,) if spec is not None and spec.shape is not None else ()
    return ()

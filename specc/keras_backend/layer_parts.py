"""What the body of a declared layer holds: sublayers and weights, made as its steps say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import keras

from specc.catalog import Kind
from specc.ir import Graph, Operation, OperationKind
from specc.keras_backend.build import Builder, make_operation
from specc.keras_backend.failures import at_step
from specc.keras_backend.private import outside_of_graphs
from specc.keras_backend.python import make_object
from specc.keras_config import nested_config, object_config, operation_config

OBJECTS = {
    "initializer": (Kind.INITIALIZER, keras.initializers.get),
    "regularizer": (Kind.REGULARIZER, keras.regularizers.get),
    "constraint": (Kind.CONSTRAINT, keras.constraints.get),
}


class Buffers(Protocol):
    """Whoever computes the values of weights."""

    def buffer(self, graph: Graph, value: Any) -> Any:
        """The value that a structure of the graph's tensors stands for."""


def make_part(operation: Operation, graph: Graph, layer: Any, buffers: Buffers) -> Any:
    """A sublayer, a variable, or the value of a weight that isn't saved.

    Raises:
        SpeccError: Keras refuses it, at its step.
    """
    what = f"Keras refuses {operation.class_name} `{operation.key}`"
    with at_step("S601", what, operation.origin):
        if operation.kind is OperationKind.WEIGHT:
            return _weight(operation, graph, layer, buffers)
        config = operation_config(operation, layer.dtype_policy.name)
        if operation.python is not None:
            return make_object(operation.python, config["config"])  # type: ignore[arg-type]  # a dict
        if operation.graph is not None:
            return Builder(None, f"{operation.key}.").build(operation.graph, config)
        return make_operation(config)


def _weight(operation: Operation, graph: Graph, layer: Any, buffers: Buffers) -> Any:
    arguments = operation.arguments
    call = next(c for c in graph.calls if graph.operations[c.operation] is operation)
    if call.args:
        with outside_of_graphs():
            value = keras.ops.convert_to_tensor(
                buffers.buffer(graph, call.args[0]), dtype=arguments.get("dtype")
            )
        return _buffer(operation, value, layer)
    return layer.add_weight(
        name=operation.key,
        shape=tuple(arguments["shape"]),  # type: ignore[arg-type]  # sizes
        dtype=arguments.get("dtype"),
        trainable=arguments["trainable"],
        **{key: _object(arguments, key) for key in OBJECTS if key in arguments},
    )


def _buffer(operation: Operation, value: Any, layer: Any) -> Any:
    """A computed weight: a variable that doesn't train, or the mere value if it isn't saved.

    Both are read in the dtype that the layer computes in, as Keras casts variables.
    """
    if operation.arguments.get("save") is False:
        is_float = keras.backend.is_float_dtype(keras.backend.standardize_dtype(value.dtype))
        if not is_float:
            return value
        with outside_of_graphs():
            return keras.ops.cast(value, layer.compute_dtype)
    return layer.add_weight(
        name=operation.key,
        shape=tuple(value.shape),
        dtype=keras.backend.standardize_dtype(value.dtype),
        initializer=lambda shape, dtype: keras.ops.cast(value, dtype),
        trainable=False,
    )


def _object(arguments: Mapping[str, object], key: str) -> Any:
    kind, get = OBJECTS[key]
    return get(object_config(kind, arguments[key], key, "float32", nested_config))

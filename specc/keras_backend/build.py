"""Config dict → Keras model, operation by operation, so that a failure is at its step."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import keras

from specc import catalog
from specc.catalog.rules import TensorSpec
from specc.diagnostics import Span
from specc.ir import Call, Graph, Operation, OperationKind, Tensor, replace_tensors
from specc.keras_backend.expression import Expression
from specc.keras_backend.failures import at_step
from specc.keras_backend.fresh import draw_for
from specc.keras_backend.private import class_of, is_of_applications, parents_of, values_at_once
from specc.keras_backend.python import make_object
from specc.keras_backend.slots import Slot, slots_of
from specc.keras_backend.tuned import MODULE, tuned_class
from specc.keras_config import DEFAULT_DTYPE

Config = Mapping[str, Any]
DECLARED = "specc.keras_backend.declared"
IN_SCOPE = "stateless scope"
"""What Keras's message holds when a layer can't be made without values."""


class Builder:
    """Builds one graph's model from its config.

    Args:
        seed: The spec's seed, for layers whose values can't be deferred.
        prefix: The key of the model, for those layers' keys.
    """

    def __init__(self, seed: int | None, prefix: str = "") -> None:
        self.seed = seed
        self.prefix = prefix
        self.layers: list[tuple[str, Any, Span]] = []
        """Every layer with its key and its step, in the order of the graph."""
        self.made: list[Any] = []
        """What became of each operation of the graph."""
        self.results: list[list[Any]] = []
        """The tensors that each call gave; a sequential model keeps them to itself."""
        self.known: dict[int, Any] = {}
        """The operations that have their names, by their ids."""
        self.helpers: dict[str, int] = {}
        self.nested: dict[str, Builder] = {}
        """The builders of the models inside, by the key of their operation."""

    def build(self, graph: Graph, config: Config) -> Any:
        """The model of a graph.

        Raises:
            SpeccError: with what Keras says, at the step that caused it.
        """
        if graph.declared is not None:
            return self._subclassed(graph, config)
        inner: Config = config["config"]
        made = self.made = [
            self._make(operation, layer)
            for operation, layer in zip(graph.operations, inner["layers"], strict=True)
        ]
        for operation, layer in zip(graph.operations, made, strict=True):
            if operation.graph is None and isinstance(layer, keras.layers.Layer):
                self.layers.append((self.prefix + operation.key, layer, operation.origin))
        with at_step("S603", f"Keras can't build the model `{inner['name']}`", graph.origin):
            make = self._sequential if graph.style == "sequential" else self._functional
            model = make(graph, inner, made)
            _hand_on(graph, made)
            if "trainable" in inner:
                model.trainable = inner["trainable"]
            return model

    def _subclassed(self, graph: Graph, config: Config) -> Any:
        """A model or layer that the spec declares, called on what its inputs are."""
        name, declared = config["config"]["name"], graph.declared
        assert declared is not None  # noqa: S101 - the caller looked
        with at_step("S601", f"Keras refuses the model `{name}`", graph.origin):
            draw_for(self.seed, name)
            model = make_operation(config)
        with at_step("S603", f"Keras can't build the model `{name}`", graph.origin):
            first, *others = declared_arguments(graph, model)
            names = [each.name for each in declared.inputs[1:]] + ["states"]
            given = zip(names, others, strict=False)
            model(first, **{key: value for key, value in given if value is not None})
        self.layers.append((self.prefix.removesuffix("."), model, graph.origin))
        self.made = [model]
        return model

    def slots(self) -> Iterator[tuple[Slot, Span]]:
        """The slots of the model that was built, each with the step that made it."""
        for key, layer, origin in self.layers:
            for slot in slots_of(layer, key):
                yield slot, origin

    def _make(self, operation: Operation, config: Config) -> Any:
        if operation.graph is not None:
            nested = self.nested[operation.key] = Builder(
                self.seed, f"{self.prefix}{operation.key}."
            )
            model = nested.build(operation.graph, config)
            self.layers.extend(nested.layers)
            return model
        python = operation.python
        if python is not None:
            what = f"`{python.reference}` refuses these arguments"
            with at_step("S601", what, operation.origin, operation.class_name):
                return self._attempt(operation, lambda: make_object(python, config["config"]))
        what = f"Keras refuses {operation.class_name} `{operation.key}`"
        with at_step("S601", what, operation.origin):
            return self._attempt(operation, lambda: make_operation(config))

    def _sequential(self, graph: Graph, config: Config, layers: list[Any]) -> Any:
        model = keras.Sequential(name=config["name"])
        for operation, layer in zip(graph.operations, layers, strict=True):
            with at_step("S602", _applied(operation), operation.origin):
                self._attempt(operation, lambda layer=layer: model.add(layer))
        return model

    def _functional(self, graph: Graph, config: Config, layers: list[Any]) -> Any:
        results = self.results
        self.known = {id(layer): layer for layer in layers}

        def value(tensor: Tensor) -> Any:
            return results[tensor.call][tensor.output]

        for place, call in enumerate(graph.calls):
            with output_known(layers[call.operation], graph.specs.get(Tensor(place))):
                results.append(self._call(graph.operations[call.operation], layers, call, value))
        return keras.Model(
            inputs=replace_tensors(graph.inputs, value),
            outputs=replace_tensors(graph.outputs, value),
            name=config["name"],
        )

    def _call(self, operation: Operation, layers: list[Any], call: Call, value: Any) -> list[Any]:
        layer = layers[call.operation]
        if operation.kind is OperationKind.INPUT:
            return [layer.output]
        args = [replace_tensors(argument, value) for argument in call.args]
        kwargs = {name: replace_tensors(argument, value) for name, argument in call.kwargs.items()}
        with at_step("S602", _applied(operation), call.origin):
            result = self._attempt(operation, lambda: layer(*args, **kwargs))
            self._name_helpers(layer)
            return keras.tree.flatten(result)  # type: ignore[no-any-return]  # a list

    def _name_helpers(self, layer: Any) -> None:
        """Names the operations that Keras put before a layer, which compute masks.

        Keras counts such names in the process. No name of a spec holds the dash of these.
        """
        for parent in parents_of(layer):
            if id(parent) not in self.known:
                self.known[id(parent)] = parent
                stem = f"{layer.name}-{catalog.snake_case(type(parent).__name__)}"
                count = self.helpers[stem] = self.helpers.get(stem, -1) + 1
                parent.name = f"{stem}_{count}" if count else stem
                self._name_helpers(parent)

    def _attempt(self, operation: Operation, act: Any) -> Any:
        """Does something that may make variables, once more with values if it needs them."""
        draw_for(self.seed, self.prefix + operation.key)
        try:
            return act()
        except ValueError as error:
            if IN_SCOPE not in str(error):
                raise
        with values_at_once():
            return act()


def _hand_on(graph: Graph, made: list[Any]) -> None:
    """Freezes what frozen layers hold: their constructors don't."""
    for operation, layer in zip(graph.operations, made, strict=True):
        if operation.kind is OperationKind.LAYER and operation.trainable is False:
            layer.trainable = False


def _applied(operation: Operation) -> str:
    return f"Keras can't apply {operation.class_name} `{operation.key}` here"


def declared_arguments(graph: Graph, layer: Any) -> list[Any]:
    """Symbolic tensors on which a declared layer or a subclassed model is called."""
    inputs: Any = replace_tensors(graph.inputs, lambda tensor: _symbol(graph, tensor))
    declared = graph.declared
    if declared is None or declared.is_model:
        return [inputs]
    arguments = [inputs.get(each.name) for each in declared.inputs]
    if declared.states:
        sizes = layer.state_size if len(declared.states) > 1 else [layer.state_size]
        arguments.append([keras.KerasTensor((None, size), layer.compute_dtype) for size in sizes])
    return arguments


def _symbol(graph: Graph, tensor: Tensor) -> Any:
    """A symbolic tensor for an input of a subclassed model."""
    spec = graph.specs[tensor]
    name = graph.operations[graph.calls[tensor.call].operation].name
    return keras.KerasTensor(spec.shape, spec.dtype or DEFAULT_DTYPE, name=name)


def make_operation(config: Config) -> Any:
    """An operation of its config: a layer, an op, an expression."""
    cls = operation_class(config["module"], config["class_name"])
    return cls.from_config(copy_config(config["config"]))


def copy_config(config: Config) -> dict[str, Any]:
    """A copy that `from_config` may change, as Keras's own methods do."""
    return {
        key: copy.deepcopy(value) if isinstance(value, dict | list) else value
        for key, value in config.items()
    }


@contextmanager
def output_known(layer: Any, spec: TensorSpec | None) -> Iterator[None]:
    """Within, a layer of Keras's applications gives what the rules know of its output.

    They say nothing of it themselves, so that Keras would run their `call` in a graph to find it,
    which takes longer than all else that is done for the layer.
    """
    if not is_of_applications(layer) or spec is None or spec.shape is None or spec.dtype is None:
        yield
        return
    output = keras.KerasTensor(spec.shape, spec.dtype)
    layer.compute_output_spec = lambda *_args, **_kwargs: output
    try:
        yield
    finally:
        del layer.compute_output_spec


@cache
def operation_class(module: str, name: str) -> Any:
    """The class that a config of ours names; all its names come from the catalog."""
    if name == "Expression" and module == Expression.__module__:
        return Expression
    if module == MODULE:
        return tuned_class(name)
    if module == DECLARED:
        from specc.keras_backend.declared import BASES  # which needs this module

        return BASES[name]
    if module == "keras.layers":
        return getattr(keras.layers, name)
    return class_of(module, name)

"""What a declared layer holds beside what Keras tracks: its parts, and its compiled bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from specc.catalog.rules import TensorSpec
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.ir import Graph, LayerBody, OperationKind, Structure, Tensor, tensors
from specc.keras_backend.declared_specs import dtypes_of, form_of, input_specs, spec_of
from specc.keras_backend.layer_parts import make_part
from specc.keras_backend.layer_program import CALLED, compile_body
from specc.keras_backend.signatures import as_call
from specc.keras_backend.tuned import PartTuning
from specc.passes.expand import LayerAtRunTime
from specc.passes.expand.mask import PASS
from specc.passes.expand.methods import is_known
from specc.passes.layer_slots import draws

MAX_PROGRAMS = 128
"""Compiled bodies that a layer keeps: one for each way through, and for sizes where it reads them.
An eager call on ever new sizes must not fill memory."""

Key = tuple[object, ...]


class DeclaredState:
    """The state of one declared layer. Keras doesn't look in here.

    Attributes:
        at_run_time: Its text and parameters.
        parts: Its weights and sublayers, which code finds by their places.
        places: The places by key.
        dtypes: The dtypes of its inputs by name, where they were seen.
        given: The specs of the inputs that it was made for.
        resting: The sublayers that its text says don't train.
        tuning: What of it is frozen and adapted, beside what its text says.
    """

    def __init__(self, layer: Any, at_run_time: LayerAtRunTime) -> None:
        self.layer = layer
        self.at_run_time = at_run_time
        self.text = at_run_time.text
        self.parts: list[Any] = []
        self.places: dict[str, int] = {}
        self.dtypes: dict[str, Any] = {}
        self.reads_sizes = False
        self.reads_training = False
        self._programs: dict[Key, Any] = {}
        self._first: LayerBody | None = None
        self.given: Mapping[str, Any] = {}
        self.tuning = PartTuning((), ())
        self.resting: list[Any] = []

    def program(self, args: tuple[Any, ...], training: bool) -> Any:
        """The body compiled for such arguments."""
        key = self._key(args, training)
        found = self._programs.get(key)
        if found is None:
            self.make([spec_of(arg) for arg in args])
            found = self._programs[self._key(args, training)]
        return found

    def _key(self, args: Sequence[Any], training: bool) -> Key:
        return (training, *(form_of(arg, self.reads_sizes) for arg in args))

    def make(self, specs: Sequence[Any]) -> None:
        """Makes what is missing for inputs of such specs, and compiles the body for them.

        Raises:
            SpeccError: the body can't be followed.
        """
        ways = self._ways(specs)
        if self._first is None:
            self._first = ways[0]
            self.given = self.at_run_time.given(as_call(self.text, specs))
        self.reads_training = self.reads_training or len(ways) > 1
        if any(body.reads_sizes for body in ways) and not self.reads_sizes:
            self.reads_sizes = True
            self._programs.clear()
        for body in ways:
            self._make_parts(body.graph)
        for training, body in ((False, ways[0]), (True, ways[-1])):
            names = [each.name for each in self.text.inputs]
            self._keep(self._key(specs, training), self._compiled(body, names))

    def _ways(self, specs: Sequence[Any]) -> list[LayerBody]:
        policy = self.layer.dtype_policy.name
        return self.at_run_time.ways(as_call(self.text, specs), {}, policy)

    def _compiled(self, body: LayerBody, names: Sequence[str]) -> Any:
        inputs = [_input(body.graph, name) for name in names]
        if body.state_sizes:
            inputs.append(_states(body))
        return compile_body(body.graph, body.graph.outputs, inputs, self.places)

    def _keep(self, key: Key, program: Any) -> None:
        self._programs[key] = program
        while len(self._programs) > MAX_PROGRAMS:
            del self._programs[next(iter(self._programs))]

    def _make_parts(self, graph: Graph) -> None:
        """Makes what a body holds and the layer doesn't have yet.

        Raises:
            SpeccError: the layer is built, and can't get more.
        """
        for operation in graph.operations:
            is_part = operation.kind in (*CALLED, OperationKind.WEIGHT)
            if not is_part or operation.key in self.places:
                continue
            if self.layer.built:
                message = f"`{operation.key}` is not there: the layer was built for other inputs"
                raise SpeccError([Diagnostic("S467", message, operation.origin)])
            part = make_part(operation, graph, self.layer, self)
            self._add(operation.key, part)
            if operation.trainable is False:
                self.resting.append(part)
        if draws(graph) and not hasattr(self.layer, "seed_generator"):
            self.layer.seed_generator = keras.random.SeedGenerator()

    def _add(self, key: str, part: Any) -> None:
        self.places[key] = len(self.parts)
        self.parts.append(part)
        if isinstance(part, keras.layers.Layer | keras.Variable):
            setattr(self.layer, key, part)

    def buffer(self, graph: Graph, value: Any) -> Any:
        """The value of a computed weight."""
        if next(tensors(value), None) is None:
            return value
        return compile_body(graph, value, [], self.places)(self.layer, self.parts)

    def method(self, name: str, args: Sequence[Any], training: bool) -> Any:
        """A method compiled for such arguments."""
        key = (name, training, *(form_of(arg, True) for arg in args))
        if key not in self._programs:
            names = [each.name for each in self.text.methods[name]]
            called_on = dict(zip(names, map(spec_of, args), strict=True))
            policy = self.layer.dtype_policy.name
            body = self.at_run_time.method(name, self.given, called_on, training, policy)
            self._make_parts(body.graph)
            self._keep(key, self._compiled(body, names))
        return self._programs[key]

    def method_specs(self, name: str) -> list[Any] | None:
        """What is known of a method's inputs; None where a shape is missing."""
        found = self.at_run_time.method_inputs(name, self.given)
        return list(found.values()) if all(map(is_known, found.values())) else None

    def signature(self) -> list[Any]:
        """What `call` takes, as export wants it: absent inputs aren't there."""
        given = [each.name for each in self.text.inputs]
        specs = [self.given.get(name) for name in given]
        return list(as_call(self.text, input_specs(specs, given, self.layer)))

    def method_signature(self, name: str) -> list[Any]:
        """What a method takes, as export wants it.

        Raises:
            SpeccError: a shape isn't known.
        """
        specs = self.method_specs(name)
        if specs is None:
            message = f"the method `{name}` can't be exported: it has inputs of unknown shapes"
            hint = "give them shapes, or say `export: false`"
            raise SpeccError([Diagnostic("S469", message, help=hint)])
        names = [each.name for each in self.text.methods[name]]
        return input_specs(specs, names, self.layer)

    def mask(self, inputs: Any, previous: Any) -> Any:
        """The mask of the output."""
        kind = self._first.mask if self._first is not None else None
        if kind is None or kind == PASS:
            return previous if kind == PASS else None
        value = self._first_input(inputs)
        key = (PASS, form_of(value, True))
        if key not in self._programs:
            self._keep(key, self._mask_program(spec_of(value)))
        return self._programs[key](self.layer, self.parts, value, previous)

    def _first_input(self, inputs: Any) -> Any:
        if self.text.form == "mapping":
            return inputs[self.text.inputs[0].name]
        return inputs[0] if self.text.form == "list" else inputs

    def _mask_program(self, spec: Any) -> Any:
        body = self._first
        assert body is not None  # noqa: S101 - a mask is asked for after a call
        if body.reads_sizes:
            others = [
                None if each.optional else TensorSpec(None, None) for each in self.text.inputs
            ]
            body = self._ways([spec, *others[1:]])[0]
        first = _input(body.graph, self.text.inputs[0].name)
        return compile_body(body.graph, body.mask, [first], self.places, previous=True)

    def note_dtypes(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Remembers the dtypes of what the layer is first called on."""
        names = [each.name for each in self.text.inputs]
        values = args
        if self.text.form in ("list", "mapping") and args:
            first = args[0]
            values = (
                tuple(first[name] for name in names if name in first)
                if isinstance(first, dict)
                else tuple(first)
            )
        given = {**dict(zip(names, values, strict=False)), **kwargs}
        for name in names:
            if given.get(name) is not None:
                self.dtypes[name] = dtypes_of(given[name])

    @property
    def state_size(self) -> Any:
        """The sizes of a cell's states; of one state, its size."""
        sizes = self.at_run_time.state_sizes()
        return sizes if len(sizes) > 1 else sizes[0]

    @property
    def output_size(self) -> int:
        """The width of a cell's output; that of its first state until it is built."""
        body = self._first
        output = body.graph.outputs[0] if body is not None else None  # type: ignore[index]  # output and states
        spec = body.graph.specs.get(output) if body and isinstance(output, Tensor) else None
        known = spec.shape[-1] if spec is not None and spec.shape else None
        return known or self.at_run_time.state_sizes()[0]


def _input(graph: Graph, name: str) -> Structure:
    """What stands for an input; None for one that isn't there."""
    return graph.inputs.get(name) if isinstance(graph.inputs, dict) else None


def _states(body: LayerBody) -> list[Tensor]:
    """The tensors of a cell's states, in their order."""
    graph = body.graph
    found = {
        graph.operations[call.operation].key: Tensor(index)
        for index, call in enumerate(graph.calls)
        if graph.operations[call.operation].kind is OperationKind.INPUT
    }
    return [found[name] for name in body.state_sizes if name in found]

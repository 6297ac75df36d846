"""What the layers of a model are and read: of a graph, and of a document without one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from specc import catalog
from specc.catalog import Entry, Kind
from specc.importing.blocks import FlatStep, flat_steps, named_inputs
from specc.importing.objects import is_default
from specc.importing.parts import Plain
from specc.ir import Graph, Operation, Tensor, layer_entry, replace_tensors

Layers = dict[str, object]
"""By the name that Keras sees. Under no name, the model's outputs."""

UNDERSTOOD = {"specc", "model", "dtype", "inputs", "body", "outputs", "training"}
"""The keys of a document whose layers are what its steps say, and no more."""


def layers_of(graph: Graph) -> Layers:
    """What each layer of a graph is and reads, in models inside too."""
    counts: Counter[int] = Counter()
    given = _Given()
    places: list[tuple[str, int]] = []
    calls: dict[int, list[object]] = defaultdict(list)

    def place(tensor: Tensor) -> object:
        return (*places[tensor.call], tensor.output)

    for call in graph.calls:
        places.append((graph.operations[call.operation].name, counts[call.operation]))
        counts[call.operation] += 1
        said = replace_tensors([list(call.args), dict(call.kwargs)], place)
        calls[call.operation].append(said)
    layers: Layers = {
        each.name: (each.class_name, given.of(each), each.dtype,
                    each.trainable, each.frozen, each.adapters, _inside(each), calls[index])
        for index, each in enumerate(graph.operations)
    }  # fmt: skip
    return {**layers, "": replace_tensors(graph.outputs, place)}


def _inside(operation: Operation) -> Layers | None:
    return None if operation.graph is None else layers_of(operation.graph)


class _Given:
    """The arguments of operations that aren't the defaults, found once for equal ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[Entry | None, str], dict[str, object]] = {}

    def of(self, operation: Operation) -> dict[str, object]:
        """Those of one."""
        return self.among(layer_entry(operation), operation.arguments)

    def among(self, entry: Entry | None, arguments: Mapping[str, Any]) -> dict[str, object]:
        """Those among the arguments of a class."""
        key = entry, repr(arguments)
        if key not in self._known:
            self._known[key] = _given(entry, arguments)
        return self._known[key]


def _given(entry: Entry | None, arguments: Mapping[str, Any]) -> dict[str, object]:
    """The arguments that aren't the defaults."""
    if entry is None:
        return dict(arguments)
    return {
        name: value
        for name, value in arguments.items()
        if (parameter := entry.parameter(name)) is None or not is_default(parameter, value)
    }


def layers_said(document: Mapping[str, Plain]) -> Layers | None:
    """What the layers of a flat document's graph are and read, without making the graph.

    None if it has more than inputs and layers of Keras's own that read each other by name: what
    becomes of definitions, expressions and globs is for the passes to say.
    """
    body, inputs = document["body"], document["inputs"]
    if document.keys() - UNDERSTOOD or not isinstance(body, list):
        return None
    layers = {name: _input(each) for name, each in named_inputs(inputs).items()}
    given = _Given()
    for step in flat_steps(body, list(layers)):
        said = None if step is None else _layer(step, given)
        if step is None or said is None:
            return None
        layers[step.name] = said
    outputs = _read(document.get("outputs", body[-1]["name"]), frozenset(layers))
    return None if outputs is UNKNOWN else {**layers, "": outputs}


def _input(declared: Mapping[str, Any]) -> object:
    shape, dtype = [declared.get("batch"), *declared["shape"]], declared.get("dtype", "float32")
    flags = {key: True for key in ("sparse", "optional") if declared.get(key)}
    arguments = {"batch_shape": shape, "dtype": dtype, **flags}
    entry = catalog.find(Kind.LAYER, "InputLayer")
    return "InputLayer", _given(entry, arguments), None, None, (), (), None, [[[], {}]]


def _layer(step: FlatStep, given: _Given) -> object | None:
    """What a step's layer is and reads; None if it isn't all said here."""
    entry = catalog.find(Kind.LAYER, step.what)
    has_code = any(CODE in repr(value) for value in step.arguments.values())
    if entry is None or has_code or {"trainable", "dtype"} & step.step.keys():
        return None
    args = _read(step.said.get("args", {}), step.known)
    first = _read(step.said.get("in", CODE), step.known)
    if first is UNKNOWN or args is UNKNOWN:
        return None
    arguments = given.among(entry, step.arguments)
    return entry.name, arguments, None, None, (), (), None, [[[first], args]]


CODE = "'="
"""How Python writes the beginning of code in data, or of a text that is escaped."""

UNKNOWN = object()
"""Stands for what an expression gives."""


def _read(said: Plain, known: frozenset[str]) -> Plain:
    """What a structure of names reads; UNKNOWN if there is more than names in it."""
    if isinstance(said, str):
        return (said, 0, 0) if said in known else UNKNOWN
    if isinstance(said, list):
        items = [_read(item, known) for item in said]
        return UNKNOWN if UNKNOWN in items else items
    if isinstance(said, dict):
        values = {key: _read(item, known) for key, item in said.items()}
        return UNKNOWN if UNKNOWN in values.values() else values
    return said

"""Digests: whether two specs are the same architecture, and whether weights fit, at a glance.

The forms that are hashed are described in docs/digests.md; a change of one is a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from specc import catalog
from specc.catalog import Entry, Kind
from specc.catalog.rules import SlotKind
from specc.catalog.tables.training_only import is_training_only
from specc.catalog.value_types import Either, ListOf, ValueType
from specc.ir import (
    DeclaredLayer,
    Graph,
    NestedModel,
    Operation,
    OperationKind,
    Tensor,
    replace_tensors,
)
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.slots import model_slots
from specc.references import PythonClass, PythonObject

ARCHITECTURE = "arch1-sha256"
SLOTS = "slots1-sha256"


def architecture_digest(graph: Graph) -> str:
    """The digest of what inference outputs depend on, weights aside."""
    return _digest(ARCHITECTURE, _model(graph, DEFAULT_DTYPE))


def slot_digest(graph: Graph) -> str | None:
    """The digest of the variables' keys, shapes and dtypes; None where those aren't known."""
    slots = model_slots(graph)
    if slots is None or any(slot.shape is None or None in slot.shape for slot in slots):
        return None
    kept = (slot for slot in slots if slot.kind is not SlotKind.GENERATOR)
    return _digest(SLOTS, sorted([slot.key, list(slot.shape or ()), slot.dtype] for slot in kept))


def _digest(version: str, form: object) -> str:
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{version}:{hashlib.sha256(text.encode()).hexdigest()}"


def _model(graph: Graph, dtype: object) -> dict[str, object]:
    """A model: its operations by key, each with its calls, and its inputs and outputs."""
    dtype = graph.dtype or dtype
    places: dict[int, list[object]] = {}
    calls: dict[str, list[object]] = {operation.key: [] for operation in graph.operations}
    for index, call in enumerate(graph.calls):
        key = graph.operations[call.operation].key
        places[index] = [key, len(calls[key])]
        args = [_plain(replace_tensors(each, _Leaf(places))) for each in call.args]
        kwargs = {k: _plain(replace_tensors(v, _Leaf(places))) for k, v in call.kwargs.items()}
        calls[key].append([args, kwargs])
    return {
        "operations": {op.key: [_operation(op, dtype), calls[op.key]] for op in graph.operations},
        "inputs": _plain(replace_tensors(graph.inputs, _Leaf(places))),
        "outputs": _plain(replace_tensors(graph.outputs, _Leaf(places))),
    }


class _Leaf:
    """A tensor as its operation's key, the call's number and the output's place."""

    def __init__(self, places: Mapping[int, list[object]]) -> None:
        self.places = places

    def __call__(self, tensor: Tensor) -> object:
        return {"tensor": [*self.places[tensor.call], tensor.output]}


WEIGHT = ("shape", "dtype")
"""What of a weight inference depends on; its values come with the file."""


def _declared(declared: DeclaredLayer) -> dict[str, object]:
    """A declared layer: its body, or, if nothing is known of that, its text and parameters."""
    if declared.body is not None:
        return _model(declared.body, declared.dtype)
    config = declared.config()
    return {"text": _plain(config["spec"]), "params": _plain(config["params"])}


def _operation(operation: Operation, dtype: object) -> list[object]:
    own = operation.dtype or dtype
    if operation.graph is not None:
        return ["model", _model(operation.graph, own)]
    if operation.python is not None:
        return _python(operation.python, operation.arguments, own)
    if operation.declared is not None:
        return ["declared", _declared(operation.declared)]
    if operation.kind is OperationKind.WEIGHT:
        kept = {key: operation.arguments[key] for key in WEIGHT if key in operation.arguments}
        return ["weight", _plain(kept)]
    if operation.kind is OperationKind.LAYER:
        entry = catalog.find(Kind.LAYER, operation.class_name)
        assert entry is not None  # noqa: S101 - expansion makes layers of known classes only
        form = [entry.name, _arguments(entry, operation.arguments), _plain(own)]
        return [*form, _adapters(operation)] if operation.adapters else form
    if operation.kind is OperationKind.INPUT:
        shape = operation.arguments["batch_shape"]
        sizes = shape[1:] if isinstance(shape, list) else None
        return ["input", sizes, _plain(operation.arguments["dtype"])]
    kind = [operation.class_name, _plain(operation.arguments)]
    return [*kind, _plain(own)] if operation.kind is OperationKind.EXPRESSION else kind


def _adapters(operation: Operation) -> object:
    return sorted([each.path, each.rank, _plain(each.alpha)] for each in operation.adapters)


def _python(python: PythonClass, given: Mapping[str, object], dtype: object) -> list[object]:
    """A user's class: all that it is given, as what it does with that isn't known."""
    entry = python.entry
    arguments = {name: _value(entry.by_name[name].type, value) for name, value in given.items()}
    return [str(python.reference), arguments, _plain(dtype)]


def _arguments(entry: Entry, given: Mapping[str, object]) -> dict[str, object]:
    """The arguments that differ from their defaults, without those that only training reads."""
    kept: dict[str, object] = {}
    for name, value in given.items():
        parameter = entry.parameter(name)
        if parameter is None or is_training_only(entry, name):
            continue
        written = _value(parameter.type, value)
        if parameter.required or written != _value(parameter.type, parameter.default):
            kept[name] = written
    return kept


def _value(value_type: ValueType, value: object) -> object:
    """A value in one form of several: `3` for `[3, 3]`, an object by its class's own name."""
    options = value_type.options if isinstance(value_type, Either) else (value_type,)
    lengths = [each.length for each in options if isinstance(each, ListOf) and each.length]
    if lengths and isinstance(value, int) and not isinstance(value, bool):
        return [value] * lengths[0]
    for path, kind, found in catalog.nested_objects(value_type, value):
        if not path:
            return _object(kind, found)
    if isinstance(value, list | tuple):
        inner = next((each.item for each in options if isinstance(each, ListOf)), None)
        return [_plain(item) if inner is None else _value(inner, item) for item in value]
    return _plain(value)


def _object(kind: Kind, value: object) -> object:
    if isinstance(value, DeclaredLayer):
        return _declared(value)
    if isinstance(value, NestedModel):
        return _model(value.graph, DEFAULT_DTYPE)
    if isinstance(value, PythonObject):
        return _python(value.python, value.arguments, value.beside.get("dtype"))
    use = {value: {}} if isinstance(value, str) else value
    if not isinstance(use, dict):
        return _plain(value)
    name = next((key for key in use if key not in catalog.STEP_KEYS), "")
    entry = catalog.find_object(kind, name)
    if entry is None:
        return _plain(value)
    inner = use[name] if isinstance(use[name], dict) else {}
    return [entry.name, _arguments(entry, inner), _plain(use.get("dtype"))]


def _plain(value: object) -> object:
    """JSON's values: whole numbers as such however written, slices and `...` as mappings."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, slice):
        return {"slice": [_plain(value.start), _plain(value.stop), _plain(value.step)]}
    if value is Ellipsis:
        return {"slice": "..."}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value

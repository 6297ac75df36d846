"""A graph becomes the config of a Keras model: a plain dict, as `from_config` takes it.

What Keras adds when it writes one (defaults, the shapes beside tensors, build configs) is left out;
where Keras's own default depends on the user's machine (`keras.json`), the language's is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from specc import catalog
from specc.catalog import Kind
from specc.catalog.rules.policy import layer_dtype
from specc.ir import (
    Adapter,
    Call,
    DeclaredFunction,
    DeclaredLayer,
    Graph,
    NestedModel,
    Operation,
    OperationKind,
    Structure,
    Tensor,
    replace_tensors,
)
from specc.keras_config.objects import (
    Config,
    arguments_config,
    class_config,
    dtype_config,
    python_config,
)
from specc.references import PythonClass, PythonObject

DEFAULT_DTYPE = "float32"
EXPRESSION = {
    "module": "specc.keras_backend.expression",
    "class_name": "Expression",
    "registered_name": "specc>Expression",
}
TUNED = {"module": "specc.keras_backend.tuned", "package": "specc.tuned"}
"""Keras's layers, as specc has them where a part is frozen or adapted."""

DECLARED = {
    kind: {
        "module": "specc.keras_backend.declared",
        "class_name": name,
        "registered_name": f"specc>{name}",
    }
    for kind, name in (("layer", "SpecLayer"), ("model", "SpecModel"))
}
FUNCTION = {
    "module": "specc.keras_backend.functions",
    "class_name": "SpecFunction",
    "registered_name": "specc>SpecFunction",
}
MODELS = {
    "functional": {"module": "keras.src.models.functional", "class_name": "Functional"},
    "sequential": {"module": "keras", "class_name": "Sequential"},
}


def model_config(
    graph: Graph, name: str = "", dtype: object = None, trainable: object = None
) -> Config:
    """The config of a model.

    Args:
        graph: A graph whose operations have their Keras names.
        name: The model's name; without one, the graph's.
        dtype: The dtype policy of layers that don't say theirs; the graph's goes before it.
        trainable: Whether the model trains; None for Keras's default.
    """
    dtype = graph.dtype or dtype or DEFAULT_DTYPE
    if graph.declared is not None:
        frozen = list(_frozen(graph)) if _freezes(graph) else []
        tuning = _tuning_config(frozen, list(_adapters(graph)))
        return declared_config(graph.declared, name or graph.name, dtype, tuning)
    make = _sequential if graph.style == "sequential" else _functional
    config = make(graph, name or graph.name, dtype)
    if trainable is not None:
        config["trainable"] = trainable
    return {
        **MODELS[graph.style],
        "config": config,
        "registered_name": MODELS[graph.style]["class_name"],
    }


def _functional(graph: Graph, name: str, dtype: object) -> Config:
    places = _Places(graph)
    nodes: dict[int, list[Config]] = {index: [] for index in range(len(graph.operations))}
    for call in graph.calls:
        if graph.operations[call.operation].kind is not OperationKind.INPUT:
            nodes[call.operation].append(_node(call, places))
    layers = [
        {**operation_config(op, dtype), "name": op.name, "inbound_nodes": nodes[index]}
        for index, op in enumerate(graph.operations)
    ]
    return {
        "name": name,
        "layers": layers,
        "input_layers": replace_tensors(graph.inputs, places.history),
        "output_layers": replace_tensors(graph.outputs, places.history),
    }


def _sequential(graph: Graph, name: str, dtype: object) -> Config:
    return {"name": name, "layers": [operation_config(op, dtype) for op in graph.operations]}


class _Places:
    """Where each call stands among the calls of its operation."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[int] = []
        counts: dict[int, int] = {}
        for call in graph.calls:
            self.nodes.append(counts.get(call.operation, 0))
            counts[call.operation] = self.nodes[-1] + 1

    def history(self, tensor: Tensor) -> list[object]:
        """A tensor as Keras names it: operation, call, output."""
        name = self.graph.operations[self.graph.calls[tensor.call].operation].name
        return [name, self.nodes[tensor.call], tensor.output]

    def reference(self, tensor: Tensor) -> Config:
        """A tensor among the arguments of a call; Keras wants a shape, and doesn't look at it."""
        config = {"shape": [], "dtype": DEFAULT_DTYPE, "keras_history": self.history(tensor)}
        return {"class_name": "__keras_tensor__", "config": config}


def _node(call: Call, places: _Places) -> Config:
    args: Structure = replace_tensors(list(call.args), places.reference)
    kwargs: Structure = replace_tensors(dict(call.kwargs), places.reference)
    return {"args": args, "kwargs": kwargs}


def operation_config(operation: Operation, dtype: object) -> Config:
    """The config of one operation."""
    match operation.kind:
        case OperationKind.INPUT:
            return _input_config(operation)
        case OperationKind.MODEL:
            assert operation.graph is not None  # noqa: S101 - the verifier holds it
            return model_config(operation.graph, operation.name, dtype, operation.trainable)
        case OperationKind.OP:
            return _op_config(operation)
        case OperationKind.EXPRESSION:
            policy = dtype_config(operation.dtype or dtype, nested_config)
            config = {"name": operation.name, "dtype": policy, **operation.arguments}
            return {**EXPRESSION, "config": config}
        case OperationKind.DECLARED:
            assert operation.declared is not None  # noqa: S101 - the verifier holds it
            tuning = _tuning_config(operation.frozen, operation.adapters)
            policy = operation.dtype or dtype
            config = declared_config(operation.declared, operation.name, policy, tuning)
            if operation.trainable is not None:
                config["config"]["trainable"] = operation.trainable  # type: ignore[index]  # a dict
            return config
        case _:
            return _layer_config(operation, dtype)


def declared_config(
    declared: DeclaredLayer, name: str, dtype: object, tuning: Config | None = None
) -> Config:
    """The config of a declared layer, or of a subclassed model: its own text.

    Args:
        declared: What it is made of.
        name: Its name.
        dtype: Its dtype policy.
        tuning: What of it is frozen and adapted, by paths below it, beside what its text says.
    """
    kind = DECLARED["model" if declared.is_model else "layer"]
    own = {"name": name, "dtype": dtype_config(dtype, nested_config)}
    tuned = {key: value for key, value in (tuning or {}).items() if value}
    return {**kind, "config": {**own, **declared.config(), **tuned}}


def _freezes(graph: Graph) -> bool:
    """Whether a model, or one inside, says `freeze`."""
    inner = (operation.graph for operation in graph.operations)
    return bool(graph.tuning.freeze) or any(_freezes(each) for each in inner if each is not None)


def _frozen(graph: Graph, prefix: str = "") -> Iterator[str]:
    """The paths of the layers and variables of a subclassed model that don't train."""
    for operation in graph.operations:
        path = prefix + (operation.name if prefix else operation.key)
        if operation.trainable is False:
            yield path
        elif operation.graph is not None:
            yield from _frozen(operation.graph, f"{path}.")
        else:
            yield from (f"{path}.{below}" for below in operation.frozen)


def _adapters(graph: Graph, prefix: str = "") -> Iterator[Adapter]:
    """The adapters of a subclassed model, by paths below it."""
    for operation in graph.operations:
        path = prefix + (operation.name if prefix else operation.key)
        if operation.graph is not None:
            yield from _adapters(operation.graph, f"{path}.")
        for adapter in operation.adapters:
            yield replace(adapter, path=f"{path}.{adapter.path}".rstrip("."))


def _tuning_config(frozen: Sequence[str], adapters: Sequence[Adapter]) -> Config:
    """What of a layer is frozen and adapted, as its config keeps it."""
    written = [{"path": each.path, "rank": each.rank, "alpha": each.alpha} for each in adapters]
    return {"frozen": list(frozen), "adapters": written}


def _input_config(operation: Operation) -> Config:
    config = {**operation.arguments, "name": operation.name}
    return {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": config,
        "registered_name": None,
    }


def _op_config(operation: Operation) -> Config:
    return {
        "module": operation.module,
        "class_name": operation.class_name,
        "config": {"name": operation.name, **operation.arguments},
        "registered_name": operation.class_name,
    }


def _layer_config(operation: Operation, dtype: object) -> Config:
    if operation.python is not None:
        return _python_config(operation, operation.python, dtype)
    entry = catalog.find(Kind.LAYER, operation.class_name)
    assert entry is not None  # noqa: S101 - expansion makes layers of known classes only
    own = layer_dtype(entry, operation.arguments, operation.dtype, dtype)
    config: Config = {"name": operation.name}
    config |= arguments_config(entry, operation.arguments, own, nested_config)
    if operation.trainable is not None and "trainable" in entry.step_keys:
        config["trainable"] = operation.trainable
    if "dtype" in entry.step_keys:
        config["dtype"] = dtype_config(own, nested_config)
    made = class_config(entry, config)
    return _tuned(operation, made) if operation.frozen or operation.adapters else made


def _tuned(operation: Operation, made: Config) -> Config:
    """The config of a layer that keeps what of it is frozen or adapted; Keras's own forgets it."""
    own = _tuning_config(operation.frozen, operation.adapters)
    return {
        "module": TUNED["module"],
        "class_name": made["class_name"],
        "config": {**made["config"], **own},  # type: ignore[dict-item]  # a config's config is one
        "registered_name": f"{TUNED['package']}>{made['class_name']}",
    }


def _python_config(operation: Operation, python: PythonClass, dtype: object) -> Config:
    beside = {"name": operation.name, "dtype": operation.dtype, "trainable": operation.trainable}
    given = {key: value for key, value in beside.items() if value is not None}
    use = PythonObject(python, operation.arguments, given)
    return python_config(use, operation.name, dtype, nested_config)


def nested_config(value: object) -> Config | None:
    """The config of a model among the arguments of a layer."""
    if isinstance(value, DeclaredFunction):
        return {**FUNCTION, "config": value.config()}
    if isinstance(value, DeclaredLayer):
        name = str(value.beside.get("name") or catalog.snake_case(value.name))
        return declared_config(value, name, value.dtype or DEFAULT_DTYPE)
    if isinstance(value, NestedModel):
        name = str(value.beside.get("name") or catalog.snake_case(value.name))
        return model_config(value.graph, name)
    return None

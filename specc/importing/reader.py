"""Reads configs: as Keras 3 writes them, and as Keras 1 and 2 did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specc.importing.carried import EXPRESSION, LAYER, MODEL, TUNED
from specc.importing.memo import Memo
from specc.importing.node_counts import from_first_call
from specc.importing.node_defs import node_def
from specc.importing.objects import is_keras_module, plain
from specc.importing.old_calls import OldCalls
from specc.importing.old_layers import modern_layer
from specc.importing.old_shapes import input_shape
from specc.importing.parts import (
    Application,
    Constant,
    ImportedLayer,
    ImportedModel,
    Plain,
    Ref,
    Structure,
)
from specc.importing.problems import SHARED, Problems, shown
from specc.importing.tf_calls import with_layer_names

MAX_NESTING = 50
"""Models in models."""

MODELS = ("Functional", "Model", "Sequential")

WRAPPERS = ("Bidirectional", "TimeDistributed", "Wrapper")
"""Layers that hold another, which may be a model."""

OWN = (LAYER, MODEL, EXPRESSION)
"""The names under which Keras knows specc's layers, which stand for their classes here."""


def is_model(config: Plain) -> bool:
    """Whether a config is that of a model of layers."""
    if not isinstance(config, dict) or config.get("class_name") not in MODELS:
        return False
    inner = config.get("config")
    if isinstance(inner, list):  # Keras 1's Sequential
        return bool(config["class_name"] == "Sequential")
    return isinstance(inner, dict) and "layers" in inner


class ConfigReader:
    """Reads one config."""

    def __init__(self, problems: Problems, old: bool) -> None:
        """`old`: whether Keras 1 or 2 wrote the config."""
        self.problems = problems
        self.old = old
        self._depth = 0
        self._memo: Memo[tuple[str, dict[str, Any]]] = Memo(problems)

    def model(self, config: Mapping[str, Any]) -> ImportedModel:
        """The model of a config with `class_name` and `config`."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.problems.fail("S521", f"models are nested more than {MAX_NESTING} deep")
        inner = config["config"]
        if isinstance(inner, list):
            inner = {"layers": inner}
        read = self._sequential if config["class_name"] == "Sequential" else self._functional
        model = read(inner, str(inner.get("name") or config.get("name") or "model"))
        self._depth -= 1
        return model

    def _functional(self, config: Mapping[str, Any], name: str) -> ImportedModel:
        read = [self.layer(each) for each in _dicts(config.get("layers"))]
        old_calls = OldCalls({each.name for each, _ in read}, self.problems)
        layers = tuple(self._with_calls(each, nodes, old_calls) for each, nodes in read)
        self._check_names(layers)
        old = any(isinstance(node, list) for _, nodes in read for node in nodes)
        found = ImportedModel(
            name,
            "functional",
            layers,
            self._ends(config.get("input_layers"), old),
            self._ends(config.get("output_layers"), old),
            trainable=config.get("trainable") is not False,
        )
        found = from_first_call(with_layer_names(found), old)
        self._check_refs(found)
        return found

    def _sequential(self, config: Mapping[str, Any], name: str) -> ImportedModel:
        given = _dicts(config.get("layers"))
        layers = [self.layer(each)[0] for each in given]
        if not layers:
            self.problems.fail("S521", "the model has no layers")
        self._check_names(layers)
        if layers[0].class_name != "InputLayer":
            layers.insert(0, self._input_of(layers[0], given[0], config))
        chained = [
            each if index == 0 else _applied(each, layers[index - 1].name)
            for index, each in enumerate(layers)
        ]
        return ImportedModel(
            name,
            "sequential",
            tuple(chained),
            Ref(chained[0].name),
            Ref(chained[-1].name),
            trainable=config.get("trainable") is not False,
        )

    def _input_of(
        self, first: ImportedLayer, written: Mapping[str, Any], config: Mapping[str, Any]
    ) -> ImportedLayer:
        """The input that the first layer's config tells of."""
        shape, dtype = input_shape(first, written, config)
        if shape is None:
            self.problems.fail(
                "S526", "the model doesn't say the shape of its input",
                "build it, or call it once, before it is saved",
            )  # fmt: skip
        name = f"{first.name}_input"
        return ImportedLayer(name, "InputLayer", "", {"batch_shape": shape, "dtype": dtype})

    def layer(self, config: Mapping[str, Any]) -> tuple[ImportedLayer, list[Any]]:
        """A layer, an operation or a model inside, and its calls as written."""
        name, class_name = _name_of(config), config.get("class_name")
        inner = config.get("config")
        if not isinstance(inner, dict | list) or not isinstance(class_name, str):
            self.problems.fail("S521", "a layer of the config has no class or no config")
        module = str(config.get("module") or "")
        nodes = config.get("inbound_nodes")
        with self.problems.within(name):
            if "shared_object_id" in config and not self.old:  # of the second that Keras 3 wrote
                self.problems.error(
                    "S525", "two models share it, which has no form in a spec", SHARED
                )
            if is_model(config) and is_keras_module(module):
                model = self.model(config)
                own = inner if isinstance(inner, dict) else {}
                made = ImportedLayer(name, class_name, module, own, (), model)
            elif isinstance(inner, dict) and str(config.get("registered_name")) in OWN:
                made = ImportedLayer(name, str(config["registered_name"]), "specc", inner)
            elif isinstance(inner, dict):
                if str(config.get("registered_name")).startswith(TUNED):
                    module = ""
                if class_name == "TensorFlowOpLayer":
                    inner = {**inner, "node_def": node_def(inner.get("node_def"))}
                class_name, inner = self._modern(class_name, inner)
                made = ImportedLayer(name, class_name, module, self._with_models(class_name, inner))
            else:
                self.problems.fail("S521", "a layer's config is a list")
        return made, nodes if isinstance(nodes, list) else []

    def _modern(self, class_name: str, config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        def make() -> tuple[str, dict[str, Any]]:
            return modern_layer(class_name, config, self.problems, self.old)

        modern, made = self._memo.made(class_name, config, make)
        return modern, {**made, "name": config["name"]} if "name" in config else made

    def _with_models(self, class_name: str, config: dict[str, Any]) -> dict[str, Any]:
        """A wrapper's config with the models among its arguments read."""
        if class_name not in WRAPPERS:
            return config
        return {key: self._maybe_model(value) for key, value in config.items()}

    def _maybe_model(self, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("config"), dict | list):
            return value
        if is_model(value) and is_keras_module(str(value.get("module") or "")):
            return self.model(value)
        inner = value["config"]
        if not isinstance(inner, dict):
            return value
        return {**value, "config": self._with_models(str(value.get("class_name")), inner)}

    def _with_calls(self, layer: ImportedLayer, nodes: list[Any], old: OldCalls) -> ImportedLayer:
        with self.problems.within(layer.name):
            calls = [
                self._call(node) if isinstance(node, dict) and "args" in node
                else old.call(layer, node)
                for node in nodes
            ]  # fmt: skip
        return replace(layer, calls=tuple(calls))

    def _call(self, node: Mapping[str, Any]) -> Application:
        args = self._value(node.get("args", []))
        kwargs = self._value(node.get("kwargs", {}))
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            self.problems.fail("S521", "a call of the config is none")
        return Application(tuple(args), kwargs)

    def _value(self, value: Any) -> Structure:
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "class_name" not in value:
            return {key: self._value(item) for key, item in value.items()}
        return self._marked(str(value["class_name"]), value.get("config"), value)

    def _marked(self, class_name: str, config: Any, value: Mapping[str, Any]) -> Structure:
        match class_name, config:
            case ("__keras_tensor__", {"keras_history": history}):
                return replace(self._ref(history), shape=_shape(config.get("shape")))
            case ("__slice__", {"start": start, "stop": stop, "step": step}):
                return slice(self._value(start), self._value(stop), self._value(step))
            case ("__ellipsis__", _):
                return ...
            case ("__numpy__" | "__tensor__", {"value": list(content)}):
                return Constant(content, str(config.get("dtype") or ""))
            case ("__numpy__" | "__tensor__", {"value": content}):
                return content
            case ("__tuple__", _):
                return self._value(value.get("items", []))
        self.problems.error("S525", f"`{shown(class_name)}` in a call has no form in a spec")
        return None

    def _ends(self, value: Any, old: bool) -> Structure:
        """What goes in or out. Before Keras 3, one tensor was a list of one."""
        found = self._history(value)
        if old and isinstance(found, list) and len(found) == 1:
            return found[0]
        return found

    def _history(self, value: Any) -> Structure:
        if isinstance(value, list) and _is_history(value):
            return self._ref(value)
        if isinstance(value, list):
            return [self._history(item) for item in value]
        if isinstance(value, dict):
            return {key: self._history(item) for key, item in value.items()}
        self.problems.fail("S521", "the config doesn't say what goes in and out")

    def _ref(self, history: Any) -> Ref:
        if not isinstance(history, list) or not _is_history(history):
            self.problems.fail("S521", f"`{shown(history)}` is no tensor")
        return Ref(*history)

    def _check_names(self, layers: Any) -> None:
        names = [each.name for each in layers]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            self.problems.fail("S521", f"two layers are called `{shown(twice)}`")

    def _check_refs(self, model: ImportedModel) -> None:
        check_refs(model, self.problems)


def check_refs(model: ImportedModel, problems: Problems) -> None:
    """Ends the import if a tensor is of no layer, or calls form a ring."""
    from specc.importing.order import has_ring
    from specc.importing.parts import refs

    calls = {
        each.name: 1 if each.class_name == "InputLayer" else len(each.calls)
        for each in model.layers
    }
    read = [model.inputs, model.outputs]
    read += [[call.args, call.kwargs] for each in model.layers for call in each.calls]
    for ref in refs(read):
        if ref.call >= calls.get(ref.layer, 0):
            problems.fail("S521", f"there is no output of `{shown(ref.layer)}` that is read")
    if has_ring(model):
        problems.fail("S521", "the layers read each other in a ring")


def _name_of(config: Mapping[str, Any]) -> str:
    inner = config.get("config")
    own = inner.get("name") if isinstance(inner, dict) else None
    return str(config.get("name") or own or config.get("class_name") or "layer")


def _is_history(value: list[Any]) -> bool:
    match value:
        case [str(), int(call), int(output)]:
            return call >= 0 and output >= 0
    return False


def _shape(value: Any) -> tuple[int | None, ...]:
    sizes = plain(value)
    if not isinstance(sizes, list):
        return ()
    return tuple(size if type(size) is int else None for size in sizes)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _applied(layer: ImportedLayer, previous: str) -> ImportedLayer:
    return replace(layer, calls=(Application((Ref(previous),), {}),))

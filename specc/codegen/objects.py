"""Keras objects as the calls that make them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from specc import catalog
from specc.catalog import Entry, Kind
from specc.catalog.rules.policy import COUNTED, FLOAT32, layer_dtype
from specc.codegen.module import Module
from specc.codegen.nodes import Atom, Item, Literal, Node, call, constant, listed, mapped, plain
from specc.codegen.problems import Refused
from specc.ir import DeclaredFunction, DeclaredLayer, NestedModel, Operation
from specc.keras_config import Config, object_config
from specc.keras_config.objects import arguments_config
from specc.references import PythonClass, PythonObject

SIZES = frozenset(
    [
        "kernel_size", "strides", "dilation_rate", "pool_size", "size", "target_shape", "shape",
        "padding", "cropping", "dims",
    ]
)  # fmt: skip
"""Arguments that are written as tuples."""

BESIDE = ("name", "trainable", "dtype")
OBJECT = {"module", "class_name", "config", "registered_name"}


class Written(dict[str, object]):
    """What stands in a config for an object that is written already."""

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node


@cache
def _classes() -> Mapping[tuple[str, str], Entry]:
    """Every class of the catalog by its module and name."""
    found = {}
    for kind in Kind:
        for name in catalog.all_names(kind):
            entry = catalog.find(kind, name)
            if entry is not None and not entry.is_function:
                found[entry.module, entry.class_name] = entry
    return found


class Objects:
    """Writes layers and what their arguments hold.

    Args:
        module: What is generated.
    """

    def __init__(self, module: Module) -> None:
        self.module = module

    def layer(self, operation: Operation, dtype: object, name: Node | None) -> Node:
        """The call that makes a layer of Keras's, or of a user's own class."""
        if operation.python is not None:
            beside = {"dtype": operation.dtype, "trainable": operation.trainable}
            given = {key: value for key, value in beside.items() if value is not None}
            use = PythonObject(operation.python, operation.arguments, given)
            return self._python(use, name)
        entry = catalog.find(Kind.LAYER, operation.class_name)
        assert entry is not None  # noqa: S101 - expansion makes layers of known classes only
        own = layer_dtype(entry, operation.arguments, operation.dtype, dtype)
        config = arguments_config(entry, operation.arguments, own, self._nested)
        if operation.trainable is not None and "trainable" in entry.step_keys:
            config["trainable"] = operation.trainable
        if "dtype" in entry.step_keys:
            config["dtype"] = self._policy(own)
        return self._made(entry, config, name)

    def of_kind(self, kind: Kind, value: object, dtype: object = FLOAT32) -> Node:
        """An object in its YAML form."""
        return self.value(object_config(kind, value, "", dtype, self._nested))

    def policy(self, dtype: object) -> Node:
        """A dtype policy."""
        return self.value(self._policy(dtype))

    def _policy(self, dtype: object) -> object:
        if isinstance(dtype, dict):
            return object_config(Kind.DTYPE, dtype, "dtype", None, self._nested)
        return dtype

    def _nested(self, value: object) -> Config | None:
        """What the compiler put among the arguments: a model, a declared layer or function."""
        if isinstance(value, PythonObject):
            return Written(self._python(value, None))
        if isinstance(value, DeclaredFunction):
            return Written(self.module.writers.function(value))
        if isinstance(value, DeclaredLayer):
            name = Atom(constant(catalog.snake_case(value.name)))
            return Written(self.module.writers.declared([value], name, value.dtype or FLOAT32))
        if isinstance(value, NestedModel):
            called = value.beside.get("name") or catalog.snake_case(value.name)
            name = Atom(constant(called))
            return Written(self.module.writers.model(value.graph, name, FLOAT32))
        return None

    def value(self, value: object, label: str = "") -> Node:
        """A value of a config."""
        if isinstance(value, Written):
            return value.node
        if isinstance(value, dict):
            if value.keys() >= OBJECT:
                return self._object(value)
            return mapped({key: self.value(item) for key, item in value.items()})
        if isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
            return listed([self.value(item) for item in value])
        node = plain(value, tuples=label in SIZES)
        return Literal(node, label) if label else node

    def _object(self, config: Mapping[str, object]) -> Node:
        entry = _classes().get((str(config["module"]), str(config["class_name"])))
        if entry is None:
            raise Refused(f"`{config['class_name']}` has no public constructor")
        given = config["config"]
        assert isinstance(given, dict)  # noqa: S101 - of every class of Keras
        rest = {key: value for key, value in given.items() if key != "name"}
        name = given.get("name") if entry.kind is Kind.LAYER else None
        counted = str(name).removeprefix(catalog.snake_case(entry.class_name)).lstrip("_")
        if name is None or not counted or counted.isdigit():
            return self._made(entry, rest, None)
        return self._made(entry, rest, Atom(constant(name)))

    def _made(self, entry: Entry, config: Mapping[str, object], name: Node | None) -> Node:
        """A constructor's call: what is required by position, else what differs from defaults."""
        if entry.module.startswith("keras.src."):
            raise Refused(f"Keras has no public name for `{entry.class_name}`")
        arguments = {key: value for key, value in config.items() if key not in BESIDE}
        positional: list[Node] = []
        for parameter in entry.parameters:
            if not parameter.required or parameter.name not in arguments:
                break
            positional.append(self.value(arguments.pop(parameter.name), parameter.name))
        keywords = {
            key: _optional(self.value(value, key), key, _is_default(entry, key, value))
            for key, value in arguments.items()
            if key in entry.by_name
        }
        keywords |= self._beside(entry, config, name)
        return call(path_of(entry), *positional, **keywords)

    def _beside(
        self, entry: Entry, config: Mapping[str, object], name: Node | None
    ) -> dict[str, Node]:
        beside: dict[str, Node] = {}
        if config.get("trainable", True) is not True:
            beside["trainable"] = self.value(config["trainable"])
        default = "int64" if entry.name in COUNTED else FLOAT32
        if entry.kind is not Kind.LAYER:
            default = str(entry.by_name["dtype"].default) if "dtype" in entry.by_name else ""
        if config.get("dtype") is not None and config["dtype"] != default:
            beside["dtype"] = self.value(config["dtype"])
        if name is not None:
            beside["name"] = name
        return beside

    def _python(self, use: PythonObject, name: Node | None) -> Node:
        """A user's own class or function, which the module imports."""
        function = self.imported(use.python)
        if use.python.is_function:
            return Atom(function)
        entry = use.python.entry
        config = arguments_config(entry, use.arguments, FLOAT32, self._nested)
        keywords = {key: self.value(value, key) for key, value in config.items()}
        keywords |= {key: self.value(value) for key, value in use.beside.items()}
        if name is not None and "name" in use.python.accepts:
            keywords["name"] = name
        return call(function, **keywords)

    def imported(self, python: PythonClass) -> str:
        """The name of a user's class or function in the module."""
        return self.module.imported(python.reference.module, python.reference.name)


def path_of(entry: Entry) -> str:
    """How code reaches a class: `layers.Dense`, `keras.initializers.HeNormal`."""
    if entry.module == "keras.layers":
        return f"layers.{entry.class_name}"
    if entry.kind is Kind.DTYPE:
        return f"keras.dtype_policies.{entry.class_name}"
    return f"{entry.module}.{entry.class_name}"


def _optional(node: Node, label: str, is_default: bool) -> Node:
    return (
        Literal(node.value if isinstance(node, Literal) else node, label, True)
        if is_default
        else node
    )


def _is_default(entry: Entry, key: str, value: object) -> bool:
    parameter = entry.by_name.get(key)
    if parameter is None or parameter.required:
        return False
    if key == "data_format" and value == "channels_last":
        return parameter.default is None
    if key in SIZES and isinstance(value, int) and isinstance(parameter.default, list | tuple):
        return all(_same(value, size) for size in parameter.default)
    return _same(value, parameter.default)


def _same(one: object, other: object) -> bool:
    """Whether two values are equal, and of one type."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


__all__ = ["Item", "Objects", "Written", "path_of"]

"""What the catalog says of one class or function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from specc.catalog.kinds import Kind
from specc.catalog.value_types import Either, Null, ValueType, object_kinds


class Parameter(NamedTuple):
    """One argument that a class takes."""

    name: str
    type: ValueType
    required: bool
    default: object = None
    doc: str = ""

    @property
    def nullable(self) -> bool:
        """Whether `null` may be given."""
        options = self.type.options if isinstance(self.type, Either) else (self.type,)
        return Null() in options

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of Keras objects that a value may hold, at any depth; mostly none or one."""
        return _kinds(self.type)


@cache  # there are some hundred types, and every argument of a model asks
def _kinds(value_type: ValueType) -> tuple[Kind, ...]:
    return tuple(dict.fromkeys(object_kinds(value_type)))


class CallArgument(NamedTuple):
    """One argument of a layer's call."""

    name: str
    required: bool
    default: object = None
    tensor: bool = False


class Call(NamedTuple):
    """How a layer is called: what `in` and `args` of a step may hold."""

    arguments: tuple[CallArgument, ...]
    masking: bool  # whether masks go through it, or stop at it by its own rule
    open: bool  # whether it takes further arguments that its signature does not name

    @property
    def first(self) -> str | None:
        """The name of the first argument, which `in` fills."""
        return self.arguments[0].name if self.arguments else None

    @property
    def tensors(self) -> tuple[str, ...]:
        """Names of the arguments that take tensors, the first one among them."""
        return tuple(argument.name for argument in self.arguments if argument.tensor)

    @property
    def takes_training(self) -> bool:
        """Whether the layer behaves differently while training."""
        return self.argument("training") is not None

    @property
    def takes_mask(self) -> bool:
        """Whether the layer reads the mask of its first argument."""
        return self.argument("mask") is not None

    def argument(self, name: str) -> CallArgument | None:
        """The argument of that name."""
        return next((found for found in self.arguments if found.name == name), None)


@dataclass(frozen=True, eq=False)  # one object a class: compared and hashed by identity
class Entry:
    """A public Keras class, or function where Keras takes those (activations, losses, metrics)."""

    kind: Kind
    name: str
    aliases: tuple[str, ...]
    module: str  # module, class_name and registered_name are what Keras writes in a config
    class_name: str
    registered_name: str | None
    doc: str
    since: str | None
    parameters: tuple[Parameter, ...]
    call: Call | None  # layers only
    family: tuple[str, ...]  # Keras's base classes between this one and its kind's
    step_keys: frozenset[str]  # which of name, trainable and dtype the class takes
    always_written: tuple[str, ...]  # arguments that a config must hold even at their defaults
    forgotten: tuple[str, ...]  # arguments that do not survive saving and loading
    refused: str | None  # why a spec may not use it, and what to write instead

    @property
    def is_function(self) -> bool:
        """Whether it is a plain function, which takes no arguments in a spec."""
        return self.class_name == "function"

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        """The parameters by their names."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def object_types(self) -> dict[str, ValueType]:
        """Types of the parameters whose values are or hold Keras objects, by name."""
        return {p.name: p.type for p in self.parameters if p.kinds}

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return self.by_name.get(name)

"""The intermediate representation: operations, and the calls that connect them.

An *operation* is what Keras calls one: a layer, a nested model, an input, or a `keras.ops`
function with its static arguments. A *call* applies an operation to tensors; a shared layer is one
operation with several calls. A *tensor* is an output of a call. All of it is frozen, and knows
where in the text it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from specc import catalog
from specc.catalog import Entry, Kind, Resolved
from specc.catalog.rules import UNKNOWN, Inference, SlotSpec, Specs, TensorSpec
from specc.diagnostics import Diagnostic, Span
from specc.ir.tuning import Adapter, Tuning
from specc.references import PythonClass
from specc.source.nodes import Node

Plain: TypeAlias = object
"""Plain data, as YAML gives it: None, bool, int, float, str, list, dict."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An output of a call: the call's index in `Graph.calls`, and the output's place."""

    call: int
    output: int = 0


Structure: TypeAlias = object
"""A tensor, or lists, tuples and dicts of structures, with constants among them."""


class OperationKind(StrEnum):
    """What an operation is.

    In a model of Keras's own, tensor expressions are `OP`s and `EXPRESSION`s. In the body of a
    declared layer or a subclassed model, they are `FUNCTION`s, since there code is made of them; a
    `WEIGHT` gives a variable of its own, an `UPDATE` assigns one, and a `LOSS` is added.
    """

    INPUT = "input"
    LAYER = "layer"
    MODEL = "model"
    OP = "op"
    EXPRESSION = "expression"
    DECLARED = "declared"
    FUNCTION = "function"
    WEIGHT = "weight"
    UPDATE = "update"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be called.

    Attributes:
        kind: What it is.
        key: Its path of names in the spec, joined with dots; the prefix of its weights' keys.
        class_name: The Keras class; for an op the class of the operation (`Add`), for an
            expression `Expression`, for a function its name.
        arguments: The constructor's arguments as plain data, only those that were given.
        origin: The step that made it.
        name: The name that Keras is to see.
        module: Where Keras finds the class; only for ops.
        arguments_node: The arguments as written, for diagnostics.
        trainable: Whether its weights train, if the spec says.
        dtype: Its dtype policy, if the spec says.
        graph: What is inside, if it is a model.
        declared: What it is made of, if the spec declares it.
        named: Whether the spec gave the name; others' keys may shift.
        sound: Whether nothing is wrong with its arguments; else nothing follows from them.
        python: The class, if it is a user's own and not Keras's.
        signature: The arguments as text, equal for equal ones; empty where it can't be.
        written: What an expression calls it: `matmul`, `@`, `x[…]`; empty for steps.
        frozen: The paths of those of its variables that are frozen though it isn't as a whole.
        adapters: The low-rank updates in it.
    """

    kind: OperationKind
    key: str
    class_name: str
    arguments: Mapping[str, Plain]
    origin: Span
    name: str = ""
    module: str = ""
    arguments_node: Node | None = None
    trainable: bool | None = None
    dtype: Plain = None
    graph: Graph | None = None
    declared: DeclaredLayer | None = None
    named: bool = True
    sound: bool = True
    signature: str = ""
    written: str = ""
    frozen: tuple[str, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    python: PythonClass | None = None


def layer_entry(operation: Operation) -> Entry | None:
    """What is known of an operation's class: by the catalog, or by its own signature."""
    if operation.python is not None:
        return operation.python.entry
    return catalog.find(Kind.LAYER, operation.class_name)


@dataclass(frozen=True, slots=True)
class Call:
    """The application of an operation, by its index in `Graph.operations`.

    `local` is the name that the spec first gives its output in a layer's body; empty if none.
    """

    operation: int
    args: tuple[Structure, ...]
    kwargs: Mapping[str, Structure]
    origin: Span
    local: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A model: its operations, and the calls in an order in which they can be made.

    `specs` holds what is known of its tensors, `slots` the variables of each operation, None where
    they aren't known; those of nested models are in their own graphs. `tuning` is what the model
    says of freezing and the like; passes write what follows from it into the operations. `declared`
    is what a subclassed model is made of.
    """

    name: str
    style: str
    operations: tuple[Operation, ...]
    calls: tuple[Call, ...]
    inputs: Structure
    outputs: Structure
    origin: Span
    separator: str = "."
    dtype: Plain = None
    training: Mapping[str, Plain] | None = None
    training_node: Node | None = None
    specs: Mapping[Tensor, TensorSpec] = field(default_factory=dict)
    slots: tuple[tuple[SlotSpec, ...] | None, ...] = ()
    tuning: Tuning = field(default_factory=Tuning)
    declared: DeclaredLayer | None = None


class NestedModel(Resolved):
    """A model that stands as an argument of a layer: `TimeDistributed: {layer: Encoder}`."""

    __slots__ = ("_infer", "beside", "graph", "name")

    def __init__(
        self,
        graph: Graph,
        name: str,
        infer: Callable[[Specs], Inference] | None = None,
        beside: Mapping[str, Plain] | None = None,
    ) -> None:
        self.graph = graph
        self.name = name
        self._infer = infer
        self.beside = beside or {}

    def infer(self, inputs: Specs) -> Inference:
        """What the model gives when it is called on inputs."""
        return Inference(UNKNOWN, None) if self._infer is None else self._infer(inputs)

    def __repr__(self) -> str:
        return f"NestedModel({self.name})"


@dataclass(frozen=True, slots=True)
class CallInput:
    """An argument of a declared layer's call."""

    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """How a declared layer is called.

    Attributes:
        inputs: What its call takes, in their order.
        form: How a model takes its inputs: as one `tensor`, a `list` or a `mapping`; empty for a
            layer, which takes each as an argument.
        states: The sizes of its states by name, if it is a cell; None for one that isn't known.
    """

    inputs: tuple[CallInput, ...]
    form: str = ""
    states: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerBody:
    """A body of a declared layer that was followed.

    Attributes:
        graph: Its calls; the outputs of a cell are the output and the list of the next states.
        mask: The mask of the output: `pass`, a tensor of the graph, or None for none.
        reads_sizes: Whether it depends on the sizes of its inputs.
        reads_training: Whether it depends on whether it trains.
        state_sizes: The sizes of a cell's states, by name.
        unread: Warnings of what nothing reads; another way through the body may read it.
        method: The method whose body it is; empty for the layer's own.
    """

    graph: Graph
    mask: object
    reads_sizes: bool
    reads_training: bool
    state_sizes: Mapping[str, int | None]
    unread: tuple[Diagnostic, ...] = ()
    method: str = ""


class DeclaredLayer(Resolved):
    """A layer or a subclassed model that a spec declares: as a step, or as a layer's argument.

    Attributes:
        name: The name of its class.
        interface: How it is called.
        signature: Equal for equal ones: the class, and the values of its parameters.
        dtype: The dtype policy of what is around it.
        beside: Its own `name` and `trainable`, where it is an argument.
        body: Its body as it was followed first; None until then.
        followed: The ways through its body, and those of its methods, for each form of inputs; the
            last that was asked for is last.
    """

    __slots__ = (
        "_config",
        "_infer",
        "beside",
        "body",
        "dtype",
        "followed",
        "interface",
        "name",
        "signature",
    )

    def __init__(
        self,
        name: str,
        interface: Interface,
        infer: Callable[[Sequence[Specs], Mapping[str, Specs], object], Inference],
        config: Callable[[], dict[str, Plain]],
        signature: str = "",
        dtype: object = None,
    ) -> None:
        self.name = name
        self.interface = interface
        self.signature = signature
        self.dtype = dtype
        self.beside: Mapping[str, Plain] = {}
        self.body: Graph | None = None
        self.followed: dict[str, Sequence[LayerBody]] = {}
        self._infer = infer
        self._config = config

    @property
    def inputs(self) -> tuple[CallInput, ...]:
        """What its call takes."""
        return self.interface.inputs

    @property
    def form(self) -> str:
        """How a model takes its inputs."""
        return self.interface.form

    @property
    def states(self) -> Mapping[str, int | None]:
        """The sizes of a cell's states by name."""
        return self.interface.states

    @property
    def state_sizes(self) -> list[int] | None:
        """The sizes of a cell's states; None if it is no cell, or one isn't known."""
        known = [size for size in self.states.values() if size is not None]
        return known if known and len(known) == len(self.states) else None

    @property
    def is_model(self) -> bool:
        """Whether it becomes a `keras.Model`."""
        return bool(self.form)

    def infer(self, inputs: Specs) -> Inference:
        """What it gives when it is called on its first argument alone."""
        return self._infer((inputs,), {}, self.dtype)

    def infer_call(
        self, args: Sequence[Specs], kwargs: Mapping[str, Specs], dtype: object
    ) -> Inference:
        """What it gives when it is called, under a dtype policy."""
        return self._infer(args, kwargs, dtype)

    def config(self) -> dict[str, Plain]:
        """Its own text with the values of its parameters, as its config holds them."""
        return self._config()

    def __repr__(self) -> str:
        return f"DeclaredLayer({self.signature or self.name})"


class DeclaredFunction(DeclaredLayer):
    """A lowercase definition where Keras wants a function of tensors: an activation, a loss."""

    __slots__ = ()

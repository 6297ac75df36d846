"""Builds a graph, operation by operation; what did not lead anywhere can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from specc.catalog.rules import (
    UNKNOWN,
    Inference,
    RuleError,
    Shape,
    SlotSpec,
    Specs,
    TensorSpec,
    show_shape,
)
from specc.diagnostics import Diagnostics, Related, Span
from specc.ir import (
    Call,
    Graph,
    Operation,
    Structure,
    Tensor,
    call_tensors,
    replace_tensors,
    tensors,
)
from specc.passes.expand.names import Names
from specc.passes.inference import (
    DEFAULT_DTYPE,
    infer_call,
    record,
    specs_of,
    subject_of,
    weight_reader,
)
from specc.passes.memo import Memo
from specc.source import nodes

Mark = tuple[int, int, tuple[int, int]]


class KnownSpecs(dict[Tensor, TensorSpec]):
    """What is known of a graph's tensors, and whether code asked for a size when compiling."""

    sizes_read = False


class GraphBuilder:
    """The graph of one model while its body is expanded."""

    def __init__(
        self,
        diagnostics: Diagnostics,
        spend: Callable[[Span], None],
        memo: Memo,
        separator: str = ".",
        dtype: object = DEFAULT_DTYPE,
        in_layer: bool = False,
    ) -> None:
        """`spend` counts each call, and ends an expansion that has too many.

        `in_layer`: the graph is the body of a declared layer, of which code is made.
        """
        self.diagnostics = diagnostics
        self.spend = spend
        self.memo = memo
        self.separator = separator
        self.dtype = dtype
        self.operations: list[Operation] = []
        self.calls: list[Call] = []
        self.names = Names(diagnostics)
        self.in_layer = in_layer
        self.specs = KnownSpecs()
        self.slots: dict[int, tuple[SlotSpec, ...] | None] = {}
        self._first: dict[int, int] = {}
        self._outputs: Specs = UNKNOWN
        self.shape_calls: dict[Tensor, Structure] = {}
        """In a layer: what reads the sizes of a tensor at run time, once for all of them."""

    def keras_name(self, key: str) -> str:
        """The name that Keras is to see for a key, where the spec gives no other."""
        return key if self.separator == "." else key.replace(".", self.separator)

    def add(self, operation: Operation) -> int:
        """Adds an operation; its index."""
        self.operations.append(operation)
        return len(self.operations) - 1

    def holds(self, operation: Operation, index: int) -> bool:
        """Whether an operation that was added is still there, and not taken back."""
        return index < len(self.operations) and self.operations[index] is operation

    def name_local(self, tensor: Tensor, name: str) -> None:
        """Notes the first name of a call's output, for whoever writes code of it."""
        made = self.calls[tensor.call]
        if not made.local and tensor.output == 0:
            self.calls[tensor.call] = replace(made, local=name)

    def call(
        self,
        operation: int,
        args: tuple[Structure, ...],
        kwargs: Mapping[str, Structure],
        origin: Span,
    ) -> Structure:
        """Calls an operation; its first output, or a model's outputs as their structure."""
        self.spend(origin)
        self.calls.append(Call(operation, args, kwargs, origin))
        index = len(self.calls) - 1
        self._infer(index)
        called = self.operations[operation]
        if called.declared is not None:
            return structure_of(self._outputs, index)
        return Tensor(index) if called.graph is None else outputs_of(called.graph, index)

    def _infer(self, index: int) -> None:
        """Writes down what is known of a call's outputs; reports what can't be called so."""
        call = self.calls[index]
        operation = self.operations[call.operation]
        if not operation.sound:
            record(index, UNKNOWN, self.specs)
            self._outputs = UNKNOWN
            self._make(index, None)
            return
        args = [specs_of(argument, self.specs) for argument in call.args]
        kwargs = {name: specs_of(argument, self.specs) for name, argument in call.kwargs.items()}
        try:
            found = self.memo.inferred(
                operation, args, kwargs, self.dtype, lambda: self._found(call, args, kwargs)
            )
            self._check_again(index, found.slots)
        except RuleError as error:
            self._report(error, call, operation)
            found = Inference(UNKNOWN, None)
        record(index, found.outputs, self.specs)
        self._outputs = found.outputs
        self._make(index, found.slots)

    def _make(self, index: int, slots: tuple[SlotSpec, ...] | None) -> None:
        """Writes down the variables of an operation: its first call makes them."""
        operation = self.calls[index].operation
        if self._first.setdefault(operation, index) == index:
            self.slots[operation] = slots

    def _check_again(self, index: int, slots: tuple[SlotSpec, ...] | None) -> None:
        """Holds a layer's weights, which its first call made, against those of another call.

        Raises:
            RuleError: they don't fit its input.
        """
        operation = self.calls[index].operation
        made = self.slots.get(operation)
        if not made or not slots or made is slots:
            return
        shapes = {slot.path: slot.shape for slot in made}
        for slot in slots:
            check_same_weight(slot.path, shapes.get(slot.path), slot.shape)

    def _found(self, call: Call, args: list[Specs], kwargs: dict[str, Specs]) -> Inference:
        operation = self.operations[call.operation]
        weight = weight_reader(call, operation, self.calls, self.slots)
        return infer_call(operation, args, kwargs, self.dtype, weight)

    def _report(self, error: RuleError, call: Call, operation: Operation) -> None:
        sources = {tensor.call: tensor for tensor in call_tensors(call)}
        related = tuple(
            Related(self.calls[place].origin, f"{self.specs.get(tensor, UNKNOWN)} comes from here")
            for place, tensor in sources.items()
            if self.calls[place].origin != call.origin
        )
        self.diagnostics.error(
            "S220", f"{error.of(subject_of(operation)).subject} {error.message}",
            _place(error.argument, call, operation), related=related, help=error.help,
        )  # fmt: skip

    def operation_of(self, tensor: Tensor) -> Operation:
        """The operation behind a tensor."""
        return self.operations[self.calls[tensor.call].operation]

    def output_count(self, tensor: Tensor) -> int | None:
        """How many outputs the call behind a tensor has; None where no rule tells."""
        spec = self.specs.get(tensor)
        if spec is None or spec.shape is None:
            return None
        outputs = 1
        while Tensor(tensor.call, outputs) in self.specs:
            outputs += 1
        return outputs

    def mark(self) -> Mark:
        """What `rollback` takes to go back to now."""
        return len(self.operations), len(self.calls), self.names.mark()

    def rollback(self, mark: Mark) -> None:
        """Takes back all that was added since the mark."""
        operations, calls, names = mark
        while self.specs and next(reversed(self.specs)).call >= calls:
            self.specs.popitem()
        while self._first and self._first[last := next(reversed(self._first))] >= calls:
            del self._first[last], self.slots[last]
        del self.operations[operations:], self.calls[calls:]
        self.names.rollback(names)


def check_same_weight(path: str, made: Shape | None, needed: Shape | None) -> None:
    """Holds the shape of a shared layer's weight against what another input needs.

    A weight's size of 1 is broadcast, and does for any.

    Raises:
        RuleError: it doesn't fit.
    """
    if made is None or needed is None or made == needed:
        return
    if len(made) == len(needed) and all(
        a == b or a in (1, None) or b is None for a, b in zip(made, needed, strict=True)
    ):
        return
    raise RuleError(
        f"has a `{path}` of {show_shape(made)} from its first call, but needs one of"
        f" {show_shape(needed)} for this input",
        "one that is shared takes inputs of the same sizes",
    )


def _place(argument: str, call: Call, operation: Operation) -> Span:
    """Where an argument is written; where it isn't, the call."""
    node = operation.arguments_node
    if isinstance(node, nodes.Mapping) and argument in node.entries:
        return nodes.span_at(node, (argument,))
    return call.origin


def outputs_of(graph: Graph, call: int) -> Structure:
    """The structure of a model's outputs, as those of a call."""
    places = {id(t): i for i, t in enumerate(_leaves(graph.outputs))}
    if isinstance(graph.outputs, Tensor):
        return Tensor(call)
    return replace_tensors(graph.outputs, lambda t: Tensor(call, places[id(t)]))


def structure_of(specs: Specs, call: int) -> Structure:
    """The structure of a call's outputs, of which the specs are known."""
    places = count()
    return _placed(specs, call, places)


def _placed(specs: Specs, call: int, places: Iterator[int]) -> Structure:
    """The outputs get their places in the order in which Keras flattens them."""
    if isinstance(specs, list | tuple):
        return type(specs)(_placed(item, call, places) for item in specs)
    if isinstance(specs, dict):
        placed = {key: _placed(specs[key], call, places) for key in sorted(specs)}
        return {key: placed[key] for key in specs}
    return Tensor(call, next(places))


def _leaves(structure: Structure) -> list[Tensor]:
    return list(tensors(structure))


def is_symbolic(value: object) -> bool:
    """Whether a value is a tensor, or holds one."""
    return next(tensors(value), None) is not None


__all__ = ["GraphBuilder", "Mark", "is_symbolic", "outputs_of"]

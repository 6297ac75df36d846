"""The bodies of declared layers, as statements of their methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specc import catalog
from specc.catalog import Kind
from specc.codegen.families import Line
from specc.codegen.functions import indexed, structure
from specc.codegen.naming import Names, function_name, identifier
from specc.codegen.nodes import Atom, Infix, Node, Postfix, call, literals, substituted
from specc.codegen.objects import Objects
from specc.codegen.outputs import output_paths
from specc.codegen.problems import Refused
from specc.ir import Call, Graph, Operation, OperationKind, Structure, Tensor, call_tensors, tensors
from specc.passes.one_dtype import is_of_one_dtype
from specc.references import PythonClass

CALLED = (
    OperationKind.LAYER,
    OperationKind.MODEL,
    OperationKind.DECLARED,
    OperationKind.EXPRESSION,
)
EFFECTS = (OperationKind.UPDATE, OperationKind.LOSS)
NATIVE = frozenset("+-*/")
SIZES = ("shape", "dtype")
"""Functions that give plain values."""

FLAT = frozenset({"LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
"""Layers whose several outputs stand in one list."""

MAX_NESTED = 4
"""Functions' calls in one expression; more are hard to read."""

SEED = Atom("self.seed_generator")


@dataclass(frozen=True)
class Parts:
    """What a class holds.

    Attributes:
        attributes: The attributes of weights and sublayers, by the operations' keys.
        masked: Whether anything in the module makes masks.
    """

    attributes: Mapping[str, str]
    masked: bool = False


class BodyWriter:
    """Writes the statements of one way through a body.

    Args:
        graph: The calls.
        parts: What its class holds.
        objects: Writes activations.
        taken: The names that the method has already.
        previous: Whether masks are computed, from that of the first input.
        numbers: What numbers are labelled, which may be parameters of the class.
    """

    def __init__(
        self,
        graph: Graph,
        parts: Parts,
        objects: Objects,
        taken: Sequence[str] = (),
        previous: bool = False,
        numbers: str = "",
    ) -> None:
        self.numbers = numbers
        self.previous = previous
        self.graph = graph
        self.parts = parts
        self.objects = objects
        self.names = Names({*taken, "training", "states"})
        self.paths = output_paths(graph)
        self.places: dict[Tensor, Node] = {}
        self.values: dict[int, Node] = {}
        """What stands for the value of a call: a variable, or its code."""
        self.plain: set[Tensor] = set()
        """Tensors that may be plain numbers: sizes, and what is computed of them alone."""
        self.flattened = {index for index in range(len(graph.calls)) if self._is_flattened(index)}
        self.is_random = False
        self.seed = SEED
        self.drops_masks = False

    def unpack(self, value: Structure, node: Node) -> None:
        """Writes down where the tensors of an argument are found."""
        if isinstance(value, Tensor):
            self.places[value] = node
        elif isinstance(value, list | tuple):
            for place, item in enumerate(value):
                self.unpack(item, Postfix(node, f"[{place}]"))
        elif isinstance(value, dict):
            for key, item in value.items():
                self.unpack(item, Postfix(node, f'["{key}"]'))

    def lines(self, outputs: Structure, effects: bool = True) -> list[Line]:
        """The statements up to the one that returns the outputs."""
        wanted = self._wanted(outputs, effects)
        inlined = self._inlined(wanted, {tensor.call for tensor in tensors(outputs)})
        body: list[Line] = []
        for index in sorted(wanted):
            made = self.graph.calls[index]
            operation = self.graph.operations[made.operation]
            body += self._statement(index, made, operation, index in inlined)
        result = self._result(outputs)
        if body and isinstance(result, Atom) and body[-1].text == f"{result.text} = ":
            return [*body[:-1], Line("return ", body[-1].node, 2)]
        return [*body, Line("return ", result, 2)]

    def _result(self, outputs: Structure) -> Node:
        result = self._value(outputs)
        if not self.parts.masked:
            return result
        made = (self.graph.calls[tensor.call].operation for tensor in tensors(outputs))
        if not any(self.graph.operations[each].kind in CALLED for each in made):
            return result
        self.drops_masks = True
        given = [node for tensor, node in self.places.items() if self._is_input(tensor)]
        return call("unmasked", result, *given)

    def _is_input(self, tensor: Tensor) -> bool:
        return self._operation(tensor).kind is OperationKind.INPUT

    def _operation(self, tensor: Tensor) -> Operation:
        return self.graph.operations[self.graph.calls[tensor.call].operation]

    def _is_flattened(self, index: int) -> bool:
        """Whether the structure of what a call gives isn't known, or is nested, as cells' is."""
        operation = self.graph.operations[self.graph.calls[index].operation]
        known = self.graph.specs.get(Tensor(index))
        if operation.kind is not OperationKind.LAYER:
            return False
        if known is None or known.shape is None:
            return True
        return Tensor(index, 1) in self.graph.specs and operation.class_name not in FLAT

    # --- which statements ---

    def _wanted(self, outputs: Structure, effects: bool) -> set[int]:
        """The calls that outputs depend on, and what is done beside."""
        waiting = [tensor.call for tensor in tensors(outputs)]
        if effects:
            waiting += [
                index
                for index, made in enumerate(self.graph.calls)
                if self.graph.operations[made.operation].kind in EFFECTS
            ]
        wanted: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index not in wanted:
                wanted.add(index)
                waiting += [tensor.call for tensor in self._read(index)]
        return wanted

    def _read(self, index: int) -> Iterator[Tensor]:
        """The tensors that a call reads; a saved weight is read from its variable."""
        made = self.graph.calls[index]
        operation = self.graph.operations[made.operation]
        if operation.kind is OperationKind.WEIGHT and operation.arguments.get("save") is not False:
            return iter(())
        return call_tensors(made)

    def _inlined(self, wanted: set[int], results: set[int]) -> set[int]:
        """The calls of functions that stand inside of the one function's call that reads them."""
        readers: dict[int, list[int]] = {}
        for index in sorted(wanted):
            for tensor in self._read(index):
                readers.setdefault(tensor.call, []).append(index)
        sizes: dict[int, int] = {}
        found: set[int] = set()
        for index in sorted(wanted):
            if not self._is_function(index):
                continue
            inside = {t.call for t in self._read(index)} & found
            size = 1 + sum(sizes[each] for each in inside)
            if size > MAX_NESTED:
                found -= inside
                size = 1
            sizes[index] = size
            if self.graph.calls[index].local:  # a name helps a reader
                continue
            read = readers.get(index, [])
            if len(read) == 1 and index not in results and self._goes_into(index, read[0]):
                found.add(index)
        return found

    def _goes_into(self, index: int, reader: int) -> bool:
        """Whether a call may be made as late as its reader is: nothing happens in between."""
        if not self._is_function(reader) and self._kind(reader) not in EFFECTS:
            return False
        between = range(index + 1, reader)
        return all(self._is_function(each) or self._is_weight(each) for each in between)

    def _is_weight(self, index: int) -> bool:
        return self._kind(index) is OperationKind.WEIGHT

    def _is_function(self, index: int) -> bool:
        """Whether a call computes, and changes nothing."""
        operation = self.graph.operations[self.graph.calls[index].operation]
        pure = not operation.class_name.startswith("random.")
        return operation.kind is OperationKind.FUNCTION and pure

    def _kind(self, index: int) -> OperationKind:
        return self.graph.operations[self.graph.calls[index].operation].kind

    # --- statements ---

    def _statement(self, index: int, made: Call, operation: Operation, inlined: bool) -> list[Line]:
        match operation.kind:
            case OperationKind.INPUT:
                return []
            case OperationKind.WEIGHT:
                return self._weight_statement(index, made, operation)
            case OperationKind.UPDATE:
                weight, value = map(self._value, made.args)
                return [Line("", call(Postfix(weight, ".assign"), value), 2)]
            case OperationKind.LOSS:
                return [Line("", call("self.add_loss", self._value(made.args[0])), 2)]
        code = self._computed(index, made, operation)
        if inlined:
            self.values[index] = code
            return []
        return [self._assigned(index, made.local or self._wish(operation), code)]

    def _assigned(self, index: int, wish: str, code: Node) -> Line:
        name = self.names.new(wish)
        self.values[index] = Atom(name)
        return Line(f"{name} = ", code, 2)

    def _wish(self, operation: Operation) -> str:
        if operation.kind in CALLED:
            return identifier(operation.key.replace(".", "_"))
        kind, _, symbol = operation.class_name.partition(" ")
        if symbol:
            return catalog.operators()[_symbol(kind, symbol)].name
        known = {"index": "part", "weight": "weight", "activation": "activated"}
        return known.get(operation.class_name) or function_name(
            operation.class_name.rpartition(".")[2]
        )

    def _weight_statement(self, index: int, made: Call, operation: Operation) -> list[Line]:
        if operation.arguments.get("save") is not False:
            self.places[Tensor(index)] = Atom(f"self.{self.parts.attributes[operation.key]}")
            return []
        dtype = operation.arguments.get("dtype") or dtype_of(self.graph, made.args[0])
        keywords = {"dtype": Atom(f'"{dtype}"')} if operation.arguments.get("dtype") else {}
        code: Node = call("ops.convert_to_tensor", self._value(made.args[0]), **keywords)
        if str(dtype).startswith(("float", "bfloat")):
            code = call("ops.cast", code, Atom("self.compute_dtype"))
        return [self._assigned(index, identifier(operation.key), code)]

    # --- expressions ---

    def _value(self, value: Structure) -> Node:
        return structure(value, self._tensor, self.numbers)

    def _tensor(self, tensor: Tensor) -> Node:
        if tensor in self.places:
            return self.places[tensor]
        path = self.paths.get(tensor, "")
        if tensor.call in self.flattened:
            path = f"[{tensor.output}]"
        value = self.values[tensor.call]
        return Postfix(value, path) if path else value

    def _computed(self, index: int, made: Call, operation: Operation) -> Node:
        args = [self._value(argument) for argument in made.args]
        keywords = {name: self._value(value) for name, value in made.kwargs.items()}
        if operation.kind in CALLED:
            value = call(self._attribute(operation), *args, **keywords)
            return call("keras.tree.flatten", value) if index in self.flattened else value
        kind, _, symbol = operation.class_name.partition(" ")
        if symbol:
            return self._operator(index, kind, symbol, made, args)
        match operation.class_name:
            case "index":
                if made.args[0] in self.plain:
                    self.plain.add(Tensor(index))
                return indexed(args[0], made.args[1], self._tensor)
            case "weight":
                return self._sublayers_weight(made, operation)
            case "mask_of":
                return self._mask(made, args)
            case "activation":
                return self._activation(operation, args)
            case "python":
                return self._python(operation, args, keywords)
        return self._function(index, operation.class_name, args, keywords)

    def _attribute(self, operation: Operation) -> str:
        return f"self.{self.parts.attributes[operation.key]}"

    def _function(
        self, index: int, name: str, args: Sequence[Node], keywords: Mapping[str, Node]
    ) -> Node:
        if name.startswith("random."):
            self.is_random = True
            return call(f"keras.{name}", *args, **keywords, seed=self.seed)
        if name == "dtype":
            self.plain.add(Tensor(index))
            return call("keras.backend.standardize_dtype", Postfix(args[0], ".dtype"))
        if name == "shape":
            self.plain.add(Tensor(index))
        return call(f"ops.{name}", *args, **keywords)

    def _operator(
        self, index: int, kind: str, symbol: str, made: Call, args: Sequence[Node]
    ) -> Node:
        """A sign where that does what Keras's function does; sizes may be plain numbers."""
        known = catalog.operators()[_symbol(kind, symbol)].name
        is_plain = not any(isinstance(a, Tensor) and a not in self.plain for a in made.args)
        if is_plain:
            self.plain.add(Tensor(index))
        native = (
            kind == "binary"
            and symbol in NATIVE
            and is_of_one_dtype(self.graph, self.plain, made.args, symbol)
        )
        if is_plain or native:
            return Infix(_symbol(kind, symbol), tuple(args))
        return call(f"ops.{known}", *args)

    def _sublayers_weight(self, made: Call, operation: Operation) -> Node:
        anchor = made.args[0]
        assert isinstance(anchor, Tensor)  # noqa: S101 - expansion reads weights of layers
        owner = self._attribute(self._operation(anchor))
        return call("ops.convert_to_tensor", Atom(f"{owner}.{operation.arguments['attribute']}"))

    def _mask(self, made: Call, args: Sequence[Node]) -> Node:
        """The mask that a tensor carries; while masks are computed, that of the input is given."""
        [value] = made.args
        if self.previous and isinstance(value, Tensor) and self._is_input(value):
            return Atom("previous_mask")
        return Postfix(args[0], "._keras_mask")

    def _activation(self, operation: Operation, args: Sequence[Node]) -> Node:
        value = operation.arguments["activation"]
        node = self.objects.of_kind(Kind.ACTIVATION, value)
        node = substituted(node, lambda literal: literal.value) if any(literals(node)) else node
        if isinstance(node, Atom):  # a function, by its name
            path = node.text.strip("\"'")
            return call(f"keras.activations.{path}", *args)
        return call(node, *args)

    def _python(
        self, operation: Operation, args: Sequence[Node], keywords: Mapping[str, Node]
    ) -> Node:
        python = operation.arguments["python"]
        assert isinstance(python, PythonClass)  # noqa: S101 - expansion says which function
        return call(self.objects.imported(python), *args, **keywords)


def _symbol(kind: str, symbol: str) -> str:
    return f"unary {symbol}" if kind == "unary" else symbol


def dtype_of(graph: Graph, value: Structure) -> str:
    """The dtype of a computed weight's value.

    Raises:
        Refused: it isn't known.
    """
    if isinstance(value, Tensor):
        spec = graph.specs.get(value)
        if spec is None or spec.dtype is None:
            raise Refused("a computed weight whose dtype isn't known")
        return spec.dtype
    kinds = {type(leaf) for leaf in _leaves(value)}
    return "float32" if float in kinds else "int32" if int in kinds else "bool"


def _leaves(value: Structure) -> Iterator[object]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


__all__ = ["CALLED", "BodyWriter", "Parts", "dtype_of"]

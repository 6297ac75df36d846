"""The bodies of declared layers as Python functions.

A body was parsed, held to the grammar and followed; what is left is a list of calls. Each becomes a
statement of a syntax tree, in which every name is one of ours, and the tree a code object whose
globals hold nothing but the functions that it calls. No text is evaluated. Lines are those of the
YAML, so that a traceback shows them.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from specc.catalog import Kind
from specc.diagnostics import Span
from specc.ir import Call, Graph, Operation, OperationKind, Structure, Tensor, tensors
from specc.keras_backend import operators
from specc.keras_backend.private import mask_of
from specc.keras_backend.program import weight_of
from specc.keras_config import nested_config, object_config
from specc.passes.one_dtype import is_of_one_dtype
from specc.references import PythonClass

LAYER, PARTS, PREVIOUS = "_layer", "_parts", "_previous_mask"
CALLED = (OperationKind.LAYER, OperationKind.MODEL, OperationKind.DECLARED)
PLAIN = (bool, int, float, str, type(None), type(Ellipsis))
NATIVE = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
"""Operators that backends have themselves."""

SIZES = frozenset({"shape", "dtype"})
"""Functions that give plain values where those are known when a layer is called."""


def compile_body(
    graph: Graph,
    outputs: Structure,
    inputs: Sequence[Structure],
    parts: Mapping[str, int],
    previous: bool = False,
) -> Any:
    """A function `(layer, parts, *inputs)` that gives the outputs.

    Args:
        graph: The calls.
        outputs: What it gives, of the graph's tensors.
        inputs: What its arguments stand for: tensors, or structures of them; None for one that
            isn't there.
        parts: The places of sublayers and weights among the parts, by the operations' keys.
        previous: Whether it takes the mask of its first input as a last argument, as what computes
            masks does.
    """
    return _Coder(graph, parts, previous).function(outputs, inputs)


class _Coder:
    def __init__(self, graph: Graph, parts: Mapping[str, int], previous: bool) -> None:
        self.graph = graph
        self.parts = parts
        self.previous = previous
        self.functions: dict[str, Any] = {}
        self.places: dict[Tensor, Callable[[], ast.expr]] = {}
        self.plain: set[Tensor] = set()
        """Tensors that may be plain numbers: sizes, and what is computed of them alone."""
        self.lists: set[int] = set()
        """Calls whose outputs stand in a list."""

    def function(self, outputs: Structure, inputs: Sequence[Structure]) -> Any:
        names = [f"_input_{place}" for place in range(len(inputs))]
        for name, structure in zip(names, inputs, strict=True):
            self._unpack(structure, lambda name=name: _name(name))  # type: ignore[misc]  # bound now
        wanted = self._wanted(outputs)
        body: list[ast.stmt] = []
        for index, call in enumerate(self.graph.calls):
            if index in wanted:
                statement = self._statement(index, call)
                if statement is not None:
                    _place(statement, line_of(call.origin))
                    body.append(statement)
        body.append(ast.Return(self._value(outputs)))
        arguments = [LAYER, PARTS, *names, *([PREVIOUS] if self.previous else [])]
        return _function(self.graph, arguments, body, self.functions)

    def _wanted(self, outputs: Structure) -> set[int]:
        """The calls that outputs depend on; what is done beside, too, unless a mask is computed."""
        effects = (OperationKind.UPDATE, OperationKind.LOSS)
        wanted: set[int] = set()
        waiting = [tensor.call for tensor in tensors(outputs)]
        if not self.previous and outputs is self.graph.outputs:
            operations = self.graph.operations
            waiting += [
                index
                for index, call in enumerate(self.graph.calls)
                if operations[call.operation].kind in effects
            ]
        while waiting:
            index = waiting.pop()
            if index in wanted:
                continue
            wanted.add(index)
            call = self.graph.calls[index]
            if self.graph.operations[call.operation].kind is not OperationKind.WEIGHT:
                read = [list(call.args), dict(call.kwargs)]
                waiting.extend(tensor.call for tensor in tensors(read))
        return wanted

    def _unpack(self, structure: Structure, value: Callable[[], ast.expr]) -> None:
        """Writes down where each tensor of an argument is found."""
        if isinstance(structure, Tensor):
            self.places[structure] = value
        elif isinstance(structure, list | tuple):
            for place, item in enumerate(structure):
                self._unpack(item, lambda p=place: _item(value(), p))  # type: ignore[misc]  # bound now
        elif isinstance(structure, dict):
            for key, item in structure.items():
                self._unpack(item, lambda k=key: _item(value(), k))  # type: ignore[misc]  # bound now

    def _statement(self, index: int, call: Call) -> ast.stmt | None:
        operation = self.graph.operations[call.operation]
        if operation.kind is OperationKind.INPUT:
            return None
        if operation.kind is OperationKind.WEIGHT:
            part = self.parts[operation.key]
            self.places[Tensor(index)] = lambda: _item(_name(PARTS), part)
            return None
        if operation.kind is OperationKind.UPDATE:
            weight, value = map(self._value, call.args)
            return ast.Expr(_call(ast.Attribute(weight, "assign", ast.Load()), [value]))
        if operation.kind is OperationKind.LOSS:
            add = ast.Attribute(_name(LAYER), "add_loss", ast.Load())
            return ast.Expr(_call(add, [self._value(call.args[0])]))
        return self._assigned(index, self._computed(index, call, operation), operation)

    def _assigned(self, index: int, value: ast.expr, operation: Operation) -> ast.stmt:
        """A call's value in a variable; several outputs, flattened, as a list."""
        if self._has_several(index, operation):
            self.lists.add(index)
            if operation.kind in CALLED:
                value = self._helper("_outputs", keras.tree.flatten, value)
        return ast.Assign([ast.Name(f"t{index}", ast.Store())], value)

    def _has_several(self, index: int, operation: Operation) -> bool:
        if operation.kind is OperationKind.FUNCTION:
            return bool(operation.arguments.get("outputs"))
        known = self.graph.specs.get(Tensor(index))
        if operation.kind is not OperationKind.LAYER or known is None or known.shape is None:
            return True
        return Tensor(index, 1) in self.graph.specs

    def _computed(self, index: int, call: Call, operation: Operation) -> ast.expr:
        if operation.kind in CALLED:
            layer = _item(_name(PARTS), self.parts[operation.key])
            return _call(layer, *self._arguments(call))
        kind, _, symbol = operation.class_name.partition(" ")
        if symbol:
            return self._operator(index, kind, symbol, call)
        match operation.class_name:
            case "index":
                return self._index(index, call)
            case "weight":
                return self._weight(call, operation)
            case "mask_of":
                return self._mask(call)
            case "activation":
                return self._activation(index, call, operation)
            case "python":
                return self._python(call, operation)
        return self._function(index, call, operation.class_name)

    def _function(self, index: int, call: Call, name: str) -> ast.expr:
        args, kwargs = self._arguments(call)
        if name.startswith("random."):
            function = getattr(keras.random, name.removeprefix("random."))
            seed = ast.Attribute(_name(LAYER), "seed_generator", ast.Load())
            return self._helper(name.replace(".", "_"), function, *args, **kwargs, seed=seed)
        if name in SIZES:
            self.plain.add(Tensor(index))
            return self._helper(f"_{name}", _SIZE_FUNCTIONS[name], *args)
        return self._helper(f"_op_{name}", getattr(keras.ops, name), *args, **kwargs)

    def _operator(self, index: int, kind: str, symbol: str, call: Call) -> ast.expr:
        """An operation of Keras where a side is a tensor; sizes may be plain numbers."""
        operands = [self._value(argument) for argument in call.args]
        native = NATIVE.get(symbol)
        if (
            kind == "binary"
            and native is not None
            and is_of_one_dtype(self.graph, self.plain, call.args, symbol)
        ):
            return ast.BinOp(operands[0], native, operands[1])
        if any(isinstance(a, Tensor) and a not in self.plain for a in call.args):
            function = operators.operation(f"unary {symbol}" if kind == "unary" else symbol)
            return self._helper(f"_op_{function.__name__}", function, *operands)
        else:
            self.plain.add(Tensor(index))
        return self._helper(f"_{kind}", getattr(operators, kind), ast.Constant(symbol), *operands)

    def _index(self, index: int, call: Call) -> ast.expr:
        value, key = call.args
        if value in self.plain:
            self.plain.add(Tensor(index))
        return ast.Subscript(self._value(value), self._value(key), ast.Load())

    def _weight(self, call: Call, operation: Operation) -> ast.expr:
        anchor = call.args[0]
        assert isinstance(anchor, Tensor)  # noqa: S101 - expansion reads weights of layers
        owner = self.graph.operations[self.graph.calls[anchor.call].operation]
        layer = _item(_name(PARTS), self.parts[owner.key])
        name = ast.Constant(str(operation.arguments["attribute"]))
        return self._helper("_weight", weight_of, layer, name)

    def _mask(self, call: Call) -> ast.expr:
        """The mask of a tensor; while a mask is computed, that of the first input is given."""
        first = call.args[0]
        is_input = isinstance(first, Tensor) and (
            self.graph.operations[self.graph.calls[first.call].operation].kind
            is OperationKind.INPUT
        )
        if self.previous and is_input:
            return self._helper("_given_mask", _given_mask, _name(PREVIOUS))
        return self._helper("_mask_of", _mask_of, self._value(first))

    def _activation(self, index: int, call: Call, operation: Operation) -> ast.expr:
        function = activation_of(operation.arguments["activation"])
        return self._helper(f"_activation_{index}", function, self._value(call.args[0]))

    def _python(self, call: Call, operation: Operation) -> ast.expr:
        python = operation.arguments["python"]
        assert isinstance(python, PythonClass)  # noqa: S101 - expansion says which function
        args, kwargs = self._arguments(call)
        name = f"_python_{python.target.__name__}"
        return self._helper(name, python.target, *args, **kwargs)

    def _helper(self, name: str, function: Any, *args: ast.expr, **kwargs: ast.expr) -> ast.expr:
        self.functions[name] = function
        return _call(_name(name), list(args), kwargs)

    def _arguments(self, call: Call) -> tuple[list[ast.expr], dict[str, ast.expr]]:
        args = [self._value(argument) for argument in call.args]
        return args, {name: self._value(value) for name, value in call.kwargs.items()}

    def _tensor(self, tensor: Tensor) -> ast.expr:
        if tensor in self.places:
            return self.places[tensor]()
        value = _name(f"t{tensor.call}")
        return _item(value, tensor.output) if tensor.call in self.lists else value

    def _value(self, structure: Structure) -> ast.expr:
        """What writes a structure of tensors and constants."""
        if isinstance(structure, Tensor):
            return self._tensor(structure)
        if isinstance(structure, list):
            return ast.List([self._value(item) for item in structure], ast.Load())
        if isinstance(structure, tuple):
            return ast.Tuple([self._value(item) for item in structure], ast.Load())
        if isinstance(structure, dict):
            keys: list[ast.expr | None] = [ast.Constant(key) for key in structure]
            return ast.Dict(keys, [self._value(item) for item in structure.values()])
        if isinstance(structure, slice):
            bounds = (structure.start, structure.stop, structure.step)
            return self._helper("_slice", slice, *(self._value(bound) for bound in bounds))
        assert isinstance(structure, PLAIN)  # noqa: S101 - expressions have no other values
        return ast.Constant(structure)


def activation_of(value: object) -> Any:
    """The function of an activation in its YAML form."""
    config = object_config(Kind.ACTIVATION, value, "activation", "float32", nested_config)
    return keras.activations.get(config)


def _function(
    graph: Graph, names: Sequence[str], body: list[ast.stmt], functions: dict[str, Any]
) -> Any:
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    definition = ast.FunctionDef("call", arguments, body, [], None, None)
    definition.lineno = definition.end_lineno = line_of(graph.origin)
    definition.col_offset = definition.end_col_offset = 0
    _place(body[-1], line_of(graph.origin))
    module = ast.fix_missing_locations(ast.Module([definition], []))
    code = compile(module, graph.origin.source.name, "exec")
    inner = next(const for const in code.co_consts if isinstance(const, types.CodeType))
    return types.FunctionType(inner, {"__builtins__": {}, **functions})


def line_of(span: Span) -> int:
    """The line of a place in a text, from 1."""
    return span.begin.line


def _place(statement: ast.stmt, line: int) -> None:
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _item(value: ast.expr, key: int | str) -> ast.expr:
    return ast.Subscript(value, ast.Constant(key), ast.Load())


def _call(
    function: ast.expr, args: list[ast.expr], kwargs: Mapping[str, ast.expr] | None = None
) -> ast.expr:
    return ast.Call(function, args, [ast.keyword(k, v) for k, v in (kwargs or {}).items()])


def _shape(tensor: Any) -> Any:
    return keras.ops.shape(tensor)


def _dtype(tensor: Any) -> str:
    return keras.backend.standardize_dtype(tensor.dtype)  # type: ignore[no-any-return]  # a text


_SIZE_FUNCTIONS = {"shape": _shape, "dtype": _dtype}


def _mask_of(tensor: Any) -> Any:
    """The mask that a tensor carries.

    Raises:
        ValueError: it has none.
    """
    return _given_mask(mask_of(tensor))


def _given_mask(mask: Any) -> Any:
    if mask is None:
        raise ValueError("there is no mask to read")
    return mask

"""Tensor expressions in the bodies of declared layers: what they compute becomes code.

Each function that is applied becomes a call of the graph, with whatever it takes: tensors, sizes
that are known at run time only, constants. Nothing needs a layer of its own, since code can read
weights, random generators and sizes where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from specc import catalog
from specc.catalog import Kind, Op
from specc.diagnostics import did_you_mean
from specc.expressions import STATIC_FUNCTIONS
from specc.ir import Operation, OperationKind, Structure, Tensor, tensors
from specc.passes.arguments import bind
from specc.passes.expand.frame import Sublayer
from specc.passes.expand.ops import output_count
from specc.passes.expand.python_calls import check_function_call
from specc.passes.expand.shapes import Shape
from specc.passes.expand.tensors import RUN_TIME_FUNCTIONS, TensorEvaluator

RANDOM = "random."


class LayerEvaluator(TensorEvaluator):
    """Evaluates a tensor expression by adding calls of functions to a layer's graph."""

    def emit(
        self,
        function: str,
        args: Sequence[object],
        kwargs: Mapping[str, object] | None = None,
        outputs: int = 0,
        **arguments: object,
    ) -> Structure:
        """Adds the call of a function; its output, or the several that it has."""
        builder = self.frame.builder
        given = {**arguments, "outputs": outputs} if outputs else arguments
        key = f"{function}-{len(builder.operations)}"
        operation = Operation(
            OperationKind.FUNCTION, key, function, given, self.origin, name=key, named=False
        )
        index = builder.add(operation)
        result = builder.call(index, tuple(args), dict(kwargs or {}), self.origin)
        if outputs and isinstance(result, Tensor):
            return [Tensor(result.call, place) for place in range(outputs)]
        return result

    def as_tensor(self, node: ast.expr, constants: bool = False) -> object:
        """The value of an argument; code can pass whatever it is."""
        return self.visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> object:  # noqa: N802 - ast's protocol
        """A weight of a sublayer can be read though the sublayer itself is no value."""
        held = self.scope.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(held, Sublayer):
            return self._weight(self._called(held, node), node)
        return self.attribute(self.visit(node.value), node.attr, node)

    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """The sizes of a tensor, its dtype, or a weight of the layer behind it."""
        if not isinstance(value, Tensor):
            return super().attribute(value, name, node)
        if name == "shape":
            return self.sizes(value)
        if name == "dtype":
            known = self.frame.builder.specs.get(value)
            return known.dtype if known and known.dtype else self.emit("dtype", [value])
        self.check_weight(value, name, node)
        return self._weight(value, node)

    def _weight(self, anchor: Tensor, node: ast.Attribute) -> Structure:
        return self.emit("weight", [anchor], attribute=node.attr)

    def _called(self, held: Sublayer, node: ast.Attribute) -> Tensor:
        """An output of a sublayer, which has weights from its first call on."""
        for place, call in enumerate(self.frame.builder.calls):
            if held.index is not None and call.operation == held.index:
                return Tensor(place)
        self.fail(
            "S411",
            f"`{self.quote(node.value)}` has no weights yet: it is called on nothing so far",
            node,
        )

    def sizes(self, tensor: Tensor) -> object:
        """The sizes of a tensor: numbers where they are known, else read at run time."""
        known = self.frame.builder.specs.get(tensor)
        if known is None or known.shape is None:
            return self.emit("shape", [tensor])
        if any(size is not None for size in known.shape[1:]):
            self.frame.builder.specs.sizes_read = True
        if None not in known.shape:
            return list(known.shape)
        shape = self.frame.builder.shape_calls.get(tensor)
        if shape is None:
            shape = self.emit("shape", [tensor])
            self.frame.builder.shape_calls[tensor] = shape
        return [
            self.emit("index", [shape, place]) if size is None else size
            for place, size in enumerate(known.shape)
        ]

    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """A definition, a method, a static function of static values, or a function's call."""
        if name in self.scope and name not in self.variables:
            return self._activation(name, args, kwargs, node)
        meaning = self.frame.unit.meanings.get(name) or self.frame.methods.get(name)
        if meaning is not None:
            return self.applied(meaning, args, kwargs)
        if name in self.frame.unit.python:
            return self._python(name, args, kwargs, node)
        symbolic = any(next(tensors(v), None) is not None for v in (*args, *kwargs.values()))
        if name in STATIC_FUNCTIONS and not symbolic:
            return super().call(name, args, kwargs, node)
        if name.startswith(RANDOM):
            return self._random(name, args, kwargs, node)
        if name in RUN_TIME_FUNCTIONS:
            return self.emit(name, args, kwargs)
        if name == "shape" and len(args) == 1 and isinstance(args[0], Tensor):
            return self.sizes(args[0])
        op = catalog.find_op(name)
        if op is None:
            return self._no_op(name, args, kwargs, node)
        self._check_reduction(name, args, node)
        return self._function(name, op, args, kwargs, node)

    def _activation(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """A parameter that holds an activation, applied."""
        value = self.scope[name]
        if value is None:
            value = "linear"
        meaning = self.frame.unit.meanings.get(value) if isinstance(value, str) else None
        if meaning is not None:
            return self.applied(meaning, args, kwargs)
        if not isinstance(value, str | dict) or catalog.check_object(Kind.ACTIVATION, value):
            return super().call(name, args, kwargs, node)  # which says that it can't be called
        if len(args) != 1 or kwargs:
            self.fail("S307", f"`{name}` is an activation, and takes one tensor", node)
        return self.emit("activation", args, activation=value)

    def _python(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """A user's own function, which the caller trusts."""
        python = self.frame.unit.python[name]
        check_function_call(name, python, node, self)
        return self.emit("python", args, kwargs, python=python)

    def _function(
        self, name: str, op: Op, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        values = self.attempt(bind, op, args, kwargs, at=node, operands=node.args)
        return self.emit(name, args, kwargs, output_count(op.name, values))

    def _random(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        op = catalog.find_random(name.removeprefix(RANDOM))
        if op is None:
            known = [f"{RANDOM}{each}" for each in catalog.random_names()]
            mend = did_you_mean(name, known)
            self.fail("S306", f"there is no function `{name}` here", node.func, mend)
        if "seed" in kwargs:
            message = f"`{name}` takes no `seed`: the layer has a generator"
            self.fail("S307", message, node, "the seed of the whole model is `--seed`, or `seed=`")
        return self._function(name, op, args, kwargs, node)

    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """An operator with a tensor on a side."""
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self.emit(f"binary {op}", [left, right])
        return super().binary(op, left, right, node)

    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-x` of a tensor."""
        if isinstance(value, Tensor) and op != "not":
            return value if op == "+" else self.emit(f"unary {op}", [value])
        return super().unary(op, value, node)

    def compare(
        self,
        op: str,
        left: object,
        right: object,
        node: ast.Compare,
        operands: tuple[ast.expr, ast.expr],
    ) -> object:
        """A comparison with a tensor, but `is None`."""
        symbolic = isinstance(left, Tensor) or isinstance(right, Tensor)
        if not symbolic or op in ("is", "is not", "in", "not in"):
            return super().compare(op, left, right, node, operands)
        return self.emit(f"compare {op}", [left, right])

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`x[key]` of a tensor."""
        if isinstance(value, Tensor):
            return self.emit("index", [value, key])
        if isinstance(value, Shape):
            return self.index(self.sizes(value.tensor), key, node)
        return super().index(value, key, node)

"""Tensor expressions: what they compute becomes operations of the graph."""

from __future__ import annotations

import ast
from collections.abc import Callable

from specc import catalog
from specc.diagnostics import Span, did_you_mean
from specc.expressions import STATIC_FUNCTIONS, Expression, Refusal, unparse
from specc.ir import OperationKind, Structure, Tensor, leaves, replace_tensors, tensors
from specc.passes.expand.evaluation import StaticEvaluator
from specc.passes.expand.frame import SEVERAL, Frame, Sublayer
from specc.passes.expand.ops import NeedsLayer, Site, apply_op, apply_operator
from specc.passes.expand.shapes import Shape
from specc.passes.poison import POISON, Poisoned
from specc.passes.unit import Meaning

Callee = Tensor | Sublayer
RUN_TIME_NAMES = ("training",)
RUN_TIME_FUNCTIONS = ("mask_of",)
CALLABLE = (OperationKind.LAYER, OperationKind.MODEL, OperationKind.DECLARED)
WITH_WEIGHTS = (OperationKind.LAYER, OperationKind.DECLARED)
TENSOR_FORMS = {"max": "maximum", "min": "minimum"}


class TensorEvaluator(StaticEvaluator):
    """Evaluates a tensor expression by adding operations to the frame's graph.

    `apply_layer` calls a layer on structures, `apply_definition` a definition on values;
    `capture` makes a tensor of a part that can't be Keras operations.

    Raises:
        NeedsLayer: the expression reads what only a layer can read.
    """

    def __init__(
        self,
        expression: Expression,
        frame: Frame,
        origin: Span,
        apply_layer: Callable[[Callee, list[object], dict[str, object], ast.Call], object],
        apply_definition: Callable[[Meaning, list[object], dict[str, object]], object],
        capture: Callable[[ast.expr], object],
    ) -> None:
        super().__init__(expression, frame.names, budget=frame.context.budget)
        self.frame = frame
        self.origin = origin
        self.apply_layer = apply_layer
        self.apply_definition = apply_definition
        self.capture = capture

    def result(self) -> object:
        """The expression's value. A list is a copy: `collect` may add to the one it was read from.

        Raises:
            ExpressionError: it has none.
            NeedsLayer: only a layer can compute it.
            Poisoned: what it reads has no value, and that is reported.
        """
        value = self.run()
        if isinstance(value, Shape):
            raise NeedsLayer
        if any(leaf is POISON for leaf in leaves(value)):
            return POISON
        return replace_tensors(value, lambda tensor: tensor)

    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name; `_` is the step before."""
        if name == "_":
            if self.frame.previous is SEVERAL:
                self.fail(
                    "S410", "with several inputs, the first step says which it reads", node,
                    "write the name of an input",
                )  # fmt: skip
            return self.frame.previous
        if name in RUN_TIME_NAMES and name not in self.scope:
            raise NeedsLayer
        value = super().lookup(name, node)
        if isinstance(value, Sublayer):
            self.fail("S307", f"`{name}` is a layer", node, f"call it: `{name}(…)`")
        return value

    def visit_Call(self, node: ast.Call) -> object:  # noqa: N802
        """A call of a layer takes tensors: what isn't one yet is made one."""
        callee = self.callee(node)
        if callee is None:
            return super().visit_Call(node)
        args = [self.as_tensor(argument) for argument in node.args]
        kwargs = {str(k.arg): self.as_tensor(k.value, constants=True) for k in node.keywords}
        return _sound(self.apply_layer(callee, args, kwargs, node))

    def callee(self, node: ast.Call) -> Callee | None:
        """The layer that a call applies; None if it calls a function."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        value = self.scope.get(name)
        if not isinstance(value, Tensor | Sublayer):
            return None
        if isinstance(value, Tensor):
            self._check_callable(name, value, node)
        return value

    def _check_callable(self, name: str, value: Tensor, node: ast.Call) -> None:
        kind = self.frame.builder.operation_of(value).kind
        if name in self.frame.blocks or kind not in CALLABLE:
            self.fail(
                "S307", f"`{name}` is no layer, and can't be applied again", node.func,
                "a definition that is to be shared is a model: capital, with `style:`",
            )  # fmt: skip

    def as_tensor(self, node: ast.expr, constants: bool = False) -> object:
        """The value of an argument, made a tensor of the graph if it is not one by itself."""
        mark = self.frame.builder.mark()
        try:
            value = self.visit(node)
            if constants or next(tensors(value), None) is not None:
                return value
        except NeedsLayer:
            pass
        self.frame.builder.rollback(mark)
        return self.capture(node)

    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """A definition, a static function of static values, or an operation."""
        meaning = self.frame.unit.meanings.get(name)
        if meaning is not None:
            return self.applied(meaning, args, kwargs)
        if name in self.frame.unit.python:
            raise NeedsLayer
        if any(_holds_shape(value) for value in (*args, *kwargs.values())):
            raise NeedsLayer
        symbolic = any(next(tensors(v), None) is not None for v in (*args, *kwargs.values()))
        if name in STATIC_FUNCTIONS and not symbolic:
            return super().call(name, args, kwargs, node)
        if name.startswith("random.") or name in RUN_TIME_FUNCTIONS:
            raise NeedsLayer
        op = catalog.find_op(name)
        if op is None:
            return self._no_op(name, args, kwargs, node)
        self._check_reduction(name, args, node)
        try:
            return apply_op(op, args, kwargs, self.site())
        except Refusal as refusal:
            self.refuse(refusal, node, node.args)

    def applied(self, meaning: Meaning, args: list[object], kwargs: dict[str, object]) -> object:
        """The value of a definition or a method."""
        return _sound(self.apply_definition(meaning, args, kwargs))

    def _no_op(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        if name in STATIC_FUNCTIONS:  # `zip`, `reversed` and such of lists of tensors
            return super().call(name, args, kwargs, node)
        known = [*self.scope, *self.frame.unit.meanings, *catalog.op_names(), *STATIC_FUNCTIONS]
        self.fail(
            "S306", f"there is no function `{name}` here", node.func, did_you_mean(name, known)
        )

    def _check_reduction(self, name: str, args: list[object], node: ast.Call) -> None:
        if name in TENSOR_FORMS and len(args) > 1 and next(tensors(args[1]), None) is not None:
            other = TENSOR_FORMS[name]
            self.fail("S307", f"`{name}` reduces one tensor", node.func, f"did you mean `{other}`?")

    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """An operator with a tensor on a side is an operation."""
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self._operator(op, left, right)
        if op == "+" and isinstance(left, list) and isinstance(right, list):
            return left + right
        return super().binary(op, left, right, node)

    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-x` of a tensor is an operation, `not x` an error."""
        if not isinstance(value, Tensor):
            return super().unary(op, value, node)
        if op == "not":
            self.fail("S308", "a tensor is neither true nor false", node, "write `logical_not(…)`")
        return value if op == "+" else self._operator("unary -", value)

    def truth(self, value: object, node: ast.expr) -> bool:
        """A tensor has no truth when compiling."""
        if isinstance(value, Tensor):
            self.fail(
                "S308", f"`{self.quote(node)}` is a tensor, and neither true nor false", node,
                "choose for each element with `where(condition, a, b)`; join conditions with "
                "`logical_and`, `logical_or`",
            )  # fmt: skip
        return super().truth(value, node)

    def compare(
        self,
        op: str,
        left: object,
        right: object,
        node: ast.Compare,
        operands: tuple[ast.expr, ast.expr],
    ) -> object:
        """A comparison with a tensor is an operation, but `is None`."""
        symbolic = isinstance(left, Tensor) or isinstance(right, Tensor)
        if not symbolic or op in ("is", "is not"):
            return super().compare(op, left, right, node, operands)
        if op in ("in", "not in"):
            self.fail("S308", f"`{op}` does not work on tensors", node)
        if op == "==":
            equal = catalog.find_op("equal")
            assert equal is not None  # noqa: S101 - a function of Keras
            return apply_op(equal, [left, right], {}, self.site(), written=op)
        return self._operator(op, left, right)

    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """The shape, or a weight, which only a layer can read."""
        if isinstance(value, Tensor) and name != "shape":
            if name != "dtype":
                self.check_weight(value, name, node)
            raise NeedsLayer
        return super().attribute(value, name, node)

    def visit_Attribute(self, node: ast.Attribute) -> object:  # noqa: N802
        """A weight of a sublayer can be read though the sublayer itself is no value."""
        held = self.scope.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(held, Sublayer):
            raise NeedsLayer
        return super().visit_Attribute(node)

    def check_weight(self, value: Tensor, name: str, node: ast.Attribute) -> None:
        """Refuses to read a weight of what is no layer."""
        operation = self.frame.builder.operation_of(value)
        if operation.kind not in WITH_WEIGHTS:
            self.fail(
                "S312", f"`{unparse(node.value)}` is no layer, and has no weight `{name}`", node,
                "`.shape` and `.dtype` are there for every tensor",
            )  # fmt: skip

    def unknown_size(self, node: ast.Subscript) -> object:
        """A layer can read a size at run time."""
        raise NeedsLayer

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`x[key]` of a tensor is an operation."""
        if isinstance(value, Tensor):
            # Keras's operation takes a slice in a tuple only.
            return self._operator("[]", value, (key,) if isinstance(key, slice) else key)
        return _sound(super().index(value, key, node))

    def site(self) -> Site:
        """Where the expression's operations are added."""
        return Site(self.frame.builder, self.frame.scope, self.origin)

    def _operator(self, symbol: str, *args: object) -> Structure:
        return apply_operator(symbol, args, self.site())


def _sound(value: object) -> object:
    """A value that is no poison."""
    if value is POISON:
        raise Poisoned
    return value


def _holds_shape(value: object) -> bool:
    """Whether a value is a tensor's shape, whose sizes only the run time knows, or holds one."""
    if isinstance(value, list | tuple):
        return any(map(_holds_shape, value))
    return isinstance(value, Shape)

"""The static evaluator: Python's semantics over plain values, at compile time."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import NoReturn

from specc.diagnostics import did_you_mean
from specc.expressions import operations
from specc.expressions.error import Refusal
from specc.expressions.functions import STATIC_FUNCTIONS, Function
from specc.expressions.interpreter import Budget, Interpreter
from specc.expressions.parser import Expression
from specc.expressions.values import CONTAINERS, describe, is_opaque, refuse_opaque

_READS_NO_ITEMS = frozenset({"len"})
_SIZED = (*CONTAINERS, str)


class Evaluator(Interpreter):
    """Evaluates one static expression.

    Opaque values (tensors, weights) may be passed around in lists, and asked for attributes;
    computing with one is an error. An interpreter over tensors overrides the hooks, and falls back
    to these where all values are plain.
    """

    def __init__(
        self,
        expression: Expression,
        scope: Mapping[str, object],
        functions: Mapping[str, Function] = STATIC_FUNCTIONS,
        budget: Budget | None = None,
    ) -> None:
        super().__init__(expression, budget)
        self.scope = scope
        self.functions = functions

    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name in the scope."""
        if name in self.scope:
            return self.scope[name]
        if name in self.functions:
            self.fail("S306", f"`{name}` is a function", node, f"call it: `{name}(…)`")
        mend = did_you_mean(name, [*self.scope, *self.functions])
        self.fail("S306", f"nothing here is called `{name}`", node, mend)

    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """The value of a call of a static function."""
        function = self.functions.get(name)
        if name in self.variables or name in self.scope:
            self._refuse_value(name, node)
        if function is None:
            mend = did_you_mean(name, self.functions)
            self.fail("S306", f"there is no function `{name}` here", node.func, mend)
        return self.static_call(name, function, args, kwargs, node)

    def static_call(
        self,
        name: str,
        function: Function,
        args: list[object],
        kwargs: dict[str, object],
        node: ast.Call,
    ) -> object:
        """Calls a function of plain values, paying for what goes in and comes out."""
        if name not in _READS_NO_ITEMS:
            for value in (*args, *kwargs.values()):
                if isinstance(value, CONTAINERS):
                    self.pay(value, node)
        try:
            result = function(*args, **kwargs)
        except Refusal as refusal:
            self.refuse(refusal, node, (*node.args, *(each.value for each in node.keywords)))
        except TypeError:
            self._refuse_arguments(name, function, node)
        return self.pay(result, node) if isinstance(result, CONTAINERS) else result

    def _refuse_value(self, name: str, node: ast.Call) -> NoReturn:
        mend = f"it hides the function `{name}`: rename it" if name in self.functions else ""
        message = f"`{name}` is {describe(self.visit(node.func))}, and cannot be called"
        self.fail("S307", message, node.func, mend)

    def _refuse_arguments(self, name: str, function: Function, node: ast.Call) -> NoReturn:
        parameters = inspect.signature(function).parameters.values()
        stars = ("*" * (each.kind is each.VAR_POSITIONAL) for each in parameters)
        wanted = ", ".join(
            f"{star}{each.name}" for star, each in zip(stars, parameters, strict=True)
        )
        self.fail("S307", f"`{name}` does not take these arguments", node, f"`{name}({wanted})`")

    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """`left op right` of plain values."""
        sides = node.left, node.right
        result = self.attempt(operations.binary, op, left, right, at=node, operands=sides)
        return self.pay(result, node) if isinstance(result, _SIZED) else result

    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-value`, `+value`, `not value` of a plain value."""
        if op == "not":
            return not self.truth(value, node.operand)
        return self.attempt(operations.unary, op, value, at=node, operands=(node.operand,))

    def compare(
        self,
        op: str,
        left: object,
        right: object,
        node: ast.Compare,
        operands: tuple[ast.expr, ast.expr],
    ) -> object:
        """One comparison of plain values, or of anything with None."""
        if isinstance(right, _SIZED):
            self.pay(left, node)
            self.pay(right, node)
        return self.attempt(operations.compare, op, left, right, at=node, operands=operands)

    def truth(self, value: object, node: ast.expr) -> bool:
        """Whether a plain value counts as true."""
        if is_opaque(value):
            self.attempt(refuse_opaque, value, 0, at=node, operands=(node,))
        return bool(value)

    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """An attribute of an opaque value that answers `expression_attribute`."""
        missing = f"{describe(value)} has no attribute `{name}`"
        reader = getattr(value, "expression_attribute", None) if is_opaque(value) else None
        if reader is None:
            self.fail("S312", missing, node)
        try:
            result: object = reader(name)
        except AttributeError as error:
            self.fail("S312", str(error) or missing, node)
        return result

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """An item or a slice of a plain value."""
        sides = node.value, node.slice
        result = self.attempt(operations.index, value, key, at=node, operands=sides)
        return self.pay(result, node) if isinstance(key, slice) else result


def evaluate(
    expression: Expression,
    scope: Mapping[str, object],
    functions: Mapping[str, Function] = STATIC_FUNCTIONS,
    budget: Budget | None = None,
) -> object:
    """The value of a static expression.

    Args:
        expression: What `parse` gave.
        scope: The names it may read.
        functions: The functions it may call.
        budget: The steps it may take; the expressions of a document may share one.

    Raises:
        ExpressionError: it has no value, or would cost too much.
    """
    tree = expression.tree
    if type(tree) is ast.Name and tree.id in scope:
        return scope[tree.id]  # Most are a bare name; there is nothing to evaluate.
    return Evaluator(expression, scope, functions, budget).run()

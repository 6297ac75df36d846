"""Computes an expression by walking its tree.

`Evaluator` is Python's semantics over static values. Its hooks (`lookup`, `call`, `binary`,
`unary`, `compare`, `truth`, `attribute`, `index`) are what an interpreter over tensors overrides.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from specc.diagnostics import did_you_mean
from specc.expressions import operations
from specc.expressions.error import ExpressionError, Refusal
from specc.expressions.formatting import text_from
from specc.expressions.functions import STATIC_FUNCTIONS, Function, iterate
from specc.expressions.limits import MAX_STEPS
from specc.expressions.parser import Expression
from specc.expressions.places import span_of
from specc.expressions.trees import bound_names, callee_name
from specc.expressions.values import CONTAINERS, describe, is_opaque, refuse_opaque, size

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.UAdd: "+",
    ast.USub: "-",
    ast.Not: "not",
    ast.And: "and",
    ast.Or: "or",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}

_UNBOUND = object()
"""A comprehension's variable before its loop has given it a value."""

_LONGEST_NAME = 40


class Budget:
    """The steps that evaluations may still take; one may be shared by many."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps


class Evaluator:
    """Evaluates one expression. Subclasses override hooks, or whole `visit_…` methods."""

    _visitors: dict[type[ast.AST], Callable[[Any, Any], object]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._visitors = _visitors_of(cls)

    def __init__(
        self,
        expression: Expression,
        scope: Mapping[str, object],
        functions: Mapping[str, Function] = STATIC_FUNCTIONS,
        budget: Budget | None = None,
    ) -> None:
        self.expression = expression
        self.scope = scope
        self.functions = functions
        self.budget = budget or Budget()
        self._variables: dict[str, object] = {}

    def run(self) -> object:
        """The expression's value.

        Raises:
            ExpressionError: it has none.
        """
        return self.visit(self.expression.tree)

    def visit(self, node: ast.AST) -> object:
        """The value of a part of the tree."""
        self.budget.left -= 1
        if self.budget.left < 0:
            self._refuse_steps(node)
        return self._visitors[type(node)](self, node)

    # Hooks.

    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name that no comprehension binds."""
        if name in self.scope:
            return self.scope[name]
        if name in self.functions:
            self.fail("S306", f"`{name}` is a function", node, f"call it: `{name}(…)`")
        help_ = did_you_mean(name, [*self.scope, *self.functions])
        self.fail("S306", f"nothing here is called `{name}`", node, help_)

    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """The value of a call."""
        function = self.functions.get(name)
        if name in self.scope or name in self._variables:
            message = f"`{name}` is {describe(self.visit(node.func))}, and cannot be called"
            help_ = f"it hides the function `{name}`: rename it" if function else ""
            self.fail("S307", message, node.func, help_)
        if function is None:
            help_ = did_you_mean(name, self.functions)
            self.fail("S306", f"there is no function `{name}` here", node.func, help_)
        return self.static_call(name, function, args, kwargs, node)

    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """`left op right`."""
        try:
            result = operations.binary(op, left, right)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node.left, node.right))
        return self.paid(result, node) if isinstance(result, CONTAINERS) else result

    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-value`, `+value` and `not value`."""
        if op == "not":
            return not self.truth(value, node.operand)
        try:
            return operations.unary(op, value)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node.operand,))

    def compare(self, op: str, left: object, right: object, node: ast.Compare, nth: int) -> object:
        """The `nth` comparison of a chain, from 0."""
        if isinstance(left, CONTAINERS) or isinstance(right, CONTAINERS):
            self.pay(left, node)
            self.pay(right, node)
        try:
            return operations.compare(op, left, right)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node.left, *node.comparators)[nth : nth + 2])

    def truth(self, value: object, node: ast.expr) -> bool:
        """Whether a value counts as true, where `if`, `and`, `or` and `not` ask."""
        if is_opaque(value):
            try:
                refuse_opaque(value, 0)
            except Refusal as refusal:
                self.fail_at(refusal, node, (node,))
        return bool(value)

    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """`value.name`."""
        reader = getattr(value, "expression_attribute", None) if is_opaque(value) else None
        if reader is None:
            self.fail("S312", f"{describe(value)} has no attribute `{name}`", node)
        try:
            result: object = reader(name)
        except AttributeError as error:
            message = str(error) or f"{describe(value)} has no attribute `{name}`"
            self.fail("S312", message, node)
        return result

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`value[key]`; `key` may be a slice, or a tuple that holds slices and `...`."""
        try:
            result = operations.index(value, key)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node.value, node.slice))
        return self.paid(result, node) if isinstance(key, slice) else result

    # What hooks use.

    def static_call(
        self,
        name: str,
        function: Function,
        args: list[object],
        kwargs: dict[str, object],
        node: ast.Call,
    ) -> object:
        """Calls a function of this package's kind, paying for what goes in and comes out."""
        if name != "len":
            for value in (*args, *kwargs.values()):
                if isinstance(value, CONTAINERS):
                    self.pay(value, node)
        try:
            result = function(*args, **kwargs)
        except Refusal as refusal:
            keywords = [keyword.value for keyword in node.keywords]
            self.fail_at(refusal, node, (*node.args, *keywords))
        except TypeError:
            self._refuse_arguments(name, function, node)
        return self.paid(result, node) if isinstance(result, CONTAINERS) else result

    def fail(self, code: str, message: str, node: ast.AST, help: str = "") -> NoReturn:  # noqa: A002
        """Raises an ExpressionError at a part of the tree."""
        start, end = span_of(self.expression.text, node)
        raise ExpressionError(code, message, start, end, help) from None

    def fail_at(
        self, refusal: Refusal, node: ast.AST, operands: Sequence[ast.AST] = ()
    ) -> NoReturn:
        """Raises a refusal as an ExpressionError, at the operand it speaks of or the whole node."""
        if refusal.operand is None or refusal.operand >= len(operands):
            self.fail(refusal.code, refusal.message, node, refusal.help)
        operand = operands[refusal.operand]
        message = f"`{self.written(operand)}` {refusal.message}"
        self.fail(refusal.code, message, operand, refusal.help)

    def written(self, node: ast.AST) -> str:
        """A part of the tree as the user wrote it, cut short for a message."""
        start, end = span_of(self.expression.text, node)
        text = " ".join(self.expression.text[start:end].split())
        return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"

    def pay(self, value: object, node: ast.AST) -> None:
        """Takes the cost of making or reading a value from the budget."""
        try:
            self.budget.left -= size(value)
        except Refusal as refusal:
            self.fail_at(refusal, node)
        if self.budget.left < 0:
            self._refuse_steps(node)

    def paid(self, value: object, node: ast.AST) -> object:
        """A new value, once it is paid for."""
        self.pay(value, node)
        return value

    def _refuse_steps(self, node: ast.AST) -> NoReturn:
        self.fail("S310", f"the expression takes more than {MAX_STEPS:,} steps", node)

    def _refuse_arguments(self, name: str, function: Function, node: ast.Call) -> NoReturn:
        wanted = ", ".join(
            f"*{each.name}" if each.kind is each.VAR_POSITIONAL else each.name
            for each in inspect.signature(function).parameters.values()
        )
        self.fail("S307", f"`{name}` does not take these arguments", node, f"`{name}({wanted})`")

    # One method for each kind of node.

    def visit_Name(self, node: ast.Name) -> object:  # noqa: N802
        if node.id not in self._variables:
            return self.lookup(node.id, node)
        value = self._variables[node.id]
        if value is _UNBOUND:
            self.fail("S306", f"`{node.id}` is used before its loop gives it a value", node)
        return value

    def visit_Constant(self, node: ast.Constant) -> object:  # noqa: N802
        return node.value

    def visit_BinOp(self, node: ast.BinOp) -> object:  # noqa: N802
        left = self.visit(node.left)
        return self.binary(OPERATORS[type(node.op)], left, self.visit(node.right), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> object:  # noqa: N802
        return self.unary(OPERATORS[type(node.op)], self.visit(node.operand), node)

    def visit_BoolOp(self, node: ast.BoolOp) -> object:  # noqa: N802
        decides = isinstance(node.op, ast.Or)
        for operand in node.values[:-1]:
            value = self.visit(operand)
            if self.truth(value, operand) is decides:
                return value
        return self.visit(node.values[-1])

    def visit_Compare(self, node: ast.Compare) -> object:  # noqa: N802
        left = self.visit(node.left)
        result: object = True
        for nth, (op, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if nth and not self.truth(result, node):
                return result
            right = self.visit(comparator)
            result = self.compare(OPERATORS[type(op)], left, right, node, nth)
            left = right
        return result

    def visit_IfExp(self, node: ast.IfExp) -> object:  # noqa: N802
        chosen = node.body if self.truth(self.visit(node.test), node.test) else node.orelse
        return self.visit(chosen)

    def visit_List(self, node: ast.List) -> object:  # noqa: N802
        return self.paid(list(map(self.visit, node.elts)), node)

    def visit_Tuple(self, node: ast.Tuple) -> object:  # noqa: N802
        return self.paid(tuple(map(self.visit, node.elts)), node)

    def visit_Dict(self, node: ast.Dict) -> object:  # noqa: N802
        made: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                made[self._key(key)] = self.visit(value)
        return self.paid(made, node)

    def _key(self, node: ast.expr) -> object:
        key = self.visit(node)
        try:
            operations.check_key(key, 0)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node,))
        return key

    def visit_Attribute(self, node: ast.Attribute) -> object:  # noqa: N802
        return self.attribute(self.visit(node.value), node.attr, node)

    def visit_Subscript(self, node: ast.Subscript) -> object:  # noqa: N802
        value = self.visit(node.value)
        return self.index(value, self.visit(node.slice), node)

    def visit_Slice(self, node: ast.Slice) -> object:  # noqa: N802
        bounds = (node.lower, node.upper, node.step)
        return slice(*(None if bound is None else self.visit(bound) for bound in bounds))

    def visit_Call(self, node: ast.Call) -> object:  # noqa: N802
        args = [self.visit(argument) for argument in node.args]
        kwargs = {str(keyword.arg): self.visit(keyword.value) for keyword in node.keywords}
        return self.call(callee_name(node), args, kwargs, node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> object:  # noqa: N802
        text = "".join(map(self._f_string_part, node.values))
        try:
            operations.check_length(str, len(text))
        except Refusal as refusal:
            self.fail_at(refusal, node)
        return text

    def _f_string_part(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        assert isinstance(node, ast.FormattedValue)  # noqa: S101 - the grammar knows no third
        spec = "" if node.format_spec is None else _spec(node.format_spec)
        try:
            return text_from(self.visit(node.value), spec)
        except Refusal as refusal:
            self.fail_at(refusal, node.value, (node.value,))

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> object:  # noqa: N802
        made: list[object] = []
        self._comprehend(node, lambda: made.append(self.visit(node.elt)))
        return self.paid(made, node)

    visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> object:  # noqa: N802
        made: dict[object, object] = {}

        def add() -> None:
            key = self._key(node.key)
            made[key] = self.visit(node.value)

        self._comprehend(node, add)
        return self.paid(made, node)

    def _comprehend(
        self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp, emit: Callable[[], None]
    ) -> None:
        """Runs the loops of a comprehension; only its first iterable is computed outside of it."""
        first = self._iterable(node.generators[0].iter)
        outer = self._variables
        self._variables = outer | dict.fromkeys(bound_names(node), _UNBOUND)
        try:
            self._loop(first, node.generators, emit)
        finally:
            self._variables = outer

    def _loop(
        self, items: list[object], generators: list[ast.comprehension], emit: Callable[[], None]
    ) -> None:
        generator, *inner = generators
        for item in items:
            self._bind(generator.target, item)
            if not all(self.truth(self.visit(test), test) for test in generator.ifs):
                continue
            if inner:
                self._loop(self._iterable(inner[0].iter), inner, emit)
            else:
                emit()

    def _iterable(self, node: ast.expr) -> list[object]:
        value = self.visit(node)
        try:
            return iterate(value)
        except Refusal as refusal:
            self.fail_at(refusal, node, (node,))

    def _bind(self, target: ast.expr, value: object) -> None:
        self.budget.left -= 1
        if isinstance(target, ast.Name):
            self._variables[target.id] = value
            return
        assert isinstance(target, ast.Tuple | ast.List)  # noqa: S101 - the grammar knows no third
        if not isinstance(value, list | tuple | dict | str) or len(value) != len(target.elts):
            count = f" of {len(value)}" if isinstance(value, list | tuple | dict | str) else ""
            message = f"{describe(value)}{count} does not unpack into {len(target.elts)} names"
            self.fail("S308", message, target)
        for part, item in zip(target.elts, value, strict=True):
            self._bind(part, item)


def _visitors_of(cls: type) -> dict[type[ast.AST], Callable[[Any, Any], object]]:
    names = (name for name in dir(cls) if name.startswith("visit_"))
    return {getattr(ast, name.removeprefix("visit_")): getattr(cls, name) for name in names}


Evaluator._visitors = _visitors_of(Evaluator)


def _spec(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


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
        budget: The steps it may take; a document's expressions may share one.

    Raises:
        ExpressionError: it has no value, or would cost too much.
    """
    tree = expression.tree
    if type(tree) is ast.Name and tree.id in scope:
        return scope[tree.id]  # Most are a bare name; there is nothing to evaluate.
    return Evaluator(expression, scope, functions, budget).run()

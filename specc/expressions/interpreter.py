"""Walks a tree in Python's order of evaluation; what the parts mean is left to hooks."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from specc.expressions import operations
from specc.expressions.binding import bind
from specc.expressions.error import ExpressionError, Refusal
from specc.expressions.formatting import text_from
from specc.expressions.functions import iterate
from specc.expressions.limits import MAX_STEPS
from specc.expressions.operators import OPERATORS
from specc.expressions.parser import Expression
from specc.expressions.places import span_of
from specc.expressions.trees import Comprehension, bound_names, callee_name
from specc.expressions.values import size

Result = TypeVar("Result")

_UNBOUND = object()
"""A comprehension's variable before its loop has given it a value."""

_LONGEST_QUOTE = 40


class Budget:
    """The steps that evaluations may still take; many may share one."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps


class Interpreter(ast.NodeVisitor):
    """Evaluates one expression. A subclass gives the hooks, and may override any `visit_…`."""

    _visitors: dict[type[ast.AST], Callable[[Any, Any], object]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        names = (name for name in dir(cls) if name.startswith("visit_"))
        cls._visitors = {
            getattr(ast, name.removeprefix("visit_")): getattr(cls, name)
            for name in names
            if isinstance(getattr(ast, name.removeprefix("visit_"), None), type)
        }

    def __init__(self, expression: Expression, budget: Budget | None = None) -> None:
        self.expression = expression
        self.budget = budget or Budget()
        self.variables: dict[str, object] = {}
        """What the comprehensions around the present node bind."""

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

    @abstractmethod
    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name that no comprehension binds."""

    @abstractmethod
    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """The value of a call; `name` is dotted below `random`."""

    @abstractmethod
    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """`left op right`, of `+ - * / // % ** @`."""

    @abstractmethod
    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-value`, `+value` and `not value`."""

    @abstractmethod
    def compare(
        self,
        op: str,
        left: object,
        right: object,
        node: ast.Compare,
        operands: tuple[ast.expr, ast.expr],
    ) -> object:
        """One comparison of a chain; `operands` are its two sides in the tree."""

    @abstractmethod
    def truth(self, value: object, node: ast.expr) -> bool:
        """Whether a value counts as true, where `if`, `and`, `or`, `not` and chains ask."""

    @abstractmethod
    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """`value.name`."""

    @abstractmethod
    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`value[key]`; a key may be a `slice`, or a tuple that holds slices and `...`."""

    # What hooks use.

    def attempt(
        self,
        function: Callable[..., Result],
        *args: Any,
        at: ast.AST,
        operands: Sequence[ast.AST] = (),
    ) -> Result:
        """Calls a function; where it raises a Refusal, says so at its place in the text.

        Raises:
            ExpressionError: at the operand that the refusal speaks of, or else at `at`.
        """
        try:
            return function(*args)
        except Refusal as refusal:
            self.refuse(refusal, at, operands)

    def refuse(self, refusal: Refusal, at: ast.AST, operands: Sequence[ast.AST] = ()) -> NoReturn:
        """Raises a refusal as an ExpressionError."""
        if refusal.operand is None or refusal.operand >= len(operands):
            self.fail(refusal.code, refusal.message, at, refusal.help)
        operand = operands[refusal.operand]
        message = f"`{self.quote(operand)}` {refusal.message}"
        self.fail(refusal.code, message, operand, refusal.help)

    def fail(self, code: str, message: str, at: ast.AST, mend: str = "") -> NoReturn:
        """Raises an ExpressionError at a part of the tree."""
        raise ExpressionError(code, message, *span_of(self.expression.text, at), mend) from None

    def quote(self, node: ast.AST) -> str:
        """A part of the tree as the user wrote it, cut short for a message."""
        start, end = span_of(self.expression.text, node)
        text = " ".join(self.expression.text[start:end].split())
        return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"

    def pay(self, value: Result, at: ast.AST) -> Result:
        """Takes what a value costs from the budget, and gives the value back."""
        self.budget.left -= self.attempt(size, value, at=at)
        if self.budget.left < 0:
            self._refuse_steps(at)
        return value

    def _refuse_steps(self, node: ast.AST) -> NoReturn:
        self.fail("S310", f"the expression takes more than {MAX_STEPS:,} steps", node)

    # One method for each kind of node.

    def visit_Name(self, node: ast.Name) -> object:
        """A comprehension's variable, or what `lookup` finds."""
        if node.id not in self.variables:
            return self.lookup(node.id, node)
        value = self.variables[node.id]
        if value is _UNBOUND:
            self.fail("S306", f"`{node.id}` is used before its loop gives it a value", node)
        return value

    def visit_Constant(self, node: ast.Constant) -> object:
        """The constant."""
        return node.value

    def visit_BinOp(self, node: ast.BinOp) -> object:
        """Both sides, then `binary`."""
        left = self.visit(node.left)
        return self.binary(OPERATORS[type(node.op)], left, self.visit(node.right), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> object:
        """The operand, then `unary`."""
        return self.unary(OPERATORS[type(node.op)], self.visit(node.operand), node)

    def visit_BoolOp(self, node: ast.BoolOp) -> object:
        """The first operand that decides, or the last."""
        decides = isinstance(node.op, ast.Or)
        for operand in node.values[:-1]:
            value = self.visit(operand)
            if self.truth(value, operand) is decides:
                return value
        return self.visit(node.values[-1])

    def visit_Compare(self, node: ast.Compare) -> object:
        """A chain of comparisons, up to the first that fails."""
        sides = [node.left, *node.comparators]
        left = self.visit(node.left)
        result: object = True
        for nth, op in enumerate(node.ops):
            if nth and not self.truth(result, node):
                break
            right = self.visit(sides[nth + 1])
            pair = sides[nth], sides[nth + 1]
            result = self.compare(OPERATORS[type(op)], left, right, node, pair)
            left = right
        return result

    def visit_IfExp(self, node: ast.IfExp) -> object:
        """Only the branch that is chosen."""
        chosen = node.body if self.truth(self.visit(node.test), node.test) else node.orelse
        return self.visit(chosen)

    def visit_List(self, node: ast.List) -> object:
        """A list of the values."""
        return self.pay(list(map(self.visit, node.elts)), node)

    def visit_Tuple(self, node: ast.Tuple) -> object:
        """A tuple of the values."""
        return self.pay(tuple(map(self.visit, node.elts)), node)

    def visit_Dict(self, node: ast.Dict) -> object:
        """A dict of the pairs, in order."""
        made: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:  # The grammar refuses `**`.
                made[self._key(key)] = self.visit(value)
        return self.pay(made, node)

    def _key(self, node: ast.expr) -> object:
        key = self.visit(node)
        self.attempt(operations.check_key, key, 0, at=node, operands=(node,))
        return key

    def visit_Attribute(self, node: ast.Attribute) -> object:
        """The owner, then `attribute`."""
        return self.attribute(self.visit(node.value), node.attr, node)

    def visit_Subscript(self, node: ast.Subscript) -> object:
        """The owner and the key, then `index`."""
        value = self.visit(node.value)
        return self.index(value, self.visit(node.slice), node)

    def visit_Slice(self, node: ast.Slice) -> object:
        """Python's own slice object."""
        bounds = (node.lower, node.upper, node.step)
        return slice(*(None if bound is None else self.visit(bound) for bound in bounds))

    def visit_Call(self, node: ast.Call) -> object:
        """The arguments, then `call`."""
        args = [self.visit(argument) for argument in node.args]
        kwargs = {str(keyword.arg): self.visit(keyword.value) for keyword in node.keywords}
        return self.call(callee_name(node), args, kwargs, node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> object:
        """An f-string's text."""
        text = "".join([str(self.visit(part)) for part in node.values])
        self.attempt(operations.check_length, str, len(text), at=node)
        return text

    def visit_FormattedValue(self, node: ast.FormattedValue) -> object:
        """The text of one `{…}` of an f-string."""
        value, spec = self.visit(node.value), _format_spec(node)
        return self.attempt(text_from, value, spec, at=node.value, operands=(node.value,))

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> object:
        """A list; a generator gives one too."""
        made: list[object] = []
        self._comprehend(node, lambda: made.append(self.visit(node.elt)))
        return self.pay(made, node)

    visit_GeneratorExp = visit_ListComp  # noqa: N815 - ast's protocol

    def visit_DictComp(self, node: ast.DictComp) -> object:
        """A dict."""
        made: dict[object, object] = {}

        def add() -> None:
            key = self._key(node.key)
            made[key] = self.visit(node.value)

        self._comprehend(node, add)
        return self.pay(made, node)

    def _comprehend(self, node: Comprehension, emit: Callable[[], None]) -> None:
        """Runs the loops; only the first iterable is computed outside of them, as in Python."""
        first = self._iterable(node.generators[0].iter)
        outer = self.variables
        self.variables = outer | dict.fromkeys(bound_names(node), _UNBOUND)
        try:
            self._loop(first, node.generators, emit)
        finally:
            self.variables = outer

    def _loop(
        self, items: list[Any], generators: list[ast.comprehension], emit: Callable[[], None]
    ) -> None:
        generator, *inner = generators
        for item in items:
            self.budget.left -= 1
            self.variables |= self.attempt(bind, generator.target, item, at=generator.target)
            if not all(self.truth(self.visit(test), test) for test in generator.ifs):
                continue
            if inner:
                self._loop(self._iterable(inner[0].iter), inner, emit)
            else:
                emit()

    def _iterable(self, node: ast.expr) -> list[Any]:
        return self.attempt(iterate, self.visit(node), at=node, operands=(node,))


def _format_spec(node: ast.FormattedValue) -> str:
    parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))

"""Captures an expression in one specc layer, which reads at run time what Keras operations can't.

The layer's program is the expression's own text, static values put in. Its inputs are the tensors
it reads; a weight is read from the layer behind one more of its inputs, which is found in Keras's
graph, so the layer *references* the weight and never copies it.
"""

from __future__ import annotations

import ast
import copy
import math
from dataclasses import dataclass, field, replace

from specc import catalog
from specc.diagnostics import Span, did_you_mean
from specc.expressions import Expression, ExpressionError, callee_name, free_names, parse, unparse
from specc.ir import Operation, OperationKind, Tensor, leaves
from specc.language import Block, Definition, Step
from specc.passes.expand.evaluation import StaticEvaluator
from specc.passes.expand.frame import Frame, Scope, Sublayer
from specc.passes.expand.python_calls import check_function_call
from specc.passes.expand.tensors import RUN_TIME_FUNCTIONS, RUN_TIME_NAMES, TensorEvaluator
from specc.passes.poison import POISON, Poisoned
from specc.passes.unit import Meaning

EXPRESSION_CLASS = "Expression"


@dataclass
class Program:
    """What a captured expression computes, and what it reads."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    inputs: dict[str, Tensor] = field(default_factory=dict)
    references: dict[str, Tensor] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    def input(self, tensor: Tensor, wish: str) -> str:
        """The name that stands for a tensor."""
        for name, known in self.inputs.items():
            if known == tensor:
                return name
        name = _free_name(wish, self.inputs.keys() | {name for name, _ in self.steps})
        self.inputs[name] = tensor
        return name


def _free_name(wish: str, taken: set[str]) -> str:
    base = wish if wish.isidentifier() and wish != "_" else "x"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}{count}"
    return name


class Capture:
    """Turns the expressions of one step into a program."""

    def __init__(self, evaluator: TensorEvaluator, program: Program | None = None) -> None:
        self.evaluator = evaluator
        self.frame: Frame = evaluator.frame
        self.program = program or Program()
        self.lets: dict[str, str] = {}
        self.open: list[Block] = [meaning.block for meaning in self.frame.inside]

    def let(self, name: str, expression: Expression) -> None:
        """Adds a step that gives a local its value."""
        self.evaluator.expression = expression
        tree = self.transform(expression.tree)
        taken = self.program.inputs.keys() | {step for step, _ in self.program.steps}
        local = _free_name(name or "result", taken)
        self.program.steps.append((local, unparse(tree)))
        if name:
            self.lets[name] = local

    def transform(self, node: ast.expr) -> ast.expr:
        """The expression with tensors as inputs and static values as constants."""
        if free_names(node).isdisjoint(self.lets):
            embedded = self._embedded(node)
            if embedded is not None:
                return embedded
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            self.evaluator.fail("S308", "a comprehension computes static values only", node)
        return self._rebuilt(node)

    def _embedded(self, node: ast.expr) -> ast.expr | None:
        """A static value or a tensor in place of a part that is one."""
        names = Scope(self.frame.builder.specs, {"_": self.frame.previous}, self.frame.names)
        expression = replace(self.evaluator.expression, tree=node, names=free_names(node))
        try:
            value = StaticEvaluator(expression, names).run()
        except ExpressionError:
            return None
        if any(leaf is POISON for leaf in leaves(value)):
            raise Poisoned
        if isinstance(value, Tensor):
            wish = node.id if isinstance(node, ast.Name) else "x"
            return ast.Name(self.program.input(value, wish), ast.Load())
        return self._literal(value)

    def _literal(self, value: object) -> ast.expr | None:
        """The expression that writes a value; None if none does."""
        if isinstance(value, Tensor):
            return ast.Name(self.program.input(value, "x"), ast.Load())
        if isinstance(value, list | tuple):
            items = [self._literal(item) for item in value]
            made = ast.List if isinstance(value, list) else ast.Tuple
            return None if None in items else made(items, ast.Load())  # type: ignore[arg-type]  # none is None
        if value is None or isinstance(value, bool | int | str):
            return ast.Constant(value)
        if isinstance(value, float) and math.isfinite(value):
            return ast.Constant(value)
        return None

    def _name(self, node: ast.Name) -> ast.expr:
        if node.id in self.lets:
            return ast.Name(self.lets[node.id], ast.Load())
        if node.id in RUN_TIME_NAMES:
            return ast.Name(node.id, ast.Load())
        self.evaluator.lookup(node.id, node)  # says what is wrong with it
        self.evaluator.fail("S308", f"`{node.id}` can't be used in a tensor expression", node)

    def _call(self, node: ast.Call) -> ast.expr:
        if self.evaluator.callee(node) is not None:
            return self._layer_call(node)
        name = callee_name(node)
        meaning = self.frame.unit.meanings.get(name)
        if meaning is not None:
            return self._definition(meaning, node)
        if name in self.frame.unit.python:
            return self._python(name, node)
        self._check_function(name, node)
        return self._rebuilt(node)

    def _python(self, name: str, node: ast.Call) -> ast.expr:
        """A user's function is called by a name that no other function has."""
        python = self.frame.unit.python[name]
        check_function_call(name, python, node, self.evaluator)
        known = catalog.find_op(name) is not None or name in RUN_TIME_FUNCTIONS
        alias = f"python_{name}" if known else name
        self.program.functions[alias] = str(python.reference)
        rebuilt = self._rebuilt(node)
        assert isinstance(rebuilt, ast.Call)  # noqa: S101 - of a call
        rebuilt.func = ast.Name(alias, ast.Load())
        return rebuilt

    def _layer_call(self, node: ast.Call) -> ast.expr:
        """A layer is called outside, where Keras sees it; its output is an input here."""
        value = self.evaluator.visit_Call(node)
        if not isinstance(value, Tensor):
            self.evaluator.fail("S308", "a layer with one output is expected here", node)
        return ast.Name(self.program.input(value, "x"), ast.Load())

    def _check_function(self, name: str, node: ast.Call) -> None:
        random = name.removeprefix("random.")
        known = (
            catalog.find_random(random) is not None
            if name.startswith("random.")
            else name in RUN_TIME_FUNCTIONS or catalog.find_op(name) is not None
        )
        if not known:
            names = [*catalog.op_names(), *(f"random.{each}" for each in catalog.random_names())]
            help_ = did_you_mean(name, names)
            self.evaluator.fail("S306", f"there is no function `{name}` here", node.func, help_)

    def _definition(self, meaning: Meaning, node: ast.Call) -> ast.expr:
        """Puts in the body of a definition that consists of expressions."""
        block = meaning.block
        inputs = list(block.inputs.entries) if block.inputs else ["_"]
        steps = [step for step in block.body if step.expr is not None]
        wrong = not isinstance(block, Definition) or len(steps) != len(block.body) or block.params
        if wrong or node.keywords or len(node.args) != len(inputs):
            self.evaluator.fail(
                "S311", f"`{meaning.name}` can't be called in this expression", node,
                "here a definition has inputs and expressions only, and is called by position",
            )  # fmt: skip
        self._enter(meaning, node)
        outer, self.lets = self.lets, dict(self.lets)
        for name, argument in zip(inputs, node.args, strict=True):
            self._bind_let(name, unparse(self.transform(argument)))
        for step in steps:
            self._bind_body(step)
        result = self.program.steps[-1][0]
        self.lets = outer
        self.open.pop()
        return ast.Name(result, ast.Load())

    def _enter(self, meaning: Meaning, node: ast.Call) -> None:
        """Counts the call of a definition, and refuses one that holds itself."""
        self.frame.context.spend(self.evaluator.origin)
        if meaning.block in self.open:
            self.evaluator.fail("S404", f"the definition `{meaning.name}` holds itself", node)
        self.open.append(meaning.block)

    def _bind_let(self, name: str, text: str) -> None:
        taken = self.program.inputs.keys() | {step for step, _ in self.program.steps}
        local = _free_name(name, taken)
        self.program.steps.append((local, text))
        self.lets[name] = local

    def _bind_body(self, step: Step) -> None:
        for name, code in step.expr or ():
            tree = parse(code.text).tree
            self._bind_let(str(name.value) if name else "_", unparse(self.transform(tree)))

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        value = self.frame.names.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if node.attr in ("shape", "dtype") or value is None:
            return self._rebuilt(node)
        assert isinstance(node.value, ast.Name)  # noqa: S101 - it was looked up
        alias = node.value.id
        self.program.references[alias] = self._anchor(value, node)
        return ast.Attribute(ast.Name(alias, ast.Load()), node.attr, ast.Load())

    def _anchor(self, value: object, node: ast.Attribute) -> Tensor:
        """An output of the layer whose weight is read, by which it is found."""
        index = value.index if isinstance(value, Sublayer) else None
        if isinstance(value, Tensor):
            self.evaluator.check_weight(value, node.attr, node)
            index = self.frame.builder.calls[value.call].operation
        for place, call in enumerate(self.frame.builder.calls):
            if index is not None and call.operation == index:
                return Tensor(place)
        self.evaluator.fail(
            "S411",
            f"`{unparse(node.value)}` has no weights yet: it is called on nothing so far",
            node,
        )

    def _rebuilt(self, node: ast.expr) -> ast.expr:
        """The same node with its parts transformed."""
        rebuilt = copy.copy(node)
        for name, part in ast.iter_fields(node):
            if isinstance(node, ast.Call) and name == "func":
                continue
            setattr(rebuilt, name, self._part(part))
        return rebuilt

    def _part(self, part: object) -> object:
        if isinstance(part, list):
            return [self._part(item) for item in part]
        if isinstance(part, ast.keyword):
            return ast.keyword(part.arg, self.transform(part.value))
        if isinstance(part, ast.Slice):
            return self._rebuilt(part)
        return self.transform(part) if isinstance(part, ast.expr) else part


def add_expression(program: Program, frame: Frame, name: str | None, origin: Span) -> list[Tensor]:
    """Adds the layer of a program to the graph; a tensor for each of the program's steps."""
    names = frame.builder.names
    key = (
        names.named(frame.scope, name, origin)
        if name
        else names.unnamed(frame.scope, EXPRESSION_CLASS, origin)
    )
    inputs = dict(program.inputs) or {"_": Tensor(0)}  # a constant hangs on the first input
    values = list(inputs.values())
    references: dict[str, object] = {}
    for alias, anchor in program.references.items():
        if anchor not in values:
            values.append(anchor)
        references[alias] = values.index(anchor)
    arguments: dict[str, object] = {
        "inputs": list(inputs),
        "program": [list(step) for step in program.steps],
        "references": references,
    }
    if program.functions:
        arguments["functions"] = dict(program.functions)
    operation = Operation(
        OperationKind.EXPRESSION, key, EXPRESSION_CLASS, arguments, origin,
        name=frame.builder.keras_name(key), dtype=frame.defaults.get("dtype"),
        named=name is not None,
    )  # fmt: skip
    result = frame.builder.call(frame.builder.add(operation), (values,), {}, origin)
    assert isinstance(result, Tensor)  # noqa: S101 - only models have structures
    return [Tensor(result.call, i) for i in range(len(program.steps))]

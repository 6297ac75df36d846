"""Tensor expressions as functions: parsed, held to the grammar, compiled; never `eval`ed.

The text of each step is parsed by `specc.expressions`, which allows what the language has and no
more. The tree is then rewritten so that every name in it is one of ours, and becomes a code object
whose globals hold nothing but the functions it may call.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

import keras

from specc import catalog
from specc.expressions import OPERATORS, ExpressionError, callee_name, parse
from specc.keras_backend import operators

LAYERS, TRAINING, GENERATOR, MASKS = "_layers", "training", "_generator", "_masks"
SHAPE, DTYPE, WEIGHT, MASK, RANDOM = "_shape", "_dtype", "_weight", "_mask", "_random_"
PYTHON = "_python_"

MAX_STEPS = 1_000
"""Steps of a program; a step of a spec has a handful."""

PLAIN = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Slice, ast.expr_context)
"""Nodes that mean in the function what they mean in the expression."""


@dataclass(frozen=True)
class Program:
    """A compiled program."""

    function: Any
    is_random: bool
    reads_masks: bool

    def run(
        self,
        tensors: Sequence[Any],
        layers: Mapping[str, Any],
        training: bool,
        generator: Any,
        masks: Sequence[Any],
    ) -> list[Any]:
        """The value of each step."""
        results: list[Any] = self.function(tensors, layers, training, generator, masks)
        return results


def compile_program(
    inputs: Sequence[str],
    steps: Sequence[Sequence[str]],
    references: Mapping[str, int],
    functions: Mapping[str, Any] | None = None,
) -> Program:
    """Compiles the steps of an expression.

    Args:
        inputs: The names of the first tensors.
        steps: Pairs of a name and an expression's text.
        references: The names of the layers whose weights are read.
        functions: Users' own functions, which the caller trusts, by the names that call them.

    Raises:
        ExpressionError: a text is no expression, or uses what it may not.
    """
    check_form(inputs, steps, references)
    writer = _Rewriter(inputs, set(references), functions or {})
    body: list[ast.stmt] = [_unpack(inputs)] if inputs else []
    for name, text in steps:
        tree = writer.rewrite(text)
        body.append(ast.Assign([ast.Name(_local(name), ast.Store())], tree))
        writer.locals.add(name)
    results: list[ast.expr] = [ast.Name(_local(name), ast.Load()) for name, _ in steps]
    body.append(ast.Return(ast.List(results, ast.Load())))
    return Program(_function(body, writer.functions), writer.is_random, MASK in writer.functions)


def check_form(inputs: object, steps: object, references: object) -> None:
    """Holds what a config says against the form of a program, before any text is read.

    Raises:
        ExpressionError: it is no program.
    """
    pairs = isinstance(steps, list) and all(
        isinstance(step, list) and len(step) == 2 and all(isinstance(part, str) for part in step)
        for step in steps
    )
    if not pairs or not isinstance(inputs, list) or not isinstance(references, dict):
        raise _malformed("lists of names and steps, and a mapping of references, make a program")
    names = [*inputs, *(name for name, _ in steps)]  # type: ignore[attr-defined]  # just seen
    if not 0 < len(steps) <= MAX_STEPS or len(names) != len(set(map(str, names))):  # type: ignore[arg-type]  # a list
        raise _malformed(f"a program has 1 to {MAX_STEPS:,} steps, each with a name of its own")
    for name in (*names, *references):
        if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
            raise _malformed(f"`{name}` is no name")
    if not all(type(place) is int and place >= 0 for place in references.values()):
        raise _malformed("a reference is the place of an input")


def _malformed(message: str) -> ExpressionError:
    return ExpressionError("S306", message, 0, 0)


def _local(name: str) -> str:
    """A name of the program inside the function: no name of ours can be one."""
    return f"v_{name}"


def _unpack(inputs: Sequence[str]) -> ast.stmt:
    targets: list[ast.expr] = [ast.Name(_local(name), ast.Store()) for name in inputs]
    first = ast.Subscript(
        ast.Name("_tensors", ast.Load()),
        ast.Slice(None, ast.Constant(len(inputs)), None),
        ast.Load(),
    )
    return ast.Assign([ast.Tuple(targets, ast.Store())], first)


def _function(body: list[ast.stmt], functions: dict[str, Any]) -> Any:
    names = ("_tensors", LAYERS, TRAINING, GENERATOR, MASKS)
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    definition = ast.FunctionDef("expression", arguments, body, [], None, None)
    module = ast.fix_missing_locations(ast.Module([definition], []))
    code = compile(module, "<expression>", "exec")
    inner = next(const for const in code.co_consts if isinstance(const, types.CodeType))
    return types.FunctionType(inner, {"__builtins__": {}, **functions})


class _Rewriter(ast.NodeTransformer):
    """Makes every name of a tree one of the function's own, or refuses it."""

    def __init__(self, inputs: Sequence[str], layers: set[str], own: Mapping[str, Any]) -> None:
        self.inputs = list(inputs)
        self.locals = set(inputs)
        self.layers = layers
        self.own = own
        self.functions: dict[str, Any] = {}
        self.is_random = False
        self.text = ""

    def rewrite(self, text: str) -> ast.expr:
        """The expression of a text."""
        self.text = text
        tree = ast.parse(ast.unparse(parse(text).tree), mode="eval").body  # a copy of our own
        return self.visit(tree)  # type: ignore[no-any-return]  # an expression stays one

    def _refuse(self, message: str) -> ExpressionError:
        return ExpressionError("S306", message, 0, len(self.text))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """What has no method below stays what it is, if it is plain."""
        if not isinstance(node, PLAIN):
            raise self._refuse(f"`{type(node).__name__}` can't be in a layer's expression")
        return super().generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return self._operator("binary", node.op, node.left, node.right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        return self._operator("unary", node.op, node.operand)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if len(node.ops) > 1:
            raise self._refuse("a comparison has two sides here")
        return self._operator("compare", node.ops[0], node.left, node.comparators[0])

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._operator("index", None, node.value, node.slice)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        return ast.BoolOp(node.op, [self._operator("truth", None, v) for v in node.values])

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self._operator("truth", None, node.test)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))

    def _operator(self, kind: str, op: ast.AST | None, *operands: ast.expr) -> ast.expr:
        symbol = [ast.Constant(OPERATORS[type(op)])] if op is not None else []
        arguments = [self.visit(operand) for operand in operands]
        return self._helper(f"_{kind}", getattr(operators, kind), *symbol, *arguments)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.locals:
            return ast.Name(_local(node.id), ast.Load())
        if node.id == TRAINING:
            return node
        raise self._refuse(f"nothing here is called `{node.id}`")

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr == "shape":
            return self._helper(SHAPE, _shape, self.visit(node.value))
        if node.attr == "dtype":
            return self._helper(DTYPE, _dtype, self.visit(node.value))
        if isinstance(node.value, ast.Name) and node.value.id in self.layers:
            layer = ast.Subscript(
                ast.Name(LAYERS, ast.Load()), ast.Constant(node.value.id), ast.Load()
            )
            return self._helper(WEIGHT, weight_of, layer, ast.Constant(node.attr))
        raise self._refuse(f"`{node.attr}` can't be read here")

    def _helper(self, name: str, function: Any, *args: ast.expr) -> ast.expr:
        self.functions[name] = function
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = callee_name(node)
        if name == "mask_of":
            return self._mask(node)
        args = [self.visit(argument) for argument in node.args]
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        if name.startswith("random."):
            return self._random(name.removeprefix("random."), args, keywords)
        if name == "shape":
            return self._helper(SHAPE, _shape, *args)
        if name in self.own:
            self.functions[PYTHON + name] = self.own[name]
            return ast.Call(ast.Name(PYTHON + name, ast.Load()), args, keywords)
        if catalog.find_op(name) is None:
            raise self._refuse(f"there is no function `{name}`")
        self.functions[f"_op_{name}"] = getattr(keras.ops, name)
        return ast.Call(ast.Name(f"_op_{name}", ast.Load()), args, keywords)

    def _mask(self, node: ast.Call) -> ast.expr:
        """The mask of an input; what is computed here has none."""
        found = [a.id for a in node.args if isinstance(a, ast.Name) and a.id in self.inputs]
        if len(found) != 1 or len(node.args) != 1 or node.keywords:
            raise self._refuse("`mask_of` takes the output of a layer")
        place = ast.Constant(self.inputs.index(found[0]))
        return self._helper(MASK, _mask, ast.Name(MASKS, ast.Load()), place)

    def _random(self, name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr:
        if catalog.find_random(name) is None:
            raise self._refuse(f"there is no function `random.{name}`")
        if any(argument.arg == "seed" for argument in keywords):
            raise self._refuse(f"`random.{name}` takes no `seed`: the layer has a generator")
        self.is_random = True
        self.functions[RANDOM + name] = getattr(keras.random, name)
        seed = ast.keyword("seed", ast.Name(GENERATOR, ast.Load()))
        return ast.Call(ast.Name(RANDOM + name, ast.Load()), args, [*keywords, seed])


def _shape(tensor: Any) -> Any:
    """The sizes of a tensor: numbers where they are known, tensors of one number else."""
    return keras.ops.shape(tensor)


def _dtype(tensor: Any) -> str:
    return keras.backend.standardize_dtype(tensor.dtype)  # type: ignore[no-any-return]  # a text


def _mask(masks: Sequence[Any], place: int) -> Any:
    """The mask of an input.

    Raises:
        ValueError: it has none.
    """
    if masks[place] is None:
        raise ValueError("there is no mask to read")
    return masks[place]


def weight_of(layer: Any, name: str) -> Any:
    """A weight of a layer; nothing else of it can be read.

    Raises:
        AttributeError: the layer has no such weight.
    """
    value = getattr(layer, name, None)
    if not isinstance(value, keras.Variable):
        raise AttributeError(f"the layer `{layer.name}` has no weight `{name}`")
    return keras.ops.convert_to_tensor(value)

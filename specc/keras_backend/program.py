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
from typing import Any

import keras

from specc import catalog
from specc.expressions import ExpressionError, callee_name, parse
from specc.keras_backend.private import mask_of

LAYERS, TRAINING, GENERATOR = "_layers", "training", "_generator"
SHAPE, DTYPE, WEIGHT, MASK, RANDOM = "_shape", "_dtype", "_weight", "_mask_of", "_random_"


@dataclass(frozen=True)
class Program:
    """A compiled program."""

    function: Any
    is_random: bool

    def run(
        self, tensors: Sequence[Any], layers: Mapping[str, Any], training: bool, generator: Any
    ) -> list[Any]:
        """The value of each step."""
        results: list[Any] = self.function(tensors, layers, training, generator)
        return results


def compile_program(
    inputs: Sequence[str], steps: Sequence[Sequence[str]], references: Mapping[str, int]
) -> Program:
    """Compiles the steps of an expression.

    Args:
        inputs: The names of the first tensors.
        steps: Pairs of a name and an expression's text.
        references: The names of the layers whose weights are read.

    Raises:
        ExpressionError: a text is no expression, or uses what it may not.
    """
    writer = _Rewriter(set(inputs), set(references))
    body: list[ast.stmt] = [_unpack(inputs)] if inputs else []
    for name, text in steps:
        tree = writer.rewrite(text)
        body.append(ast.Assign([ast.Name(_local(name), ast.Store())], tree))
        writer.locals.add(name)
    results: list[ast.expr] = [ast.Name(_local(name), ast.Load()) for name, _ in steps]
    body.append(ast.Return(ast.List(results, ast.Load())))
    return Program(_function(body, writer.functions), writer.is_random)


def _local(name: str) -> str:
    """A name of the program inside the function: no name of ours can be one."""
    if not name.isidentifier():
        raise ExpressionError("S306", f"`{name}` is no name", 0, 0)
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
    names = ("_tensors", LAYERS, TRAINING, GENERATOR)
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    definition = ast.FunctionDef("expression", arguments, body, [], None, None)
    module = ast.fix_missing_locations(ast.Module([definition], []))
    code = compile(module, "<expression>", "exec")
    inner = next(const for const in code.co_consts if isinstance(const, types.CodeType))
    return types.FunctionType(inner, {"__builtins__": {}, **functions})


class _Rewriter(ast.NodeTransformer):
    """Makes every name of a tree one of the function's own, or refuses it."""

    def __init__(self, inputs: set[str], layers: set[str]) -> None:
        self.locals = inputs
        self.layers = layers
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
            return self._helper(WEIGHT, _weight, layer, ast.Constant(node.attr))
        raise self._refuse(f"`{node.attr}` can't be read here")

    def _helper(self, name: str, function: Any, *args: ast.expr) -> ast.expr:
        self.functions[name] = function
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = callee_name(node)
        args = [self.visit(argument) for argument in node.args]
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        if name.startswith("random."):
            return self._random(name.removeprefix("random."), args, keywords)
        if name == "mask_of":
            return self._helper(MASK, mask_of, *args)
        if name == "shape":
            return self._helper(SHAPE, _shape, *args)
        if catalog.find_op(name) is None:
            raise self._refuse(f"there is no function `{name}`")
        self.functions[f"_op_{name}"] = getattr(keras.ops, name)
        return ast.Call(ast.Name(f"_op_{name}", ast.Load()), args, keywords)

    def _random(self, name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr:
        if catalog.find_random(name) is None:
            raise self._refuse(f"there is no function `random.{name}`")
        self.is_random = True
        self.functions[RANDOM + name] = getattr(keras.random, name)
        seed = ast.keyword("seed", ast.Name(GENERATOR, ast.Load()))
        return ast.Call(ast.Name(RANDOM + name, ast.Load()), args, [*keywords, seed])


def _shape(tensor: Any) -> Any:
    """The sizes of a tensor: numbers where they are known, tensors of one number else."""
    return keras.ops.shape(tensor)


def _dtype(tensor: Any) -> str:
    return keras.backend.standardize_dtype(tensor.dtype)  # type: ignore[no-any-return]  # a text


def _weight(layer: Any, name: str) -> Any:
    """A weight of a layer; nothing else of it can be read.

    Raises:
        AttributeError: the layer has no such weight.
    """
    value = getattr(layer, name, None)
    if not isinstance(value, keras.Variable):
        raise AttributeError(f"the layer `{layer.name}` has no weight `{name}`")
    return keras.ops.convert_to_tensor(value)

"""What an `Expression` layer gives: its program is run on specs instead of tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from specc import catalog
from specc.catalog.rules import UNKNOWN, RuleError, Specs, TensorSpec, infer_op, leaves
from specc.expressions import (
    Evaluator,
    Expression,
    ExpressionError,
    Refusal,
    parse,
)
from specc.passes.arguments import bind, written_as

Weight = Callable[[str, str], Specs]
"""The spec of a weight that a program reads, by the layer's name in it and the attribute."""


def infer_program(
    arguments: Mapping[str, object], inputs: Sequence[Specs], weight: Weight
) -> Specs:
    """The specs of a program's steps; of a single step, its spec alone.

    Args:
        arguments: The `Expression` layer's arguments.
        inputs: The specs of its inputs.
        weight: Tells the specs of weights.

    Raises:
        RuleError: Keras would refuse an operation.
    """
    names = arguments["inputs"]
    program = arguments["program"]
    assert isinstance(names, list) and isinstance(program, list)  # noqa: S101 - capture's form
    values: dict[str, object] = dict(zip(names, inputs, strict=False))
    results: list[Specs] = []
    for name, text in program:
        values[name] = _value(text, values, weight)
        results.append(_as_spec(values[name]))
    return results[0] if len(results) == 1 else tuple(results)


def _value(text: str, values: Mapping[str, object], weight: Weight) -> object:
    try:
        return _SpecEvaluator(parse(text), values, weight).run()
    except (ExpressionError, Refusal):
        return UNKNOWN


def _as_spec(value: object) -> Specs:
    if isinstance(value, bool | int):
        return TensorSpec((), "bool" if isinstance(value, bool) else "int32")
    return value if next(leaves(value), None) is not None else UNKNOWN


class _SpecEvaluator(Evaluator):
    """Evaluates a program's step; what is not known is UNKNOWN."""

    def __init__(self, expression: Expression, scope: Mapping[str, object], weight: Weight) -> None:
        super().__init__(expression, scope)
        self.weight = weight

    def visit_Attribute(self, node: ast.Attribute) -> object:  # noqa: N802 - ast's protocol
        """A shape, a dtype, or a weight of a layer."""
        if node.attr in ("shape", "dtype"):
            value = self.visit(node.value)
            if not isinstance(value, TensorSpec):
                return UNKNOWN
            if node.attr == "shape":
                return _sizes(value)
            return UNKNOWN if value.dtype is None else value.dtype
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        return self.weight(name, node.attr)

    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name; whether it trains isn't known."""
        return UNKNOWN if name == "training" else super().lookup(name, node)

    def call(
        self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """What a function of `keras.ops` or `keras.random` gives."""
        if name.startswith("random."):
            return infer_random(name.removeprefix("random."), args, kwargs)
        if name == "mask_of":
            return infer_mask(args[0])
        if name == "shape":
            return _sizes(args[0])
        op = catalog.find_op(name)
        if op is None:
            return UNKNOWN
        return _inferred(name, bind(op, args, kwargs), name)

    def binary(self, op: str, left: object, right: object, node: ast.BinOp) -> object:
        """An operator on specs; arithmetic with an unknown size is unknown."""
        if _has_spec(left) or _has_spec(right):
            return infer_operator(op, left, right)
        return super().binary(op, left, right, node)

    def unary(self, op: str, value: object, node: ast.UnaryOp) -> object:
        """`-x` of a tensor has its spec."""
        return value if isinstance(value, TensorSpec) else super().unary(op, value, node)

    def compare(
        self,
        op: str,
        left: object,
        right: object,
        node: ast.Compare,
        operands: tuple[ast.expr, ast.expr],
    ) -> object:
        """A comparison with a tensor gives a tensor of booleans."""
        if _has_spec(left) or _has_spec(right):
            return infer_operator(op, left, right)
        return super().compare(op, left, right, node, operands)

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`x[key]` of a tensor."""
        if isinstance(value, TensorSpec):
            return infer_operator("[]", value, key)
        return super().index(value, key, node)


def _has_spec(value: object) -> bool:
    return isinstance(value, TensorSpec)


SIZE = TensorSpec((), None)
"""A size that isn't known yet: when the program runs, it is a number or a tensor of one."""


def _sizes(value: object) -> object:
    """A tensor's shape; a size that isn't known stands as a scalar, since None is an index."""
    if not isinstance(value, TensorSpec) or value.shape is None:
        return UNKNOWN
    return tuple(SIZE if size is None else size for size in value.shape)


def infer_operator(symbol: str, *args: object) -> Specs:
    """What an operator of Python gives of specs and constants."""
    op = catalog.operators().get(symbol)
    return UNKNOWN if op is None else _inferred(op.name, bind(op, args, {}), written_as(symbol))


def _inferred(name: str, values: Mapping[str, object], written: str) -> Specs:
    try:
        return infer_op(name, values)
    except RuleError as error:
        raise error.of(f"`{written}`") from None


def infer_mask(value: object) -> Specs:
    """The spec of a tensor's mask."""
    shape = value.shape if isinstance(value, TensorSpec) else None
    return TensorSpec(None if shape is None else shape[:2], "bool")


def infer_random(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Specs:
    """What a function of `keras.random` gives."""
    op = catalog.find_random(name)
    name = f"random.{name}"
    return UNKNOWN if op is None else _inferred(name, bind(op, args, kwargs), name)

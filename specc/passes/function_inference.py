"""What functions and weights in the body of a declared layer give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc import catalog
from specc.catalog.rules import (
    UNKNOWN,
    Inference,
    SlotKind,
    SlotSpec,
    Specs,
    TensorSpec,
    infer_op,
)
from specc.catalog.rules.policy import policy
from specc.expressions import Refusal
from specc.ir import Operation
from specc.passes.arguments import bind
from specc.passes.program_inference import SIZE, Weight, infer_mask, infer_operator, infer_random

OPERATOR = {"binary": "", "compare": "", "unary": "unary "}
"""How the catalog writes the operators of a kind of function."""

FLOATS = ("float", "bfloat")


def infer_weight(operation: Operation, args: Sequence[Specs], dtype: object) -> Inference:
    """A weight's spec as code reads it, and its slot: of its own shape, or that of its value."""
    known = policy(dtype)
    arguments = operation.arguments
    given = arguments.get("dtype")
    if args:
        value = args[0] if isinstance(args[0], TensorSpec) else _constant(args[0])
        shape, own = value.shape, given or value.dtype
    else:
        sizes = arguments["shape"]
        shape = tuple(sizes) if isinstance(sizes, list) else None
        own = given or known.variable
    compute = known.compute if str(own).startswith(FLOATS) else own
    spec = TensorSpec(shape, str(compute) if compute is not None else None)
    if arguments.get("save") is False:
        return Inference(spec, ())
    if own is None:
        return Inference(spec, None)
    trains = bool(arguments["trainable"])
    kind = SlotKind.WEIGHT if trains else SlotKind.STATISTIC
    return Inference(spec, (SlotSpec("", shape, str(own), kind, trains),))


def _constant(value: object) -> TensorSpec:
    """The spec of a constant that is no tensor yet: a number, or lists of numbers."""
    if isinstance(value, list | tuple):
        inner = [_constant(item) for item in value]
        first = inner[0] if inner else TensorSpec((), "float32")
        if first.shape is None:
            return UNKNOWN
        kinds = {each.dtype for each in inner}
        dtype = first.dtype if len(kinds) < 2 else "float32"
        return TensorSpec((len(value), *first.shape), dtype)
    kinds_of = {bool: "bool", int: "int32", float: "float32"}
    return TensorSpec((), kinds_of.get(type(value)))


def infer_function(
    operation: Operation,
    args: Sequence[Specs],
    kwargs: Mapping[str, Specs],
    weight: Weight,
) -> Specs:
    """What a function of a layer's code gives.

    Raises:
        RuleError: Keras would refuse the call.
    """
    name = operation.class_name
    kind, _, symbol = name.partition(" ")
    if kind in OPERATOR and symbol:
        return _operator(OPERATOR[kind] + symbol, args)
    match name:
        case "weight":
            return weight("", str(operation.arguments["attribute"]))
        case "index":
            return _index(args)
        case "activation":
            return args[0]
        case "mask_of":
            return infer_mask(args[0])
        case "shape" | "dtype" | "python":
            return UNKNOWN
    if name.startswith("random."):
        return infer_random(name.removeprefix("random."), args, kwargs)
    return _op(name, args, kwargs)


def _operator(symbol: str, args: Sequence[Specs]) -> Specs:
    """An operator; arithmetic with a size that only the run time knows gives such a size."""
    if all(arg is SIZE or isinstance(arg, int) for arg in args):
        return SIZE
    return infer_operator(symbol, *args)


def _index(args: Sequence[Specs]) -> Specs:
    value, key = args
    if value is UNKNOWN and isinstance(key, int):  # of a shape, above all
        return SIZE
    return infer_operator("[]", value, (key,) if isinstance(key, slice) else key)


def _op(name: str, args: Sequence[Specs], kwargs: Mapping[str, Specs]) -> Specs:
    op = catalog.find_op(name)
    if op is None:
        return UNKNOWN
    try:
        values = bind(op, args, kwargs)
    except Refusal:
        return UNKNOWN
    if isinstance(values.get("dtype"), TensorSpec):  # which one, only the run time knows
        return UNKNOWN
    return infer_op(name, values)

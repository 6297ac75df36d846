"""Operations of a graph as calls of `keras.ops`, or as Python's operators."""

from __future__ import annotations

from collections.abc import Callable

from specc import catalog
from specc.catalog import Op
from specc.codegen.nodes import (
    BINDING,
    Atom,
    Brackets,
    Infix,
    Item,
    Literal,
    Node,
    Postfix,
    call,
    constant,
    listed,
    mapped,
    tupled,
)
from specc.codegen.objects import Written
from specc.codegen.printing import flat
from specc.codegen.problems import Refused
from specc.ir import Call, Operation, Structure, Tensor, tensors

Read = Callable[[Tensor], Node]
"""The variable that holds a tensor."""

COMPARED = "=="
"""Symbolic tensors have no `==` of their own."""


def structure(value: Structure, read: Read, label: str = "") -> Node:
    """A structure of tensors and constants; with a label, its numbers may be parameters."""
    match value:
        case Written():
            return value.node
        case Tensor():
            return read(value)
        case list():
            return listed([structure(item, read, label) for item in value])
        case tuple():
            return tupled([structure(item, read, label) for item in value])
        case dict():
            return mapped({key: structure(item, read, label) for key, item in value.items()})
        case slice():
            parts = (value.start, value.stop, value.step)
            return call("slice", *(structure(part, read) for part in parts))
    negative = isinstance(value, int | float) and value < 0
    node = Atom(constant(value), BINDING["unary -"] if negative else 100)
    return Literal(node, label) if label and type(value) in (int, float) else node


def operation_code(operation: Operation, made: Call, read: Read) -> Node:
    """The code of an operation in a functional model."""
    args = made.args
    if operation.written == "x[…]":
        return indexed(structure(args[0], read), args[1], read)
    if operation.written == "-x":
        return Infix("unary -", (structure(args[0], read),))
    if operation.written in BINDING and operation.written != COMPARED:
        return Infix(operation.written, tuple(structure(each, read) for each in args))
    op = _function(operation)
    assert op.operation is not None  # noqa: S101 - it was made of one
    values: dict[str, object] = {
        argument: operation.arguments[name]
        for name, argument in op.operation.constructor.items()
        if name in operation.arguments
    }
    variadic: list[object] = []
    for place, argument in enumerate(op.operation.call):
        if argument.startswith("*"):
            variadic = list(args[place:])
        elif place < len(args):
            values[argument] = args[place]
    values |= {
        op.operation.call_keywords[key]: value
        for key, value in made.kwargs.items()
        if key in op.operation.call_keywords
    }
    return function_call(f"ops.{op.name}", op, variadic, values, read)


def _function(operation: Operation) -> Op:
    symbols = catalog.operators()
    op = symbols.get(operation.written) or catalog.find_op(operation.written)
    if op is None:
        raise Refused(f"`{operation.written}` has no function in `keras.ops`")
    return op


def function_call(
    path: str, op: Op, variadic: list[object], values: dict[str, object], read: Read
) -> Node:
    """A function's call: tensors by position, what differs from defaults by name."""
    items: list[Item] = []
    by_position = True
    for parameter in op.parameters:
        if parameter.variadic == "*":
            items += [Item("", structure(value, read)) for value in variadic]
            continue
        if parameter.name not in values:
            by_position = False
            continue
        value = values[parameter.name]
        is_tensor = next(tensors(value), None) is not None
        if not is_tensor and not parameter.required and _is_default(value, parameter.default):
            by_position = False
            continue
        takes_tensor = is_tensor or parameter.name in op.tensors
        by_position = by_position and (parameter.required or takes_tensor)
        prefix = "" if by_position else f"{parameter.name}="
        items.append(Item(prefix, structure(value, read)))
    return Brackets(Atom(path), "(", tuple(items), ")")


def _is_default(value: object, default: object) -> bool:
    if value == "channels_last" and default is None:
        return True
    return type(value) is type(default) and value == default


def indexed(value: Node, key: Structure, read: Read) -> Node:
    """`x[key]`."""
    parts = key if isinstance(key, tuple) else (key,)
    inside = ", ".join(_subscript(part, read) for part in parts)
    single = isinstance(key, tuple) and len(key) == 1  # which Keras's operation keeps
    return Postfix(value, f"[{inside},]" if single else f"[{inside or '()'}]")


def _subscript(part: Structure, read: Read) -> str:
    if not isinstance(part, slice):
        return flat(structure(part, read))

    def bound(value: object) -> str:
        return "" if value is None else flat(structure(value, read))

    text = f"{bound(part.start)}:{bound(part.stop)}"
    return text if part.step is None else f"{text}:{bound(part.step)}"


__all__ = ["Literal", "Read", "function_call", "indexed", "operation_code", "structure"]

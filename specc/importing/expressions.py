"""Calls of Keras operations become tensor expressions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

from specc import catalog
from specc.catalog import Op
from specc.importing.objects import same
from specc.importing.parts import Application, Constant, ImportedLayer, Plain, Ref, Structure
from specc.importing.texts import renamed

Write = Callable[[Ref], str]
"""What an expression calls an output."""

BINARY = ("+", "-", "*", "/", "//", "%", "**", "@", "<", "<=", ">", ">=", "==", "!=", "&", "|", "^")
UNARY = {"unary -": "-", "~": "~"}


class NoText(Exception):  # noqa: N818 - says why there is no expression
    """What an expression can't say."""


@cache
def _by_class() -> dict[tuple[str, str], Op]:
    made: dict[tuple[str, str], Op] = {}
    for name in catalog.op_names():
        op = catalog.find_op(name)
        if op is not None and op.operation is not None:
            made.setdefault((op.operation.module, op.operation.class_name), op)
    return made


@cache
def _symbols() -> dict[str, str]:
    return {
        op.operation.class_name: symbol
        for symbol, op in catalog.operators().items()
        if op.operation is not None
    }


def find_operation(layer: ImportedLayer) -> Op | None:
    """The function that makes the operation; None if it is a layer, or none of Keras's."""
    return _by_class().get((layer.module, layer.class_name))


def functions_of(layer: ImportedLayer) -> frozenset[str]:
    """The functions that an expression for it will call; none for operators."""
    op = find_operation(layer)
    if op is None or (layer.class_name in _symbols() and layer.class_name != "Absolute"):
        return frozenset()
    return frozenset({op.name})


def operation_text(layer: ImportedLayer, op: Op, call: Application, write: Write) -> str:
    """The expression of one call of an operation.

    Raises:
        NoText: an argument has no form in expressions.
    """
    written = _operator(layer, call, write)
    if written is not None:
        return written
    values = _arguments(layer, op, call)
    parts: list[str] = []
    named = False
    for parameter in op.parameters:
        if parameter.name not in values:
            named = True
            continue
        value = values[parameter.name]
        if parameter.variadic == "*":
            parts += [_argument_text(item, write) for item in _items(value)]
        elif not parameter.required and _is_default(value, parameter.default):
            named = True
        elif named or not parameter.required:
            parts.append(f"{parameter.name}={_argument_text(value, write)}")
        else:
            parts.append(_argument_text(value, write))
    return f"{op.name}({', '.join(parts)})"


def _operator(layer: ImportedLayer, call: Application, write: Write) -> str | None:
    symbol = _symbols().get(layer.class_name)
    if symbol is None or call.kwargs or len(layer.config.keys() - {"name", "dtype"}) > 0:
        return None
    args = call.args
    if symbol == "[]" and len(args) == 2 and isinstance(args[0], Ref):
        return f"{write(args[0])}[{_index(args[1], write)}]"
    if symbol in UNARY and len(args) == 1 and isinstance(args[0], Ref):
        return f"{UNARY[symbol]}{write(args[0])}"
    if symbol in BINARY and len(args) == 2:
        left, right = (operand_text(each, write) for each in args)
        return f"{left} {symbol} {right}"
    return None


def _argument_text(value: Structure, write: Write) -> str:
    return operand_text(value, write) if isinstance(value, Constant) else text_of(value, write)


def operand_text(value: Structure, write: Write) -> str:
    """A structure as an operand: negative numbers in brackets, and lists as the arrays they are.

    Raises:
        NoText: there is no such form.
    """
    text = text_of(value, write)
    if isinstance(value, Constant):
        dtype = f', dtype="{value.dtype}"' if value.dtype not in ("", "float32") else ""
        return f"array({text}{dtype})"
    negative = isinstance(value, int | float) and text.startswith("-")
    return f"({text})" if negative else text


def _arguments(layer: ImportedLayer, op: Op, call: Application) -> dict[str, Structure]:
    made = op.operation
    assert made is not None  # noqa: S101 - found by its operation
    values: dict[str, Structure] = {
        made.constructor[name]: value
        for name, value in layer.config.items()
        if name in made.constructor
    }
    rest = list(call.args)
    for place in made.call:
        if place.startswith("*"):
            values[place[1:]] = rest
            rest = []
        elif rest:
            values[place] = rest.pop(0)
    if rest:
        raise NoText(f"a call of `{op.name}` with {len(call.args)} arguments")
    for name, value in call.kwargs.items():
        target = made.call_keywords.get(name, name)
        if op.parameter(target) is None:
            raise NoText(f"`{name}` in a call of `{op.name}`")
        values[target] = value
    return values


def _items(value: Structure) -> list[Structure]:
    value = value.values if isinstance(value, Constant) else value
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_default(value: Structure, default: object) -> bool:
    return not isinstance(value, Ref) and same(value, default)


def _index(key: Structure, write: Write) -> str:
    if isinstance(key, list | tuple) and key:
        return ", ".join(_index_part(part, write) for part in key) + ("," if len(key) == 1 else "")
    return _index_part(key, write)


def _index_part(part: Structure, write: Write) -> str:
    if part is ...:
        return "..."
    if isinstance(part, slice):
        start, stop, step = (
            "" if each is None else text_of(each, write)
            for each in (part.start, part.stop, part.step)
        )
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return text_of(part, write)


def text_of(value: Structure, write: Write) -> str:
    """A structure as an expression has it.

    Raises:
        NoText: there is no such form.
    """
    match value:
        case Ref():
            return write(value)
        case Constant():
            return text_of(value.values, write)
        case None | bool() | int() | str():
            return repr(value) if not isinstance(value, str) else _quoted(value)
        case float():
            return _float(value)
        case list() | tuple():
            return f"[{', '.join(text_of(item, write) for item in value)}]"
        case Mapping():
            parts = [f"{_quoted(str(k))}: {text_of(v, write)}" for k, v in value.items()]
            return f"{{{', '.join(parts)}}}"
    raise NoText(f"a {type(value).__name__}")


def _float(value: float) -> str:
    if math.isnan(value):
        raise NoText("a constant that is no number")
    return repr(value).replace("inf", "1e999")  # a literal above all floats, as Python reads it


def _quoted(text: str) -> str:
    if any(not char.isprintable() for char in text):
        raise NoText("a text with control characters")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def expression_steps(layer: ImportedLayer, call: Application, write: Write) -> Plain:
    """What specc's own layer computes, as an `expr` has it.

    Raises:
        NoText: its config isn't as specc writes it.
    """
    config = layer.config
    inputs, program = config.get("inputs"), config.get("program")
    references = config.get("references") or {}
    read = call.args[0] if call.args else None
    tensors = list(read) if isinstance(read, list | tuple) else [read]
    try:
        check_program(inputs, program, references, len(tensors))
    except TypeError as problem:
        raise NoText("an expression") from problem
    names = {name: write(tensor) for name, tensor in zip(inputs, tensors, strict=False)}  # type: ignore[call-overload]  # just checked
    places = references.items()  # type: ignore[attr-defined]  # just checked
    names |= {name: write(tensors[place]) for name, place in places}
    steps = {name: renamed(text, names) for name, text in program}  # type: ignore[attr-defined]  # just checked
    return next(iter(steps.values())) if len(steps) == 1 else steps


def check_program(inputs: Plain, program: Plain, references: Plain, count: int) -> None:
    """Holds what a config says against the form of an expression.

    Raises:
        TypeError: it isn't of this form.
    """
    named = isinstance(inputs, list) and all(isinstance(each, str) for each in inputs)
    pairs = isinstance(program, list) and all(
        isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
        for each in program
    )
    placed = isinstance(references, Mapping) and all(
        type(place) is int and 0 <= place < count for place in references.values()
    )
    if not named or not pairs or not placed or not program:
        raise TypeError("an expression is a list of names and texts")


def structure_of(value: Structure, write: Write) -> Plain:
    """A structure as `in`, `args` and `outputs` have it: texts are expressions, the rest plain.

    Raises:
        NoText: a constant has no form there.
    """
    match value:
        case Ref():
            return write(value)
        case Constant():
            return value.values
        case None | bool() | int() | float():
            return value
        case str():
            return _quoted(value)
        case list() | tuple():
            return [structure_of(item, write) for item in value]
        case Mapping():
            return {str(key): structure_of(item, write) for key, item in value.items()}
    raise NoText(f"a {type(value).__name__}")

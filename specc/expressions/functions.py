"""The static functions. Those that give iterators in Python give lists here."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any

from specc.expressions.error import Refusal
from specc.expressions.formatting import text_from
from specc.expressions.limits import MAX_DIGITS, MAX_ROUND_DIGITS
from specc.expressions.operations import binary, bounded, check_length, compare
from specc.expressions.values import describe, is_number, refuse_opaque


def iterate(value: object, operand: int = 0) -> list[Any]:
    """What a loop over a value visits: items, characters, keys.

    Raises:
        Refusal: it cannot be looped over.
    """
    if isinstance(value, list | tuple | dict | str):
        return list(value)
    refuse_opaque(value, operand)
    message = f"is {describe(value)}, which cannot be looped over"
    help_ = "write `range(…)`" if isinstance(value, int) else ""
    raise Refusal("S308", message, help_, operand)


def _integer(value: object, operand: int) -> int:
    if isinstance(value, int):
        return value
    refuse_opaque(value, operand)
    raise Refusal("S308", f"is {describe(value)}, and an integer is wanted", operand=operand)


def range_(*bounds: object) -> list[int]:
    """`range(stop)`, `range(start, stop)`, `range(start, stop, step)`."""
    if not 1 <= len(bounds) <= 3:
        raise Refusal("S307", f"`range` takes 1 to 3 arguments, not {len(bounds)}")
    numbers = [_integer(bound, operand) for operand, bound in enumerate(bounds)]
    if len(numbers) == 3 and numbers[2] == 0:
        raise Refusal("S309", "the step of `range` cannot be zero")
    made = range(*numbers)
    check_length(
        list, (made.stop - made.start + made.step - (1 if made.step > 0 else -1)) // made.step
    )
    return list(made)


def len_(value: object, /) -> int:
    """`len(value)`."""
    if isinstance(value, list | tuple | dict | str):
        return len(value)
    refuse_opaque(value, 0)
    raise Refusal("S308", f"is {describe(value)}, which has no length", operand=0)


def min_(*values: object) -> object:
    """`min(list)` or `min(a, b, …)`."""
    return _extreme("min", "<", values)


def max_(*values: object) -> object:
    """`max(list)` or `max(a, b, …)`."""
    return _extreme("max", ">", values)


def _extreme(name: str, op: str, values: tuple[object, ...]) -> object:
    if not values:
        raise Refusal("S307", f"`{name}` takes a list, or two values or more")
    items = iterate(values[0]) if len(values) == 1 else list(values)
    if not items:
        raise Refusal("S309", f"`{name}` of an empty list")
    best = items[0]
    for position, item in enumerate(items):
        if len(values) > 1:
            refuse_opaque(item, position)
        if compare(op, item, best):
            best = item
    return best


def sum_(values: object, /, start: object = 0) -> object:
    """`sum(list)`, `sum(list, start)` of numbers: plain additions from the left.

    Newer versions of Python add floats by another method; a spec gives the same on all of them.
    """
    total = start
    for item in [start, *iterate(values)]:
        if not is_number(item):
            refuse_opaque(item, 0)
            raise Refusal("S308", f"`sum` adds numbers, not {describe(item)}")
    for item in iterate(values):
        total = binary("+", total, item)
    return total


def abs_(value: object, /) -> object:
    """`abs(number)`."""
    if is_number(value):
        return abs(value)
    refuse_opaque(value, 0)
    raise Refusal("S308", f"is {describe(value)}, and a number is wanted", operand=0)


def round_(number: object, ndigits: object = None) -> object:
    """`round(number)`, `round(number, ndigits)`."""
    if not is_number(number):
        refuse_opaque(number, 0)
        raise Refusal("S308", f"is {describe(number)}, and a number is wanted", operand=0)
    digits = None if ndigits is None else _integer(ndigits, 1)
    if digits is not None and abs(digits) > MAX_ROUND_DIGITS:
        raise Refusal("S310", f"is more than {MAX_ROUND_DIGITS} digits", operand=1)
    try:
        return bounded(round(number, digits))
    except (ValueError, OverflowError):
        raise Refusal("S309", "has no nearest integer", operand=0) from None


def int_(value: object = 0, /) -> object:
    """`int(number or text)`."""
    return _number_from(int, value)


def float_(value: object = 0.0, /) -> object:
    """`float(number or text)`."""
    return _number_from(float, value)


def _number_from(kind: type[int] | type[float], value: object) -> object:
    if not isinstance(value, int | float | str):
        refuse_opaque(value, 0)
        raise Refusal("S308", f"is {describe(value)}, and a number or text is wanted", operand=0)
    if isinstance(value, str) and len(value) > MAX_DIGITS:
        raise Refusal("S310", f"has more than {MAX_DIGITS:,} digits", operand=0)
    try:
        return bounded(kind(value))
    except (ValueError, OverflowError):
        wanted = "integer" if kind is int else "number"
        raise Refusal("S309", f"is no {wanted}", operand=0) from None


def str_(value: object = "", /) -> str:
    """`str(scalar)`."""
    return text_from(value)


def enumerate_(values: object, start: object = 0) -> list[tuple[int, object]]:
    """`enumerate(list)`, `enumerate(list, start)`."""
    return list(enumerate(iterate(values), _integer(start, 1)))


def zip_(*lists: object, strict: object = False) -> list[tuple[object, ...]]:
    """`zip(a, b, …)`; with `strict=True` lists of different lengths are an error."""
    columns = [iterate(each, operand) for operand, each in builtins.enumerate(lists)]
    if strict and len(set(map(len, columns))) > 1:
        lengths = ", ".join(str(len(column)) for column in columns)
        raise Refusal("S309", f"the lists have different lengths: {lengths}")
    return list(zip(*columns, strict=False))


def reversed_(values: object, /) -> list[object]:
    """`reversed(list)`."""
    return iterate(values)[::-1]


def items_(mapping: object, /) -> list[tuple[object, object]]:
    """`items(mapping)`: the pairs of key and value."""
    if isinstance(mapping, dict):
        return list(mapping.items())
    refuse_opaque(mapping, 0)
    raise Refusal("S308", f"is {describe(mapping)}, and a mapping is wanted", operand=0)


Function = Callable[..., object]

STATIC_FUNCTIONS: Mapping[str, Function] = {
    "range": range_,
    "len": len_,
    "min": min_,
    "max": max_,
    "sum": sum_,
    "abs": abs_,
    "round": round_,
    "int": int_,
    "float": float_,
    "str": str_,
    "enumerate": enumerate_,
    "zip": zip_,
    "reversed": reversed_,
    "items": items_,
}

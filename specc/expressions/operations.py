"""Python's operators on plain values, bounded.

Results are Python's own. What Python would compute for minutes, or in gigabytes, is refused before
it starts.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from specc.diagnostics import did_you_mean
from specc.expressions.error import Refusal
from specc.expressions.limits import MAX_INTEGER_BITS, MAX_ITEMS, MAX_TEXT
from specc.expressions.values import describe, is_number, is_opaque, refuse_opaque

_NUMERIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}

_SEQUENCES = (str, list, tuple)


def binary(op: str, left: object, right: object) -> object:
    """`left op right`, of `+ - * / // % ** @`.

    Raises:
        Refusal: the types don't fit, or there is no result, or it would be too large.
    """
    if is_number(left) and is_number(right) and op in _NUMERIC:
        return _arithmetic(op, left, right)
    _refuse_tensors(left, right)
    if op == "+":
        return _join(left, right)
    if op == "*":
        return _repeat(left, right)
    raise _unfit(op, left, right)


def _arithmetic(op: str, left: int | float, right: int | float) -> object:
    if op == "**" and isinstance(left, int) and isinstance(right, int):
        _check_power(left, right)
    try:
        result = _NUMERIC[op](left, right)
    except ZeroDivisionError:
        raise Refusal("S309", "division by zero") from None
    except OverflowError:
        raise Refusal("S309", "the result is too large for a floating-point number") from None
    if isinstance(result, complex):
        raise Refusal("S309", "the result is a complex number")
    return bounded(result)


def _check_power(base: int, exponent: int) -> None:
    # The fewest bits that the power can have; it has at most twice as many.
    if (base.bit_length() - 1) * exponent > MAX_INTEGER_BITS:
        raise too_large()


def bounded(value: object) -> object:
    """An integer as it came, unless it is too large.

    Raises:
        Refusal: it is.
    """
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        raise too_large()
    return value


def too_large() -> Refusal:
    """The refusal of a result beyond `MAX_INTEGER_BITS`."""
    return Refusal("S310", f"the result has more than {MAX_INTEGER_BITS:,} bits")


def check_length(kind: type, length: int) -> None:
    """Refuses a text or list that would be too long, before it is made.

    Raises:
        Refusal: it would be.
    """
    if kind is str and length > MAX_TEXT:
        raise Refusal("S310", f"the text would have {_count(length)} characters")
    if length > MAX_ITEMS:
        raise Refusal("S310", f"the list would have {_count(length)} items")


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**15 else "more than 10**15"


def _join(left: object, right: object) -> object:
    for kind in _SEQUENCES:
        if isinstance(left, kind) and isinstance(right, kind):
            check_length(kind, len(left) + len(right))
            return left + right  # type: ignore[operator]  # both are of one kind
    raise _unfit("+", left, right)


def _repeat(left: object, right: object) -> object:
    times, repeated = (left, right) if isinstance(left, int) else (right, left)
    if not isinstance(times, int) or not isinstance(repeated, _SEQUENCES):
        raise _unfit("*", left, right)
    kind = next(each for each in _SEQUENCES if isinstance(repeated, each))
    check_length(kind, len(repeated) * max(times, 0))
    return repeated * max(times, 0)


_VERBS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "raise"}


def _unfit(op: str, left: object, right: object) -> Refusal:
    kinds = f"{describe(left)} and {describe(right)}"
    if op == "@":
        return Refusal("S308", f"`@` multiplies tensors, not {kinds}")
    if op == "%" and isinstance(left, str):
        return Refusal("S308", "`%` does not format text", 'write an f-string: `f"block{i}"`')
    if op == "+" and isinstance(left, str) != isinstance(right, str):
        return Refusal("S308", f"`+` cannot join {kinds}", 'write an f-string: `f"block{i}"`')
    if op == "+" and {type(left), type(right)} == {list, tuple}:
        return Refusal("S308", f"`+` cannot join {kinds}", "write both in `[…]`")
    return Refusal("S308", f"`{op}` does not work on {kinds}")


def unary(op: str, value: object) -> object:
    """`-value` and `+value`.

    Raises:
        Refusal: it is no number.
    """
    if is_number(value):
        return -value if op == "-" else +value
    refuse_opaque(value, 0)
    raise Refusal("S308", f"`{op}` does not work on {describe(value)}")


def compare(op: str, left: object, right: object) -> object:
    """`left op right`, of `== != < <= > >= in`, `not in`, `is` and `is not` (with None).

    Raises:
        Refusal: the types have no such comparison, or a tensor is compared.
    """
    if op == "is":
        return left is right
    if op == "is not":
        return left is not right
    _refuse_tensors(left, right)
    try:
        return _COMPARISONS[op](left, right)
    except TypeError:
        if op in ("in", "not in"):
            message = f"`{op}` cannot look for {describe(left)} in {describe(right)}"
        else:
            message = f"`{op}` cannot compare {describe(left)} with {describe(right)}"
        raise Refusal("S308", message) from None


def _refuse_tensors(left: object, right: object) -> None:
    if not (is_number(left) or isinstance(left, str)):
        refuse_opaque(left, 0)
    if not (is_number(right) or isinstance(right, str)):
        refuse_opaque(right, 1)


def index(value: object, key: object) -> object:
    """`value[key]`; a `slice` is a key too.

    Raises:
        Refusal: there is no such item.
    """
    if isinstance(value, dict):
        return _mapping_item(value, key)
    if not isinstance(value, _SEQUENCES):
        if is_opaque(value):
            refuse_opaque(value, 0)
        raise Refusal("S308", f"is {describe(value)}, which has no items", operand=0)
    if not isinstance(key, int | slice):
        refuse_opaque(key, 1)
        raise Refusal("S308", f"is {describe(key)}, and the items are numbered", operand=1)
    return _sequence_item(value, key)


def _sequence_item(value: Any, key: int | slice) -> object:
    try:
        return value[key]
    except IndexError:
        count = f"{len(value)} item{'' if len(value) == 1 else 's'}"
        raise Refusal("S309", f"has {count}, and no index {_short(key)}", operand=0) from None
    except TypeError:
        raise Refusal("S308", "the bounds of a slice are integers") from None
    except ValueError:
        raise Refusal("S309", "the step of a slice cannot be zero") from None


def _mapping_item(value: dict[object, object], key: object) -> object:
    check_key(key, 1)
    try:
        return value[key]
    except KeyError:
        texts = [known for known in value if isinstance(known, str)]
        help_ = did_you_mean(key, texts) if isinstance(key, str) else ""
        raise Refusal("S309", f"has no key {_short(key)}", help_, operand=0) from None


def check_key(key: object, operand: int | None = None) -> None:
    """Refuses what cannot be the key of a mapping.

    Raises:
        Refusal: it is a container (other than a tuple of keys) or opaque.
    """
    if isinstance(key, tuple):
        for part in key:
            check_key(part, operand)
    elif isinstance(key, list | dict | slice):
        raise Refusal("S308", f"a key cannot be {describe(key)}")
    elif operand is not None:
        refuse_opaque(key, operand)


def _short(key: object) -> str:
    text = f"`{key}`"
    return text if len(text) <= 60 else f"{text[:59]}…`"

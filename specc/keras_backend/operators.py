"""Python's operators in expressions: Keras operations on tensors, bounded on plain values.

So an expression means the same whether it becomes operations of the graph or a layer: Keras's
operations promote dtypes, a backend's own operators may not.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import keras

from specc import catalog
from specc.expressions import Refusal, operations


def binary(symbol: str, left: Any, right: Any) -> Any:
    """`left symbol right`.

    Raises:
        Refusal: they are plain values that don't go together, or give too large a result.
    """
    if is_tensor(left) or is_tensor(right):
        return operation(symbol)(left, right)
    return operations.binary(symbol, left, right)


def compare(symbol: str, left: Any, right: Any) -> Any:
    """`left symbol right`, of one comparison.

    Raises:
        Refusal: they can't be compared.
    """
    if symbol in catalog.operators() and (is_tensor(left) or is_tensor(right)):
        return operation(symbol)(left, right)
    return operations.compare(symbol, left, right)


def unary(symbol: str, value: Any) -> Any:
    """`-value`, `+value` or `not value`.

    Raises:
        Refusal: there is no such value.
    """
    if symbol == "not":
        return not truth(value)
    if is_tensor(value):
        return operation("unary -")(value) if symbol == "-" else value
    return operations.unary(symbol, value)


def truth(value: Any) -> Any:
    """A value that decides something.

    Raises:
        Refusal: it is a tensor, of which there may be many values.
    """
    if is_tensor(value):
        raise Refusal("S308", "a tensor is neither true nor false", "write `where(…)`")
    return value


def index(value: Any, key: Any) -> Any:
    """`value[key]`.

    Raises:
        Refusal: there is no such item.
    """
    return value[key] if is_tensor(value) else operations.index(value, key)


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor of the backend or of a graph, or a variable."""
    return keras.ops.is_tensor(value) or isinstance(value, keras.KerasTensor | keras.Variable)


@cache
def operation(symbol: str) -> Any:
    """The function of Keras that an operator stands for."""
    return getattr(keras.ops, catalog.operators()[symbol].name)

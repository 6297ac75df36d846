"""What loop variables are bound to: `x`, `i, (a, b)`."""

from __future__ import annotations

import ast
from typing import Any

from specc.expressions.error import Refusal
from specc.expressions.functions import iterate
from specc.expressions.values import describe, is_opaque


def target_names(target: ast.expr) -> list[str]:
    """The names of a loop's target, from left to right."""
    if isinstance(target, ast.Name):
        return [target.id]
    return [name for part in _parts(target) for name in target_names(part)]


def bind(target: ast.expr, value: object) -> dict[str, Any]:
    """The names of a target with the values that one round gives them.

    Raises:
        Refusal: the value does not unpack into the target.
    """
    if isinstance(target, ast.Name):
        return {target.id: value}
    parts = _parts(target)
    items = _unpack(value, len(parts))
    bound: dict[str, Any] = {}
    for part, item in zip(parts, items, strict=True):
        bound |= bind(part, item)
    return bound


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else []


def _unpack(value: object, wanted: int) -> list[Any]:
    if is_opaque(value) or isinstance(value, int | float | None):
        raise Refusal("S308", f"{describe(value)} does not unpack into {wanted} names")
    items = iterate(value)
    if len(items) != wanted:
        raise Refusal("S308", f"{describe(value)} of {len(items)} does not unpack into {wanted}")
    return items

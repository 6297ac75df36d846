"""Questions about trees, and substitution: what a pass needs besides values."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from specc.expressions.error import ExpressionError
from specc.expressions.grammar import GENERATOR_NAMESPACE
from specc.expressions.limits import MAX_DEPTH, MAX_NODES
from specc.expressions.printer import unparse

Comprehension = ast.ListComp | ast.DictComp | ast.GeneratorExp


def free_names(tree: ast.AST) -> frozenset[str]:
    """The names that a tree reads or calls, without those its comprehensions bind.

    The `random` of `random.normal(…)` is no name.
    """
    return frozenset(node.id for node in free_name_nodes(tree))


def free_name_nodes(tree: ast.AST) -> Iterator[ast.Name]:
    """Each place where a tree reads or calls a free name."""
    yield from _free(tree, frozenset())


def _free(node: ast.AST, bound: frozenset[str]) -> Iterator[ast.Name]:
    if isinstance(node, ast.Name):
        if node.id not in bound and isinstance(node.ctx, ast.Load):
            yield node
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts: list[ast.AST] = [*node.args, *node.keywords]
    elif isinstance(node, Comprehension):
        first = node.generators[0]
        yield from _free(first.iter, bound)
        bound |= bound_names(node)
        parts = [part for part in _inside(node) if part is not first.iter]
    else:
        parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _free(part, bound)


def _inside(node: Comprehension) -> Iterator[ast.expr]:
    """What a comprehension evaluates, its first iterable among them."""
    for generator in node.generators:
        yield generator.iter
        yield from generator.ifs
    if isinstance(node, ast.DictComp):
        yield node.key
        yield node.value
    else:
        yield node.elt


def bound_names(node: Comprehension) -> frozenset[str]:
    """The names that one comprehension binds."""
    targets = (part for each in node.generators for part in ast.walk(each.target))
    return frozenset(part.id for part in targets if isinstance(part, ast.Name))


def attribute_reads(tree: ast.AST) -> set[tuple[str, str]]:
    """Every `name.attribute` that a tree reads, calls of `random.…` left out."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if id(node) not in called
    }


def called_names(tree: ast.AST) -> set[str]:
    """The functions that a tree calls: `len`, `random.normal`."""
    return {callee_name(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def callee_name(node: ast.Call) -> str:
    """The name that a call calls, dotted below `random`."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute):
        return f"{GENERATOR_NAMESPACE}.{node.func.attr}"
    raise TypeError(f"not a callee of the grammar: {type(node.func).__name__}")


def substitute(tree: ast.expr, replacements: Mapping[str, ast.expr]) -> ast.expr:
    """A new tree with free names replaced; variables of comprehensions capture nothing.

    The new parts take the place of the name they stand for, so faults point into the outer text.

    Raises:
        ExpressionError: the result would be too large or too deep, or what a name becomes cannot
            be called where the tree calls it.
    """
    result: ast.expr = _Substitution().rebuild(tree, replacements)
    _check_depth(result)
    return result


class _Substitution:
    """Copies a tree, replacing names on the way; counts the nodes it makes."""

    def __init__(self) -> None:
        self._nodes = 0

    def rebuild(self, node: Any, replacements: Mapping[str, ast.expr]) -> Any:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            new = replacements.get(node.id)
            return self._copy(node) if new is None else self._placed(new, node)
        if isinstance(node, ast.Call):
            return self._call(node, replacements)
        if isinstance(node, Comprehension):
            return self._comprehension(node, replacements)
        return self._copy(node, lambda part: self.rebuild(part, replacements))

    def _copy(self, node: Any, change: Callable[[Any], Any] | None = None) -> Any:
        """A new node of the same kind, at the same place, its parts changed."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ExpressionError("S305", "the expression grows too large", 0, 0, "name its parts")
        new = copy.copy(node)
        for name, value in ast.iter_fields(node):
            if change and isinstance(value, ast.expr | ast.comprehension | ast.keyword):
                setattr(new, name, change(value))
            elif isinstance(value, list):
                parts = map(change, value) if change and _holds_trees(value) else value
                setattr(new, name, list(parts))
        return new

    def _placed(self, tree: ast.expr, place: ast.expr) -> Any:
        new: Any = self._copy(tree, lambda part: self._placed(part, place))
        if isinstance(new, ast.expr | ast.keyword):
            ast.copy_location(new, place)
        return new

    def _call(self, node: ast.Call, replacements: Mapping[str, ast.expr]) -> ast.expr:
        called = node.func
        new: ast.Call = self._copy(
            node, lambda part: part if part is called else self.rebuild(part, replacements)
        )
        if isinstance(called, ast.Name):
            new.func = self.rebuild(called, replacements)
            if not isinstance(new.func, ast.Name):
                raise ExpressionError("S307", f"`{unparse(new.func)}` cannot be called", 0, 0)
        return new

    def _comprehension(self, node: Comprehension, replacements: Mapping[str, ast.expr]) -> ast.expr:
        first = node.generators[0].iter
        bound = bound_names(node)
        inner = {
            name: replacements[name] for name in free_names(node) & replacements.keys() - bound
        }
        incoming = frozenset[str]().union(*map(free_names, inner.values()))
        renamed = _fresh_names(bound & incoming, incoming | _all_names(node))
        inner |= {name: ast.Name(fresh, ast.Load()) for name, fresh in renamed.items()}

        def change(part: Any) -> Any:
            if part is first:
                return self.rebuild(part, replacements)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                return ast.copy_location(ast.Name(renamed.get(part.id, part.id), part.ctx), part)
            if isinstance(part, ast.comprehension) or isinstance(
                getattr(part, "ctx", None), ast.Store
            ):
                return self._copy(part, change)
            return self.rebuild(part, inner)

        new: ast.expr = self._copy(node, change)
        return new


def _holds_trees(parts: list[object]) -> bool:
    return bool(parts) and isinstance(parts[0], ast.expr | ast.comprehension | ast.keyword)


def _all_names(tree: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _fresh_names(names: frozenset[str], taken: frozenset[str]) -> dict[str, str]:
    """For each name one that is not taken: `i` becomes `i_1`."""
    fresh: dict[str, str] = {}
    for name in sorted(names):
        used = taken.union(fresh.values())
        fresh[name] = next(new for k in count(1) if (new := f"{name}_{k}") not in used)
    return fresh


def _check_depth(tree: ast.AST) -> None:
    level: list[ast.AST] = [tree]
    deepest = MAX_DEPTH + 2  # What `parse` gives at most: an unbracketed tuple, a context.
    for _ in range(deepest):
        level = [part for node in level for part in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError("S305", "the expression grows too deep", 0, 0, "name its parts")

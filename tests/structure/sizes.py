"""Files that fit a few screens, functions that fit one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from statistics import median

from tests.structure.tree import Module

FILE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_FUNCTION_LINES = 8

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(function: Function) -> int:
    """A function's lines from `def` on, without its docstring."""
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1 - _docstring_lines(function)


def _docstring_lines(function: Function) -> int:
    if ast.get_docstring(function, clean=False) is None:
        return 0
    docstring = function.body[0]
    assert docstring.end_lineno is not None
    return docstring.end_lineno - docstring.lineno + 1


def long_files(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        count = len(module.text.splitlines())
        if count > FILE_LINES:
            yield f"{module.path}: {count} lines"


def long_functions(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for function in module.functions():
            if lines_of(function) > FUNCTION_LINES:
                yield module.at(function, f"{function.name}: {lines_of(function)} lines")


def median_lines(modules: Iterable[Module]) -> float:
    return median(lines_of(f) for module in modules for f in module.functions())


def longest(modules: Iterable[Module], count: int = 10) -> list[str]:
    found = [(lines_of(f), module.at(f, f.name)) for module in modules for f in module.functions()]
    return [f"{lines:4} {where}" for lines, where in sorted(found, reverse=True)[:count]]

"""The parameters a Keras class really takes: its own, and those its `**kwargs` hand on."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

Parameters = dict[str, inspect.Parameter]

_PLAIN_KINDS = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
# Taken by a base class, but of use only where the class itself hands it on.
_NOT_HANDED_ON = frozenset({"factor"})
_ROOTS = ("Layer", "BaseOptimizer")  # their own **kwargs take legacy arguments only


def constructor_parameters(cls: type) -> Parameters:
    """Parameters of `cls(...)`, following `super().__init__(..., **kwargs)` upward."""
    return _parameters_from(cls, 0)


def plain_parameters(function: Callable[..., object]) -> Parameters:
    """A function's parameters without `self`, `*args` and `**kwargs`."""
    found = inspect.signature(function).parameters
    return {n: p for n, p in found.items() if p.kind in _PLAIN_KINDS and n != "self"}


def _parameters_from(cls: type, start: int) -> Parameters:
    mro = cls.__mro__
    at = next(i for i in range(start, len(mro)) if "__init__" in vars(mro[i]))
    owner: Any = mro[at]
    if owner is object:
        return {}
    own = plain_parameters(owner.__init__)
    if owner.__name__ in _ROOTS or not _hands_on(owner):
        return own
    given, positional = _given_to_super(owner)
    above = list(_parameters_from(cls, at + 1).items())[positional:]
    dropped = given | own.keys() | _NOT_HANDED_ON
    return own | {n: p for n, p in above if n not in dropped}


def _hands_on(owner: Any) -> bool:
    kinds = {p.kind for p in inspect.signature(owner.__init__).parameters.values()}
    return inspect.Parameter.VAR_KEYWORD in kinds


@cache
def _given_to_super(owner: Any) -> tuple[frozenset[str], int]:
    """Keyword names, and the number of positional arguments, that go to `super().__init__`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner.__init__)))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
            names = frozenset(k.arg for k in call.keywords if k.arg)
            return names, len([a for a in call.args if not isinstance(a, ast.Starred)])
    return frozenset(), 0

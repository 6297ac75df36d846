"""Random specs for Hypothesis: valid ones, and ones with a random fault."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Plain = Any

WIDTH = 4
"""All tensors have this size, so that any may be added to any."""


@dataclass
class Scope:
    """What the steps so far have named, and the next free number for a name."""

    draw: Draw
    tensors: list[str]
    layers: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    count: int = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def one_of(self, items: list[Any]) -> Any:
        return self.draw(st.sampled_from(items))


@st.composite
def models(draw: Draw) -> dict[str, Plain]:
    """A valid model document, as plain data; `spec_text` writes it as YAML."""
    block = Scope(draw, ["a", "_"])
    scope = Scope(draw, ["x", "y"])
    inner = _steps(block, depth=1, blocks=False)
    first = {"Dense": {"units": WIDTH}, "in": "x", "name": "first"}
    body = [first, *_steps(scope, depth=2, blocks=True)]
    return {
        "specc": 1,
        "model": "random",
        "params": {"n": draw(st.integers(0, 3)), "flag": draw(st.booleans()), "width": WIDTH},
        "define": {
            "block": {"params": {"units": WIDTH}, "inputs": ["a"], "body": inner},
            "twice": {"inputs": ["a"], "body": "a * 2"},
        },
        "inputs": {"x": {"shape": [WIDTH]}, "y": {"shape": ["=width"]}},
        "body": body,
        "outputs": {"last": "_", "tap": scope.one_of(scope.tensors)},
    }


def spec_text(document: Plain) -> str:
    """A document as text: JSON, which is YAML."""
    return json.dumps(document, ensure_ascii=False)


def _steps(scope: Scope, depth: int, blocks: bool) -> list[Plain]:
    kinds = [_layer, _layer, _expression, _mapping, _collect, _share]
    kinds += [_repeat, _for, _if] if depth else []
    kinds += [_definition] if blocks else []
    count = scope.draw(st.integers(1, 4))
    return [scope.one_of(kinds)(scope, depth, blocks) for _ in range(count)]


def _layer(scope: Scope, _depth: int, _blocks: bool) -> Plain:
    step: dict[str, Plain] = dict(
        scope.one_of(
            [
                {"Dense": {"units": "=width"}},
                {"Dense": {"units": WIDTH, "activation": "relu"}},
                {"Activation": {"activation": "tanh"}},
                {"Dropout": {"rate": 0.5}},
            ]
        )
    )
    if scope.draw(st.booleans()):
        step["in"] = _expr(scope)
    if scope.draw(st.booleans()):
        step["trainable"] = False
    if scope.draw(st.booleans()):
        step["name"] = scope.fresh("layer")
        scope.tensors.append(step["name"])
        scope.layers.append(step["name"])
    return step


def _expr(scope: Scope) -> str:
    left, right = scope.one_of(scope.tensors), scope.one_of(scope.tensors)
    forms = [left, f"{left} + {right}", f"{left} * 2", f"relu({left}) - {right}", f"twice({left})"]
    if scope.lists:
        forms.append(f"{scope.one_of(scope.lists)}[0] + {right}")
    return str(scope.one_of(forms))


def _expression(scope: Scope, _depth: int, _blocks: bool) -> Plain:
    step = {"expr": _expr(scope), "as": scope.fresh("value")}
    scope.tensors.append(step["as"])
    return step


def _mapping(scope: Scope, _depth: int, _blocks: bool) -> Plain:
    first, second = scope.fresh("part"), scope.fresh("part")
    text = _expr(scope)
    scope.tensors += [first, second]
    return {"expr": {first: text, second: f"{first} + 1"}, "name": scope.fresh("calc")}


def _collect(scope: Scope, _depth: int, _blocks: bool) -> Plain:
    name = scope.one_of([*scope.lists, scope.fresh("list")])
    step = {"Activation": {"activation": "relu"}, "in": _expr(scope), "collect": name}
    scope.lists.append(name)
    return step


def _share(scope: Scope, depth: int, blocks: bool) -> Plain:
    if not scope.layers:
        return _layer(scope, depth, blocks)
    return {"expr": f"{scope.one_of(scope.layers)}({_expr(scope)})"}


def _inside(scope: Scope, depth: int, blocks: bool) -> list[Plain]:
    """Steps of a block that may not run: what they name can't be read afterwards."""
    inner = Scope(scope.draw, list(scope.tensors), list(scope.layers), list(scope.lists))
    inner.count = scope.count
    steps = _steps(inner, depth - 1, blocks)
    scope.count = inner.count
    return steps


def _repeat(scope: Scope, depth: int, blocks: bool) -> Plain:
    count = scope.one_of([0, 1, 2, "n"])
    name = scope.fresh("loop")
    return {
        "repeat": count,
        "name": name,
        "in": _expr(scope),
        "body": _inside(scope, depth, blocks),
    }


def _for(scope: Scope, depth: int, blocks: bool) -> Plain:
    variable, name = scope.fresh("i"), scope.fresh("round")
    return {
        "for": f"{variable} in range(n)",
        "name": f'=f"{name}_{{{variable}}}"',
        "in": _expr(scope),
        "body": _inside(scope, depth, blocks),
    }


def _if(scope: Scope, depth: int, blocks: bool) -> Plain:
    step = {
        "if": scope.one_of(["flag", "not flag", "n > 1", "1 < 2"]),
        "name": scope.fresh("choice"),
        "in": _expr(scope),
        "then": _inside(scope, depth, blocks),
    }
    if scope.draw(st.booleans()):
        step["else"] = _expr(scope)
    return step


def _definition(scope: Scope, _depth: int, _blocks: bool) -> Plain:
    step = {"block": {"units": "=width"}, "in": _expr(scope), "name": scope.fresh("block")}
    scope.tensors.append(step["name"])
    return step


JUNK = (
    *(None, True, False, 0, -1, 3, 1.5, 10**20, "", "x", "=x", "==x", "=", "a b", "é", "_", "="),
    *("Dense", "block", "=n", "=undefined", "=1 +", "for", "i in x", "=[n, n]", "x.shape", "x()"),
    *([], [[]], {}, {"a": {}}, {"Dense": 3}, ["x", "y"], [None], {"if": 1}, {"for": "i in n"}),
    *({"expr": "x"}, {"name": 3}, {"type": "int"}, {"shape": [4]}, {"Bidirectional": {"layer": 3}}),
)


@st.composite
def broken_models(draw: Draw) -> dict[str, Plain]:
    """A valid model in which some values or keys are replaced, removed or doubled."""
    document = copy.deepcopy(draw(models()))
    for _ in range(draw(st.integers(1, 3))):
        _break(document, draw)
    return document


def _break(document: Plain, draw: Draw) -> None:
    places = list(_places(document))
    holder, key = draw(st.sampled_from(places)) if places else (document, "body")
    how = draw(st.sampled_from(["replace", "remove", "double", "rename"]))
    if how == "remove" and key in holder if isinstance(holder, dict) else how == "remove":
        del holder[key]
    elif how == "double" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif how == "rename" and isinstance(holder, dict) and key in holder:
        holder[draw(st.sampled_from(["nmae", "body", "in", "Dense", "if", "x"]))] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))


def _places(value: Plain) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        if key not in ("specc", "model"):
            yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)

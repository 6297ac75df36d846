"""Expressions of a million characters, wherever layers hold code: refused at their place, soon."""

from __future__ import annotations

import time

import pytest

from specc.expressions.limits import MAX_LENGTH
from tests.passes.front import front

LONG = {
    "terms": "x" + " + x" * 250_000,
    "calls": "exp(" * 200_000 + "x" + ")" * 200_000,
    "one name": "x" * 1_000_000,
    "numbers": "[" + "1, " * 333_000 + "1]",
}
PLACES = {
    "body": "{inputs: [x], body: CODE}",
    "step": "{inputs: [x], body: [{expr: CODE}]}",
    "named": "{inputs: [x], body: [{expr: {y: CODE}}]}",
    "in": "{inputs: [x], body: [{Dense: {units: 2}, in: CODE}]}",
    "outputs": "{inputs: [x], body: x * 2, outputs: CODE}",
    "method": "{inputs: [x], methods: {f: {inputs: [x], body: CODE}}, body: f(x)}",
    "mask": "{inputs: [x], mask: CODE, body: x * 2}",
    "value": "{inputs: [x], weights: {v: {value: CODE}}, body: x * v}",
    "shape": "{inputs: [x], weights: {w: {shape: CODE}}, body: x * w}",
    "update": "{inputs: [x], weights: {w: {}}, body: [{update: {w: CODE}}, {expr: x * w}]}",
    "add_loss": "{inputs: [x], body: [{add_loss: CODE}, {expr: x * 2}]}",
}
STATIC = {"shape"}
"""Where code is static, and begins with `=`."""


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("place", PLACES)
def test_a_million_characters_are_refused_soon(place: str, kind: str) -> None:
    code = "=" * (place in STATIC) + LONG[kind]
    layer = PLACES[place].replace("CODE", f'"{code}"')
    text = (
        f"specc: 1\nmodel: m\ninputs: {{x: {{shape: [4]}}}}\ndefine:\n  Long: {layer}\n"
        "body: [{Long: , name: long}]\n"
    )
    column = layer.index(code) + len("  Long: ") + 1 + (place in STATIC)
    begin = time.process_time()
    graph, found = front(text)
    assert time.process_time() - begin < 5  # a tenth of it here; a machine may be slow
    assert graph is None
    assert [each.code for each in found] == ["S305"]
    (only,) = found
    assert only.span is not None
    assert len(str(only)) < 300
    assert tuple(only.span.begin) == (5, column + MAX_LENGTH)

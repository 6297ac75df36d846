"""Freezing where variables aren't known."""

from __future__ import annotations

from dataclasses import replace

import specc
from specc.diagnostics import Diagnostics
from specc.ir import Graph
from specc.passes.freeze import freeze

SPEC = """
specc: 1
model: m
freeze: {freeze}
inputs: {{x: {{shape: [4]}}}}
body:
  - {{Dense: {{units: 4}}, name: first}}
  - {{Dense: {{units: 4}}, name: second}}
"""


def frozen(globs: str) -> tuple[Graph, list[str]]:
    """What becomes of a graph without slots, as of layers that no rule knows."""
    graph = specc.loads(SPEC.format(freeze=globs)).graph
    assert graph is not None
    unknown = replace(graph, slots=(), operations=tuple(replace(op, frozen=(), trainable=None)
                                                        for op in graph.operations))  # fmt: skip
    diagnostics = Diagnostics()
    return freeze(unknown, diagnostics), [each.help for each in diagnostics]


def test_a_layer_of_unknown_variables_is_frozen_as_a_whole() -> None:
    graph, helps = frozen('["**", "!second"]')
    assert [op.trainable for op in graph.operations] == [None, False, None]
    assert helps == []


def test_variables_that_are_not_known_are_not_matched_in_silence() -> None:
    _, helps = frozen("[second.bias]")
    assert helps == [
        "the variables of `second` aren't known without Keras: freeze it as a whole"
    ]  # fmt: skip

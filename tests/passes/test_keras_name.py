"""`keras_name` reaches whatever a step becomes."""

from __future__ import annotations

import pytest

import specc

SPEC = """\
specc: 1
model: named
inputs: {{x: {{shape: [8]}}}}
define: {{Twice: {{style: functional, inputs: {{x: {{shape: [8]}}}}, body: x * 2}}}}
body:
  - {step}
    name: key
    keras_name: what Keras sees
"""


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("Dense: {units: 8}", id="a layer"),
        pytest.param("Twice:", id="a model"),
        pytest.param("expr: x * 2", id="an operation"),
        pytest.param('expr: "where(training, x, -x)"', id="an expression that becomes a layer"),
    ],
)
def test_keras_name(step: str) -> None:
    graph = specc.loads(SPEC.format(step=step)).graph
    assert graph is not None
    assert {op.key: op.name for op in graph.operations}["key"] == "what Keras sees"

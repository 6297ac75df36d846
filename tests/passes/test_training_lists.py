"""`metrics` is a list: Keras would only say so when it compiles, and not where."""

from __future__ import annotations

import pytest

import specc

SPEC = """\
specc: 1
model: m
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 1}, name: a}
training: {optimizer: adam, loss: mse, metrics: METRICS}
"""


@pytest.mark.parametrize("written", ["accuracy", "{Precision: {thresholds: 0.5}}"])
def test_one_metric_without_a_list(written: str) -> None:
    with pytest.raises(specc.SpeccError) as caught:
        specc.loads(SPEC.replace("METRICS", written))
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.help) == ("S441", f"write `metrics: [{written}]`")
    assert problem.span is not None
    assert problem.span.text == written


def test_lists_and_mappings_are_right() -> None:
    for written in ("[accuracy]", "{a: [accuracy]}"):
        assert specc.loads(SPEC.replace("METRICS", written)).graph is not None

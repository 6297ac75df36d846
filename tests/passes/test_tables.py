"""Inputs made by a table are reached by computed names."""

from __future__ import annotations

import pytest

import specc

TABULAR = """\
specc: 1
model: tabular
params: {features: [age, height]}
inputs: {for: name in features, key: name, each: {shape: [1]}}
body:
  - for: name in features
    name: =name + "_branch"
    body:
      - {Dense: {units: 4}, in: "inputs[name]", name: dense, collect: parts}
  - {Concatenate: , in: parts, name: joined}
"""


def test_a_loop_reads_the_inputs_of_a_table():
    spec = specc.loads(TABULAR)
    assert [slot.key for slot in spec.slots or ()] == [
        "age_branch.dense.kernel",
        "age_branch.dense.bias",
        "height_branch.dense.kernel",
        "height_branch.dense.bias",
    ]


def test_inputs_written_out_keep_their_own_names_only():
    written = TABULAR.replace(
        "{for: name in features, key: name, each: {shape: [1]}}",
        "{age: {shape: [1]}, height: {shape: [1]}}",
    )
    with pytest.raises(specc.SpeccError) as caught:
        specc.loads(written)
    assert {problem.code for problem in caught.value.diagnostics} == {"S306"}

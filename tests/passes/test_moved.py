"""Where old keys are found today."""

from __future__ import annotations

import pytest

import specc
from specc.passes.moved import mover

SPEC = """
specc: 1
model: m
moved:
  - {from: enc, to: encoder}
  - {from: enc.dense, to: encoder.proj}
  - {from: "layer*.dense", to: "block*.proj"}
  - {from: left, to: right}
  - {from: right, to: left}
inputs: {x: {shape: [4]}}
define:
  Encoder:
    style: sequential
    inputs: {x: {shape: [4]}}
    body: [{Dense: {units: 4}, name: proj}]
body:
  - {Encoder: , name: encoder}
  - {repeat: 2, name: block, body: [{Dense: {units: 4}, name: proj}]}
  - {Dense: {units: 4}, name: left}
  - {Dense: {units: 4}, name: right}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("enc.dense.kernel", "encoder.proj.kernel"),
        ("enc.proj.kernel", "encoder.proj.kernel"),
        ("enc", "encoder"),
        ("layer12.dense.bias", "block12.proj.bias"),
        ("left.kernel", "right.kernel"),
        ("right.kernel", "left.kernel"),
        ("encode.kernel", "encode.kernel"),
    ],
)
def test_keys_are_moved_once(old: str, new: str) -> None:
    graph = specc.loads(SPEC).graph
    assert graph is not None
    assert mover(graph)(old) == new


def test_what_a_model_inside_says_holds_below_it(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    inner = SPEC[SPEC.index("moved:") : SPEC.index("define:")]
    inner = inner[: inner.index("  - {from: enc.dense")] + "inputs: {x: {shape: [4]}}\n"
    head = "specc: 1\nmodel: inner\n"
    body = "body: [{Dense: {units: 4}, name: encoder}]\n"
    (tmp_path / "inner.yaml").write_text(head + inner + body)
    graph = specc.loads(
        "specc: 1\nmodel: m\nimports: {Inner: ./inner.yaml}\nmoved: [{from: old, to: a}]\n"
        "inputs: {x: {shape: [4]}}\nbody: [{Inner: , name: a}]\n"
    ).graph
    assert graph is not None
    assert mover(graph)("old.enc.kernel") == "a.encoder.kernel"
    assert mover(graph)("enc.kernel") == "enc.kernel"

"""`specc show` of a layer document, which is told what the layer is called on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specc as api
from specc.api.specs import show
from tests.cli.conftest import Specc

BLOCK = """\
specc: 1
layer: Block
params: {units: int}
inputs: {x: {}, context: {optional: true}, mask: {optional: true}}
layers: {shared: {Dense: {units: =units}}}
weights:
  scale: {shape: [=units], initializer: ones}
  table: {value: arange(units)}
body:
  - {LayerNormalization: , name: norm, in: x}
  - {expr: shared(shared(_)) * scale + table, name: y}
  - if: context is None
    then: _
    else: [{Dense: {units: =units}, in: context, name: extra}, {Add: , in: [y, _], name: sum}]
"""
CELL = """\
specc: 1
layer: Cell
inputs: [x]
states: {h: {shape: [3]}}
layers: {dense: {Dense: {units: 3}}}
body:
  - {expr: tanh(dense(x) + h), as: out}
  - update: {h: out}
outputs: out
"""
PAIR = """\
specc: 1
layer: Pair
inputs: [both, {name: words, dtype: int32}]
layers: {table: {Embedding: {input_dim: 9, output_dim: 4}}}
body: both[0] + both[1]
outputs: [_, table(words)]
"""
AT = ("--set", "units=64", "--input", "x=[null,28,64]")


@pytest.fixture
def block(folder: Path) -> Path:
    path = folder / "block.yaml"
    path.write_text(BLOCK)
    return path


def test_its_weights_and_sublayers_have_rows(specc_with_keras: Specc, block: Path) -> None:
    done = specc_with_keras("show", block, *AT)
    assert (done.code, done.err) == (0, "")
    assert "layer · units=64\n" in done.out
    assert "scale     Weight              64               64\n" in done.out
    assert "shared    Dense ×2            ?×28×64       4,160\n" in done.out
    assert "extra" not in done.out
    assert "gives ?×28×64\n4,416 parameters: 4,352 trainable, 64 not\n" in done.out


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        pytest.param(BLOCK, AT, id="without an optional input"),
        pytest.param(BLOCK, (*AT, "--input", "context=[null,28,3]"), id="with one"),
        pytest.param(CELL, ("--input", "x=[null,3]"), id="a cell"),
        pytest.param(
            PAIR, ("--input", "both=[[null,3],[null,3]]", "--input", "words=[null,5]"), id="a list"
        ),
    ],
)
def test_rules_and_keras_agree(
    specc_with_keras: Specc, folder: Path, text: str, flags: tuple[str, ...]
) -> None:
    (folder / "spec.yaml").write_text(text)
    by_rules, by_keras = (
        specc_with_keras("show", "spec.yaml", *flags, *more) for more in ([], ["--keras"])
    )
    assert by_rules.code == 0, by_rules.err
    assert by_rules == by_keras


def test_keras_tells_of_subclassed_models_too(specc_with_keras: Specc, folder: Path) -> None:
    text = BLOCK.replace("layer: Block", "model: m\nstyle: subclassed").replace("int}", "4}")
    text = text.replace(
        "x: {}, context: {optional: true}, mask: {optional: true}", "x: {shape: [4]}"
    )
    text = text[: text.index("  - if")]
    (folder / "spec.yaml").write_text(text)
    by_rules, by_keras = (specc_with_keras("show", "spec.yaml", *f) for f in ([], ["--keras"]))
    assert by_rules.code == 0, by_rules.err
    assert by_rules == by_keras


def test_as_json(specc_with_keras: Specc, folder: Path) -> None:
    (folder / "pair.yaml").write_text(PAIR)
    shapes = ("--input", "both=[[null,3],[null,3]]", "--input", "words=[null,5]")
    facts = json.loads(specc_with_keras("show", "pair.yaml", *shapes, "--format", "json").out)
    assert facts["style"] == "layer"
    assert facts["outputs"] == [[None, 3], [None, 5, 4]]
    assert facts["total"]["trainable"] == 36


def test_from_python(block: Path) -> None:
    spec = api.load(block, params={"units": 4})
    summary = show(spec, inputs={"x": (None, 3, 4)})
    assert [row.key for row in summary.rows] == ["x", "scale", "table", "norm", "shared"]
    assert summary.outputs == ((None, 3, 4),)
    assert summary.weights.total == 4 + 4 + 8 + 20


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        ([], "S803", "depends on its inputs"),
        (["--input", "y=[1]"], "S806", "`Block` has no input `y`"),
        (["--input", "context=[1]"], "S806", "depends on the shape of `x`"),
        (["--input", "x=wide"], "S806", "a list of sizes, the batch first"),
        (["--input", "x=[null,-1]"], "S806", "a list of sizes"),
        (["--input", "x=[null"], "S010", "is never closed"),
        (["--input", "x=[null,28,3]"], "S220", "needs one of [64, 64]"),
    ],
)
def test_what_is_wrong_with_inputs(
    specc: Specc, block: Path, flags: list[str], code: str, words: str
) -> None:
    done = specc("show", block, "--set", "units=64", *flags)
    assert (done.code, done.out) == (1, "")
    assert code in done.err
    assert words in done.err


def test_a_parameter_without_a_value(specc: Specc, block: Path) -> None:
    done = specc("show", block, "--input", "x=[null,4]")
    assert done.code == 1
    assert "S122" in done.err
    assert "`--set NAME=VALUE`" in done.err


def test_a_model_says_its_inputs_itself(specc: Specc) -> None:
    done = specc("show", "digits.yaml", "--input", "x=[null,4]")
    assert done.code == 1
    assert "S806" in done.err


@pytest.mark.parametrize("flags", [["--input", "x"], ["--input", "x=[1]", "--input", "x=[2]"]])
def test_wrong_usage(specc: Specc, block: Path, flags: list[str]) -> None:
    assert specc("show", block, *flags).code == 2

"""`freeze` and `lora` below declared layers, and in subclassed models."""

from __future__ import annotations

import copy
import subprocess
import sys

import keras
import numpy as np
import pytest

import specc
from specc.api.specs import show
from specc.errors import SpeccError
from specc.keras_backend.slots import slots_of
from tests.keras_backend.specs import values

BLOCK = """
  Block:
    inputs: [x]
    weights: {w: {shape: [8]}}
    body:
      - {Dense: {units: 8}, name: dense}
      - {BatchNormalization: , name: norm}
      - {expr: "_ * w"}
"""
TUNED = """
specc: 1
model: Sample
style: functional
inputs: {x: {shape: [4, 8]}}
freeze: [outer.first.dense.kernel, outer.first.norm, outer.attention,
         block, "**.w", "!block.w", head.bias]
lora: {rank: 2, alpha: 4, targets: ["outer.attention.query", outer.second.dense]}
training: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
define:
  Outer:
    inputs: [x]
    body:
      - {Block: , name: first}
      - {Block: , name: second}
      - {MultiHeadAttention: {num_heads: 2, key_dim: 4}, args: {value: second}, name: attention}
"""
BODY = """
body:
  - {Outer: , name: outer}
  - {Block: , name: block}
  - {Dense: {units: 1}, name: head}
"""
FUNCTIONAL = TUNED + BLOCK + BODY
SUBCLASSED = FUNCTIONAL.replace("style: functional", "style: subclassed")
FROZEN = {
    "outer.first.dense.kernel", "outer.first.norm.gamma", "outer.first.norm.beta",
    "outer.first.norm.moving_mean", "outer.first.norm.moving_variance",
    "outer.first.w", "outer.second.w", "outer.second.dense.kernel", "head.bias",
    "outer.second.norm.moving_mean", "outer.second.norm.moving_variance",
}  # fmt: skip


def keyed(model):
    """The slots of a model of either style, by their keys."""
    layers = [(model, "")] if hasattr(model, "specc_state") else [(x, x.name) for x in model.layers]
    return {slot.key: slot for layer, key in layers for slot in slots_of(layer, key)}


def trained(model):
    """The keys of the variables that train, as Keras itself counts them."""
    trains = {id(variable) for variable in model.trainable_variables}
    return {key for key, slot in keyed(model).items() if id(slot.variable) in trains}


@pytest.fixture(scope="module", params=[FUNCTIONAL, SUBCLASSED], ids=["functional", "subclassed"])
def spec(request):
    return specc.loads(request.param)


@pytest.fixture
def model(spec):
    return specc.compile(spec, seed=7)


def test_what_trains_is_what_the_spec_says(spec, model):
    told = {slot.key for slot in spec.slots if slot.trainable}
    assert told == trained(model)
    assert {slot.key for slot in spec.slots} == keyed(model).keys()
    below = {key for key in told if key.startswith("block.")}
    assert below == {"block.w"}
    attention = {key for key in told if "attention" in key}
    assert attention == {f"outer.attention.query.lora_kernel_{part}" for part in "ab"}
    others = {key for key in keyed(model) if "attention" not in key and key[:5] != "block"}
    assert {key for key in others - told if "seed" not in key} == FROZEN


def test_both_ways_of_show_agree(spec):
    assert show(spec).weights == show(spec, keras=True).weights


def test_a_sublayer_that_is_frozen_as_a_whole_is_frozen_itself(model):
    layers = {slot.layer.name: slot.layer for slot in keyed(model).values()}
    first = keyed(model)["outer.first.norm.gamma"].layer
    assert not first.trainable
    assert keyed(model)["outer.second.norm.gamma"].layer.trainable
    assert not keyed(model)["block.dense.bias"].layer.trainable
    assert layers["head"].trainable


def test_training_changes_only_what_trains(model):
    slots = keyed(model)
    trains = trained(model)
    before = dict(zip(slots, values([s.variable for s in slots.values()]), strict=True))
    x = np.random.default_rng(0).normal(size=(8, 4, 8)).astype("float32")
    for _ in range(2):  # the first matrix of an adapter has no gradient before the second changes
        model.fit(x, np.ones((8, 4, 1)), verbose=0)
    after = dict(zip(slots, values([s.variable for s in slots.values()]), strict=True))
    changed = {key for key in slots if not np.array_equal(before[key], after[key])}
    statistics = {f"outer.second.norm.moving_{name}" for name in ("mean", "variance")}
    assert changed >= {"block.w", "outer.second.dense.bias", "outer.first.dense.bias", *statistics}
    assert changed <= trains | statistics
    assert {key for key in changed if "lora" in key} >= {
        "outer.attention.query.lora_kernel_b", "outer.second.dense.lora_kernel_b",
    }  # fmt: skip


@pytest.mark.parametrize("way", ["file", "config", "clone", "copy"])
def test_it_survives(model, way, tmp_path):
    x = np.ones((2, 4, 8), "float32")
    expected = model.predict(x, verbose=0)
    if way == "file":
        model.save(tmp_path / "m.keras")
        again = keras.models.load_model(tmp_path / "m.keras")
    elif way == "config":
        again = type(model).from_config(model.get_config())
        again(x)
    elif way == "clone":
        again = keras.models.clone_model(model)
        again(x)
    else:
        again = copy.deepcopy(model)
    assert trained(again) == trained(model)
    if hasattr(model, "specc_state"):
        assert again.get_config() == model.get_config()
    if way in ("file", "copy"):
        assert np.array_equal(again.predict(x, verbose=0), expected)


def test_a_fresh_process_knows_it(tmp_path):
    model = specc.compile(specc.loads(SUBCLASSED), seed=7)
    model.save(tmp_path / "m.keras")
    program = (
        "import sys, keras, specc.keras_backend\n"
        "model = keras.models.load_model(sys.argv[1])\n"
        "print(len(model.trainable_variables), model.outer.first.norm.trainable)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "m.keras")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(model.trainable_variables)), "False"]


def test_what_was_frozen_can_be_thawed_and_trains(model):
    model.trainable = False
    model.trainable = True
    assert {"outer.first.w", "head.bias", "outer.first.norm.gamma"} <= trained(model)
    slot = keyed(model)["outer.first.norm.gamma"]
    before = slot.variable.numpy()
    x = np.random.default_rng(0).normal(size=(8, 4, 8)).astype("float32")
    model.compile("sgd", "mse")
    model.fit(x, np.ones((8, 4, 1)), verbose=0)
    assert not np.array_equal(slot.variable.numpy(), before)


STEPS = """
specc: 1
model: Sample
style: {style}
inputs: {{x: {{shape: [4, 8]}}}}
define:{block}
body:
  - {{Block: , name: block, trainable: false}}
  - {{MultiHeadAttention: {{num_heads: 2, key_dim: 4}}, args: {{value: block}}, name: mha,
     trainable: false}}
  - {{Dense: {{units: 1}}, name: head}}
"""


@pytest.mark.parametrize("style", ["functional", "subclassed"])
def test_a_step_that_does_not_train_hands_that_on(style):
    spec = specc.loads(STEPS.format(style=style, block=BLOCK))
    model = specc.compile(spec, seed=1)
    told = {slot.key for slot in spec.slots if slot.trainable}
    assert told == trained(model) == {"head.kernel", "head.bias"}
    again = type(model).from_config(model.get_config())
    again(np.ones((2, 4, 8), "float32"))
    assert trained(again) == told


def test_all_of_a_subclassed_model_can_be_frozen():
    spec = specc.loads(SUBCLASSED.replace("head.bias]", '"**"]').replace("lora:", "#"))
    model = specc.compile(spec, seed=1)
    assert model.trainable_variables == []
    assert not any(slot.trainable for slot in spec.slots)


@pytest.mark.parametrize(
    "tuning",
    [
        {"frozen": ["nothing"]},
        {"frozen": "block"},
        {"frozen": [1]},
        {"adapters": [{"path": "head"}]},
        {"adapters": [{"path": "nothing", "rank": 1, "alpha": 1}]},
        {"adapters": 3},
    ],
)
def test_a_config_that_specc_did_not_write_is_refused(tuning):
    text = "{specc: 1, layer: L, inputs: [x], body: [{Dense: {units: 2}, name: head}]}"
    layer = specc.compile(specc.loads(text))
    with pytest.raises(SpeccError, match="S505"):
        type(layer).from_config({**layer.get_config(), **tuning})(np.ones((2, 4), "float32"))


def test_a_model_inside_of_another_has_no_freezing_of_its_own(tmp_path):
    inner = "{specc: 1, model: Inner, style: subclassed, inputs: {x: {shape: [4]}}, freeze: [head],"
    (tmp_path / "inner.yaml").write_text(inner + " body: [{Dense: {units: 2}, name: head}]}")
    outer = "{specc: 1, model: m, imports: {Inner: ./inner.yaml}, inputs: {x: {shape: [4]}},"
    (tmp_path / "outer.yaml").write_text(outer + " body: [{Inner: , name: inner}]}")
    with pytest.raises(SpeccError, match=r"outer.yaml:1:\d+: error\[S457\]: .* of `Inner`"):
        specc.load(tmp_path / "outer.yaml")

"""What `freeze` and `lora` make of Keras models: counts, training, files, clones."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import specc
from specc.api.specs import save, show
from specc.keras_backend.slots import slots_of
from specc.keras_backend.tuned import tuned_class
from tests.keras_backend.specs import assert_same, data_for, values

SPEC = """
specc: 1
model: sample
inputs: {x: {shape: [4, 8]}}
freeze: ["backbone.**", "!backbone.second.bias", tail.first, "**.attention", norm.beta]
lora:
  - {targets: "**.attention.*", rank: 2}
  - {targets: ["**.attention.query", convolved, words], rank: 3, alpha: 6}
define:
  Tail:
    style: functional
    inputs: {h: {shape: [4, 8]}}
    body:
      - {Dense: {units: 8}, name: first}
      - {MultiHeadAttention: {num_heads: 2, key_dim: 4}, args: {value: first}, name: attention}
body:
  - if: true
    name: backbone
    then:
      - {Dense: {units: 8}, name: first}
      - {Dense: {units: 8}, name: second}
      - {BatchNormalization: , name: norm}
  - {Tail: , name: tail}
  - {LayerNormalization: , name: norm}
  - {Conv1D: {filters: 8, kernel_size: 2, padding: same}, name: convolved, as: h}
  - {expr: "cast(argmax(h, axis=-1), 'int32')", name: tokens}
  - {Embedding: {input_dim: 8, output_dim: 8}, name: words}
  - {Add: , in: [h, _]}
  - {Dense: {units: 1}, name: head}
training: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
"""
TRAINS = {
    "backbone.second.bias",
    *(f"tail.attention.{name}.lora_kernel_{part}"
      for name in ("query", "key", "value", "output") for part in "ab"),
    "norm.gamma", "convolved.bias", "convolved.lora_kernel_a", "convolved.lora_kernel_b",
    "words.lora_embeddings_a", "words.lora_embeddings_b", "head.kernel", "head.bias",
}  # fmt: skip


@pytest.fixture(scope="module")
def spec():
    return specc.loads(SPEC)


@pytest.fixture
def model(spec):
    return specc.compile(spec, seed=7)


def training_keys(model):
    """The keys of the variables that train, as the model's own layers tell them."""
    found = set()
    for layer in model.layers:
        for slot in slots_of(layer, layer.name):
            if slot.variable.trainable:
                assert any(slot.variable is each for each in model.trainable_variables)
                found.add(slot.key)
    return found


def test_rules_and_keras_agree_on_what_trains(spec, model):
    assert {slot.key for slot in spec.slots if slot.trainable} == TRAINS == training_keys(model)
    assert show(spec).weights == show(spec, keras=True).weights
    assert show(spec).rows == show(spec, keras=True).rows


def test_shapes_of_adapters_are_keras_own(spec, model):
    made = {
        slot.key: (tuple(slot.variable.shape), slot.variable.dtype)
        for layer in model.layers
        for slot in slots_of(layer, layer.name)
    }
    assert {slot.key: (slot.shape, slot.dtype) for slot in spec.slots} == made


def test_training_changes_exactly_what_trains(model):
    slots = [slot for layer in model.layers for slot in slots_of(layer, layer.name)]
    before = values([slot.variable for slot in slots])
    for _ in range(2):  # the first matrix has a gradient only when the second isn't zero any more
        model.fit(data_for(model), np.ones((4, 4, 1)), verbose=0)
    after = values([slot.variable for slot in slots])
    changed = {
        slot.key
        for slot, a, b in zip(slots, before, after, strict=True)
        if not np.array_equal(a, b)
    }
    unread = {"words.lora_embeddings_a"}  # a token that isn't in the batch has no gradient
    assert changed - unread <= TRAINS
    assert TRAINS - changed <= {*unread, "tail.attention.key.lora_kernel_a"}


@pytest.mark.parametrize("way", ["file", "config", "clone"])
def test_what_is_frozen_and_adapted_survives(model, way, tmp_path):
    if way == "file":
        model.save(tmp_path / "m.keras")
        again = keras.models.load_model(tmp_path / "m.keras")
    elif way == "config":
        again = keras.models.model_from_json(model.to_json())
    else:
        again = keras.models.clone_model(model)
    assert training_keys(again) == TRAINS
    assert again.get_layer("convolved").lora_alpha == 6
    assert again.get_layer("convolved").get_config() == model.get_layer("convolved").get_config()


def test_a_file_keeps_kernel_and_update_apart(model, tmp_path):
    model.fit(data_for(model), np.ones((4, 4, 1)), verbose=0)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert_same(values(again.weights), values(model.weights))
    assert_same(again(data_for(model)), model(data_for(model)))
    assert np.any(again.get_layer("convolved").lora_kernel_b)


def test_weights_without_updates_can_be_loaded(tmp_path):
    plain = specc.loads(SPEC[: SPEC.index("lora:")] + SPEC[SPEC.index("define:") :])
    base = specc.compile(plain, seed=3)
    base.save_weights(tmp_path / "base.weights.h5")
    model = specc.compile(specc.loads(SPEC), seed=7)
    first = np.asarray(model.get_layer("convolved").lora_kernel_a)
    model.fit(data_for(model), np.ones((4, 4, 1)), verbose=0)
    model.load_weights(tmp_path / "base.weights.h5")
    assert_same(model(data_for(model)), base(data_for(model)))
    assert np.any(first)
    assert np.any(model.get_layer("convolved").lora_kernel_a)


def test_classes_are_called_as_keras_own_are(model):
    layer = model.get_layer("convolved")
    assert isinstance(layer, keras.layers.Conv1D)
    assert type(layer).__name__ == "Conv1D"
    assert type(model.get_layer("head")) is keras.layers.Dense


def test_fresh_updates_depend_on_seed_and_key_alone(spec, model):
    again = specc.compile(spec, seed=7)
    assert_same(values(again.weights), values(model.weights))
    other = specc.compile(spec, seed=8)
    name = "lora_kernel_a"
    mine, theirs = (getattr(m.get_layer("convolved"), name) for m in (model, other))
    assert not np.array_equal(mine, theirs)


def test_a_model_frozen_as_a_whole_is_plain_keras(tmp_path):
    text = SPEC[: SPEC.index("freeze:")] + 'freeze: ["tail.first.**", backbone]\n'
    spec = specc.loads(text + SPEC[SPEC.index("define:") :])
    save(spec, tmp_path / "m.keras", seed=1)
    again = keras.models.load_model(tmp_path / "m.keras")
    assert not again.get_layer("tail").get_layer("first").trainable
    assert not again.get_layer("backbone.norm").trainable
    assert "specc" not in again.to_json()
    assert training_keys(again) == {slot.key for slot in spec.slots if slot.trainable}


def test_inside_a_frozen_model_a_layer_can_train():
    text = SPEC[: SPEC.index("freeze:")] + 'freeze: ["tail.**", "!tail.first"]\n'
    spec = specc.loads(text + SPEC[SPEC.index("define:") :])
    keys = training_keys(specc.compile(spec))
    assert {key for key in keys if key.startswith("tail")} == {
        "tail.first.kernel",
        "tail.first.bias",
    }


def test_a_layer_in_a_frozen_model_trains_nothing_after_loading(tmp_path):
    text = SPEC[: SPEC.index("freeze:")] + 'freeze: ["tail"]\n'
    spec = specc.loads(text + SPEC[SPEC.index("define:") :])
    save(spec, tmp_path / "m.keras", seed=1)
    again = keras.models.load_model(tmp_path / "m.keras")
    assert not again.get_layer("tail").trainable
    assert training_keys(again) == {slot.key for slot in spec.slots if slot.trainable}


def test_a_wrong_config_is_refused():
    for wrong in ({"frozen": ["nothing"]}, {"adapters": [{"path": "x", "rank": 1, "alpha": 1}]}):
        layer = tuned_class("Dense")(units=2, **wrong)
        with pytest.raises(ValueError, match="has no"):
            layer.build((None, 3))


BODIES = {
    "time": ("TimeDistributed: {layer: {Dense: {units: 3}}}", "s.layer", "s.layer.bias"),
    "model": ("TimeDistributed: {layer: Inner}", "s.layer.d", "s.layer.d.bias"),
    "groups": (
        "GroupQueryAttention: {head_dim: 2, num_query_heads: 4, num_key_value_heads: 2}",
        "s.query", "s.output.bias",
    ),
    "einsum": ("EinsumDense: {equation: 'abc,cd->abd', output_shape: [null, 5], bias_axes: d}", "s",
               "s.bias"),
    "both_ways": ("Bidirectional: {layer: {GRU: {units: 2}}}", None, "s.forward_layer.cell.bias"),
    "lstm": ("LSTM: {units: 2}", None, "s.cell.recurrent_kernel"),
    "norm": ("BatchNormalization", None, "s.beta"),
    "conv": ("Conv2D: {filters: 4, kernel_size: 2, groups: 2}", "s", "s.bias"),
    "separable": ("SeparableConv1D: {filters: 4, kernel_size: 2}", None, "s.pointwise_kernel"),
}  # fmt: skip
INNER = """
define:
  Inner:
    style: sequential
    inputs: {h: {shape: [8]}}
    body: [{Dense: {units: 4}, name: d}]
"""


FROZEN = [
    "MultiHeadAttention: {num_heads: 2, key_dim: 4}",
    "TimeDistributed: {layer: {Dense: {units: 3}}}",
    "TimeDistributed: {layer: Inner}",
    "Bidirectional: {layer: {GRU: {units: 2}}}",
    "RNN: {cell: [{LSTMCell: {units: 8}}, {GRUCell: {units: 4}}]}",
    "SpectralNormalization: {layer: {Dense: {units: 3}}}",
    "LSTM: {units: 3}",
    "BatchNormalization: {}",
]


@pytest.mark.parametrize("use", FROZEN)
@pytest.mark.parametrize("way", ["freeze: [s]\n", "freeze: [s.**]\n", ""])
def test_a_frozen_layer_trains_nothing(use, way, tmp_path):
    """Keras gives `trainable=False` to the layer, but to none that the layer holds."""
    args = ", args: {value: x}" if "Attention" in use else ""
    what = f"{{{use}{args}, name: s{'' if way else ', trainable: false'}}}"
    head = f"specc: 1\nmodel: m\ninputs: {{x: {{shape: [4, 8]}}}}\n{way}"
    spec = specc.loads(f"{head}{INNER}body:\n  - {what}\n")
    model = specc.compile(spec, seed=1)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    for each in (model, again, keras.models.clone_model(model)):
        assert each.trainable_variables == []
    assert not any(slot.trainable for slot in spec.slots)
    assert show(spec).rows == show(spec, keras=True).rows


@pytest.mark.parametrize("name", BODIES)
def test_parts_of_every_kind_of_layer(name, tmp_path):
    use, target, frozen = BODIES[name]
    inputs = "[4, 4, 8]" if name == "conv" else "[4, 8]"
    lora = f"lora: {{targets: {target}, rank: 2, alpha: 4}}\n" if target else ""
    args = ", args: {value: x}" if name == "groups" else ""
    what = f"{{{use}{args}, name: s}}" if ":" in use else f"{{{use}: , name: s}}"
    head = f"specc: 1\nmodel: m\ninputs: {{x: {{shape: {inputs}}}}}\nfreeze: [{frozen}]\n"
    spec = specc.loads(f"{head}{lora}{INNER}body:\n  - {what}\n")
    model = specc.compile(spec, seed=1)
    expected = {slot.key for slot in spec.slots if slot.trainable}
    assert frozen not in expected
    assert any("lora" in key for key in expected) == bool(target)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    for each in (model, again, keras.models.clone_model(model)):
        assert training_keys(each) == expected
    assert_same(again(data_for(model)), model(data_for(model)))
    assert show(spec).rows == show(spec, keras=True).rows

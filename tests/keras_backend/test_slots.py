"""Keys of variables come from the spec and from attributes, never from a counter."""

from __future__ import annotations

import pytest

import specc
from tests.keras_backend.deferred_models import MODELS
from tests.keras_backend.specs import compile_body, model_text

SEQUENCE = "x: {shape: [6, 4]}"
ENCODER = """
define:
  Encoder:
    style: functional
    inputs: {h: {shape: [4]}}
    body:
      - {Dense: {units: 4}, name: in}
      - {BatchNormalization: , name: norm}
"""
KEYS = {
    "a layer": ("- {Dense: {units: 3}, name: head}", "head.kernel head.bias"),
    "statistics": (
        "- {BatchNormalization: , name: norm}",
        "norm.gamma norm.beta norm.moving_mean norm.moving_variance",
    ),
    "attention": (
        "- {MultiHeadAttention: {num_heads: 2, key_dim: 3, dropout: 0.1}, in: x, args: {value: x}, "
        "name: attn}",
        "attn.query.kernel attn.query.bias attn.key.kernel attn.key.bias attn.value.kernel "
        "attn.value.bias attn.dropout_layer.seed_generator attn.output.kernel attn.output.bias",
    ),
    "grouped attention": (
        "- {GroupQueryAttention: {head_dim: 3, num_query_heads: 4, num_key_value_heads: 2, "
        "use_bias: false}, in: x, args: {value: x}, name: attn}",
        "attn.query.kernel attn.key.kernel attn.value.kernel attn.output.kernel",
    ),
    "both directions": (
        "- {Bidirectional: {layer: {GRU: {units: 3, use_bias: false}}}, name: both}",
        "both.forward_layer.cell.kernel both.forward_layer.cell.recurrent_kernel "
        "both.forward_layer.cell.seed_generator "
        "both.backward_layer.cell.kernel both.backward_layer.cell.recurrent_kernel "
        "both.backward_layer.cell.seed_generator",
    ),
    "stacked cells": (
        "- {RNN: {cell: [{SimpleRNNCell: {units: 3, use_bias: false}}, "
        "{SimpleRNNCell: {units: 2, use_bias: false}}]}, name: rnn}",
        "rnn.cell.cells.0.kernel rnn.cell.cells.0.recurrent_kernel rnn.cell.cells.0.seed_generator "
        "rnn.cell.cells.1.kernel rnn.cell.cells.1.recurrent_kernel rnn.cell.cells.1.seed_generator",
    ),
    "a layer over time": (
        "- {TimeDistributed: {layer: {Dense: {units: 3}}}, name: each}",
        "each.layer.kernel each.layer.bias",
    ),
    "a normalised layer": (
        "- {SpectralNormalization: {layer: {Dense: {units: 3}}}, name: norm}",
        "norm.vector_u norm.layer.kernel norm.layer.bias",
    ),
    "a low rank": (
        "- {Dense: {units: 3, lora_rank: 2, use_bias: false}, name: d}",
        "d.kernel d.lora_kernel_a d.lora_kernel_b",
    ),
    "a stateful layer": (
        "- {GRU: {units: 3, stateful: true, use_bias: false}, name: rnn}",
        "rnn.cell.kernel rnn.cell.recurrent_kernel rnn.cell.seed_generator",
    ),
    "a generator": ("- {Dropout: {rate: 0.5}, name: drop}", "drop.seed_generator"),
    "an expression": (
        "- {expr: random.normal(shape(x)), name: noise}",
        "noise.seed_generator",
    ),
    "a model over time": (
        "- {TimeDistributed: {layer: Encoder}, name: each}",
        "each.layer.in.kernel each.layer.in.bias each.layer.norm.gamma each.layer.norm.beta "
        "each.layer.norm.moving_mean each.layer.norm.moving_variance",
    ),
    "a shared layer": (
        "- {Dense: {units: 4}, name: shared}\n- expr: shared(_)",
        "shared.kernel shared.bias",
    ),
}


def slots_of_text(text):
    from specc.api.specs import model_graph
    from specc.keras_backend import build_unfilled

    return build_unfilled(model_graph(specc.loads(text)))


def keys(text):
    return [slot.key for slot in slots_of_text(text)[1]]


@pytest.mark.parametrize("name", KEYS)
def test_the_keys(keras, name):
    body, expected = KEYS[name]
    inputs = "x: {shape: [6, 4], batch: 2}" if "stateful" in name else SEQUENCE
    assert sorted(keys(model_text(body, inputs, ENCODER))) == sorted(expected.split())


def test_a_nested_model_s_keys_are_below_its_name(keras):
    found = keys(model_text("- {Encoder: , name: encoder}", "x: {shape: [4]}", ENCODER))
    assert found[:2] == ["encoder.in.kernel", "encoder.in.bias"]


@pytest.mark.parametrize("name", MODELS)
def test_every_variable_has_one_key_and_keeps_it(keras, name):
    inputs, body, *head = MODELS[name]
    text = model_text(body, inputs, *head)
    model, slots = slots_of_text(text)
    assert {id(slot.variable) for slot in slots} >= {id(v) for v in model.variables}
    found = [slot.key for slot in slots]
    assert len(set(found)) == len(found)
    assert keys(text) == found
    names = {operation.key.split(".")[0] for operation in specc.loads(text).graph.operations}
    assert {key.split(".")[0] for key in found} <= names


def test_slots_know_what_the_layer_made_trainable(keras):
    _, slots = slots_of_text(model_text("- {BatchNormalization: , name: norm, trainable: false}"))
    assert [slot.trains for slot in slots] == [True, True, False, False]
    assert not any(slot.variable.trainable for slot in slots)


def test_an_unfilled_model_allocates_nothing(keras):
    from specc.keras_backend.private import has_value

    model, slots = slots_of_text(model_text("- Dense: {units: 1000000000}"))
    assert model.count_params() == 5_000_000_000
    assert not any(has_value(slot.variable) for slot in slots)


def test_what_is_compiled_has_values(keras):
    from specc.keras_backend.private import has_value

    model = compile_body("- Dense: {units: 3}")
    assert all(has_value(variable) for variable in model.variables)

"""Small specs in which something is frozen or adapted, deep inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.codegen.models import floats

BLOCKS = """
  Gate:
    inputs: [x]
    weights: {scale: {shape: "=[x.shape[-1]]", initializer: ones}}
    body: [{Dense: {units: 6}, name: dense}, {BatchNormalization: , name: norm}, {expr: _ * scale}]
  Block:
    inputs: [x]
    body:
      - {Gate: , name: gate}
      - {MultiHeadAttention: {num_heads: 2, key_dim: 3}, args: {value: _}, name: att}
      - repeat: 2
        name: deep
        body: [{Dense: {units: 6}, name: dense}]
"""

TUNED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "frozen_declared": (
        f"""
inputs: {{x: {{shape: [5, 6]}}}}
define:{BLOCKS}
body:
  - {{Block: , name: one, trainable: false}}
  - {{Block: , name: two}}
  - {{Block: , name: three}}
  - {{Gate: , name: four}}
freeze: [two.gate.*, two.att.query.bias, two.deep1, three.gate.scale, four]
lora: {{rank: 2, targets: [three.att.key, three.deep0.dense, three.gate.dense]}}
""",
        {"_": floats(2, 5, 6)},
    ),
    "frozen_wrapped": (
        f"""
inputs: {{x: {{shape: [5, 6]}}}}
define:{BLOCKS}
  Cell:
    params: {{units: int}}
    inputs: [x]
    states: {{h: {{shape: [=units]}}}}
    body:
      - {{Dense: {{units: =units}}, in: x, name: dense}}
      - {{expr: tanh(_ + h), as: out}}
      - update: {{h: out}}
      - expr: out
body:
  - {{Bidirectional: {{layer: {{LSTM: {{units: 3, return_sequences: true}}}}}}, name: both}}
  - {{TimeDistributed: {{layer: {{Dense: {{units: 6}}}}}}, name: each}}
  - {{RNN: {{cell: [{{GRUCell: {{units: 6}}}}, {{Cell: {{units: 6}}}}], return_sequences: true}},
     name: rnn}}
  - {{TimeDistributed: {{layer: {{Dense: {{units: 6}}}}}}, name: held, trainable: false}}
  - {{GroupQueryAttention: {{head_dim: 3, num_query_heads: 2, num_key_value_heads: 1}},
     args: {{value: _}}, name: gqa}}
  - {{MultiHeadAttention: {{num_heads: 2, key_dim: 3}}, args: {{value: _}}, name: att,
     trainable: false}}
freeze: [both.backward_layer.cell.bias, each.layer.kernel, rnn.cell.cells.0.bias,
  rnn.cell.cells.1.dense.kernel, gqa.query.bias]
lora: {{rank: 2, targets: [each.layer, gqa.output]}}
""",
        {"_": floats(2, 5, 6)},
    ),
    "frozen_subclassed": (
        f"""
style: subclassed
inputs: {{x: {{shape: [5, 6]}}}}
define:{BLOCKS}
  Tower:
    style: functional
    inputs: {{x: {{shape: [5, 6]}}}}
    body:
      - {{Dense: {{units: 6}}, name: wide}}
      - {{BatchNormalization: , name: norm}}
weights: {{shift: {{shape: [6], initializer: zeros}}, bend: {{shape: [6], initializer: ones}}}}
layers: {{one: Block, tower: Tower, resting: Tower, head: {{Dense: {{units: 2}}}}, held: Block}}
body:
  - {{expr: held(tower(one(x + shift) * bend))}}
  - {{expr: head(resting(_))}}
freeze: ["one.**", "!one.gate", one.gate.norm, shift, tower.wide.bias, resting]
lora: {{rank: 2, targets: [head, one.gate.dense, tower.wide]}}
""",
        {"_": floats(2, 5, 6)},
    ),
    "resting_inside": (
        f"""
style: subclassed
inputs: {{x: {{shape: [5, 6]}}}}
define:{BLOCKS}
  Outer:
    inputs: [x]
    body:
      - {{Block: , name: held, trainable: false}}
      - {{MultiHeadAttention: {{num_heads: 2, key_dim: 3}}, args: {{value: _}}, name: att,
         trainable: false}}
      - {{Bidirectional: {{layer: {{LSTM: {{units: 3, return_sequences: true}}}}}}, name: both,
         trainable: false}}
      - {{LSTM: {{units: 3}}, name: lstm, trainable: false}}
layers: {{outer: Outer, head: {{Dense: {{units: 2}}}}}}
body: head(outer(x))
""",
        {"_": floats(2, 5, 6)},
    ),
}

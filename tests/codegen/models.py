"""Small specs, each of something that code must say rightly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

HEAD = "specc: 1\nmodel: case\n"


def floats(*shape: int) -> Any:
    return np.random.default_rng(3).normal(size=shape).astype("float32")


def whole(below: int, *shape: int) -> Any:
    return np.random.default_rng(4).integers(below, size=shape, dtype="int32")


PLAIN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "shared_and_nested": (
        """
inputs: {left: {shape: [6]}, right: {shape: [6]}}
define:
  Tower:
    style: functional
    params: {units: int}
    inputs: {x: {shape: [6]}}
    body:
      - {Dense: {units: =units}, name: wide}
      - {BatchNormalization: , name: norm}
    outputs: {out: _, wide: wide}
layers: {one: {Tower: {units: 3}}, two: {Tower: {units: 4}}, shared: {Dense: {units: 2}}}
body:
  - {expr: one(left), name: a}
  - {expr: one(right), name: b}
  - {expr: two(left), name: c}
  - expr:
      d: shared(a["out"]) + shared(b["wide"])
      e: relu(c["out"])[:, :2] * 2 - d
outputs: [d, e]
""",
        {"left": floats(2, 6), "right": floats(2, 6)},
    ),
    "states_of_cells": (
        """
inputs: {x: {shape: [5, 3]}}
body:
  - RNN:
      cell: {StackedRNNCells: {cells: [{LSTMCell: {units: 3}}, {GRUCell: {units: 2}}]}}
      return_state: true
    name: rnn
    as: [last, h, c, other]
outputs: [last, c, other]
""",
        {"_": floats(2, 5, 3)},
    ),
    "lists": (
        """
inputs:
  - {name: a, shape: [4, 3]}
  - {name: b, shape: [4]}
body:
  - LSTM: {units: 5, return_sequences: true, return_state: true, recurrent_initializer: HeNormal}
    in: a
    as: [seq, h, c]
    name: lstm
  - Bidirectional: {layer: {GRU: {units: 2}, name: inner}, merge_mode: sum}
    in: seq
    name: both
  - {Concatenate: , in: [_, h, c, b], name: all}
  - {TimeDistributed: {layer: {Dense: {units: 2}}}, in: seq, name: each}
outputs: {z: each, a: all}
""",
        {"0": floats(2, 4, 3), "1": floats(2, 4)},
    ),
    "functions": (
        """
inputs: {x: {shape: [4, 6]}, y: {shape: [4, 6]}}
body:
  - expr:
      a: (x + y) * (x - y) / 2 ** 2
      b: -x ** 2 + abs(y) % 3
      parts: split(x, 3, axis=-1)
      c: concatenate([parts[0], parts[2]], axis=-1)
      d: where(x > 0, x, -1.5) + cast(x == y, "float32")
      top: top_k(y, 2)[0]
      e: einsum("bij,bkj->bik", x, y)[:, 1:3, ..., None]
      f: stack([x, y], axis=1)[:, :, ::2]
      g: moments(x, axes=[1])[1]
outputs: [a, b, c, d, top, e, f, g]
""",
        {"x": floats(2, 4, 6), "y": floats(2, 4, 6)},
    ),
    "same_names": (
        """
inputs: {x: {shape: [6]}}
body:
  - {Dense: {units: 6}, name: add}
  - {expr: _ + x, name: y}
  - {Dropout: {rate: 0.5}, name: dropout_1}
  - Dropout: {rate: 0.25}
  - {Dense: {units: 2}, name: multiply_3}
  - {expr: _ * 2 + 1}
""",
        {"_": floats(2, 6)},
    ),
    "mixed": (
        """
dtype: mixed_bfloat16
inputs: {x: {shape: [8, 8, 3]}}
body:
  - {Conv2D: {filters: 4, kernel_size: [3, 1], kernel_regularizer: {L2: {l2: 0.5}}}, name: conv}
  - {GroupNormalization: {groups: 2, axis: -1}, name: norm}
  - {Activation: {activation: {LeakyReLU: {negative_slope: 0.3}}}, name: act}
  - {Flatten: , name: flat}
  - {Dense: {units: 2}, name: head, dtype: float32}
training:
  optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 9}}}}
  loss: {CategoricalCrossentropy: {label_smoothing: 0.1}}
  metrics: [accuracy, {TopKCategoricalAccuracy: {k: 2}}]
""",
        {"_": floats(2, 8, 8, 3)},
    ),
}

OWN_CLASSES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "frozen": (
        """
inputs: {x: {shape: [5, 6]}}
body:
  - {Dense: {units: 6}, name: a}
  - {Dense: {units: 6}, name: b}
  - {MultiHeadAttention: {num_heads: 2, key_dim: 3}, args: {value: _}, name: att}
  - {Dense: {units: 6}, name: c}
freeze: [a, b.bias, att.query.bias]
lora: {rank: 2, targets: [c, att.key]}
""",
        {"_": floats(2, 5, 6)},
    ),
    "expressions": (
        """
inputs: {x: {shape: [null, 6]}, ids: {shape: [null], dtype: int32}}
layers: {embed: {Embedding: {input_dim: 9, output_dim: 6, mask_zero: true}}}
body:
  - {expr: embed(ids), name: words}
  - {expr: "_ + x * 0.5 * (2.0 if training else 3.0)", name: flagged}
  - {expr: "_ + random.normal(shape(_)) * 0.1", name: noisy}
  - expr: "_ * cast(mask_of(words), 'float32')[..., None] / x.shape[1]"
    name: masked
  - {expr: _ @ transpose(embed.embeddings), name: logits}
""",
        {"x": floats(2, 4, 6), "ids": whole(9, 2, 4)},
    ),
}

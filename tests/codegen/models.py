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

DECLARED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "states_of_training": (
        """
style: subclassed
inputs: {x: {shape: [8]}}
define:
  Affine:
    params: {units: int}
    inputs: [x]
    weights:
      w: {shape: "=[x.shape[-1], units]", initializer: he_normal, regularizer: {L2: {l2: 0.01}}}
      b: {shape: [=units], initializer: zeros, constraint: NonNeg}
    body: x @ w + b
  Centre:
    inputs: [x]
    weights: {average: {shape: "=[x.shape[-1]]", initializer: zeros, trainable: false}}
    body:
      - if: training
        then:
          - update: {average: "0.9 * average + 0.1 * mean(x, axis=0)"}
      - expr: x - average
layers:
  encoder: {Affine: {units: 2}}
  centre: Centre
  decoder: {Affine: {units: 8}}
  fixed: {Dense: {units: 8}, trainable: false}
methods:
  encode: {inputs: [x], body: centre(encoder(x))}
  decode: {inputs: {z: {shape: [2]}}, body: decoder(z)}
body:
  - {expr: encode(x), as: z}
  - {add_loss: 0.1 * mean(z ** 2)}
  - {expr: fixed(decode(z + (random.normal(shape(z)) if training else 0.0)))}
training: {optimizer: adam, loss: mse}
""",
        {"_": floats(3, 8)},
    ),
    "computed_weights": (
        """
inputs: {x: {shape: [4, 6]}}
define:
  Places:
    inputs: [x]
    weights:
      kept: {value: "reshape(arange(24, dtype='float32'), [4, 6]) / 24"}
      made: {value: "sin(arange(6, dtype='float32'))", save: false}
      whole: {value: "[1, 2, 3, 4]"}
    body: (x + kept) * made + cast(whole, 'float32')[:, None]
body:
  - {Places: , name: places, dtype: mixed_bfloat16}
  - {Places: , name: again}
""",
        {"_": floats(2, 4, 6)},
    ),
    "cells": (
        """
inputs: {x: {shape: [5, 3]}}
define:
  Two:
    params: {units: int}
    inputs: [x]
    states: {h: {shape: [=units]}, c: {shape: [=units]}}
    body:
      - {Dense: {units: =units}, in: x, name: dense}
      - {expr: tanh(_ + h), as: out}
      - update: {h: out, c: c * 0.5 + out}
      - expr: out + c
body:
  - {RNN: {cell: {Two: {units: 4}}, return_sequences: true}, name: first}
  - {RNN: {cell: {Two: {units: 2}}}, name: second}
""",
        {"_": floats(2, 5, 3)},
    ),
    "functions_of_its_own": (
        """
inputs: {x: {shape: [6]}}
define:
  triple: {params: {by: 3}, inputs: [x], body: "maximum(x, 0) * by + x ** 2"}
  far: {inputs: [y_true, y_pred], body: "mean(abs(y_true - y_pred), axis=-1)"}
body:
  - {Dense: {units: 4, activation: triple}, name: one}
  - {Dense: {units: 4, activation: {triple: {by: 2}}}, name: two}
training: {optimizer: sgd, loss: far, metrics: [far]}
""",
        {"_": floats(2, 6)},
    ),
    "masks": (
        """
inputs: {ids: {shape: [5], dtype: int32}}
define:
  Words:
    inputs: [ids]
    mask: ids != 0
    body: [{Embedding: {input_dim: 9, output_dim: 4}, name: table}]
  Passed:
    inputs: [x]
    mask: pass
    body: [{Dense: {units: 4}, name: dense}, {expr: _ * 2}]
  Stopped:
    inputs: [x]
    body: [{Dense: {units: 4}, name: dense}, {Dropout: {rate: 0.5}, name: drop}]
body:
  - {Words: , name: words}
  - {Passed: , name: passed}
  - {LSTM: {units: 4, return_sequences: true}, name: masked}
  - {Stopped: , name: stopped}
  - {LSTM: {units: 3}, name: unmasked}
""",
        {"_": whole(9, 3, 5)},
    ),
    "inside_of_each_other": (
        """
inputs: {x: {shape: [4, 6]}, y: {shape: [4, 6]}}
define:
  Gate:
    inputs: {a: , b: {optional: true}}
    body:
      - if: b is None
        then: sigmoid(a) * a
        else: sigmoid(a) * b
  Block:
    params: {units: int, rate: 0.5}
    inputs: {a: , b: {optional: true}}
    body:
      - {Gate: , in: a, args: {b: b}, name: gate}
      - {Dense: {units: =units}, name: dense}
      - {Dropout: {rate: =rate}, name: drop}
      - {LSTM: {units: =units, return_state: true, return_sequences: true}, as: [s, h, c], name: m}
    outputs: {seq: s, last: h + c}
layers: {one: {Block: {units: 3}}, two: {Block: {units: 6, rate: 0.25}}}
body:
  - {expr: "one(x, b=y)", as: p}
  - {expr: two(x), as: q}
  - {expr: "two(q['seq'])", as: r}
  - expr:
      first: p["last"]
      second: q["last"]
      third: r["seq"]
outputs: [first, second, third]
""",
        {"x": floats(2, 4, 6), "y": floats(2, 4, 6)},
    ),
    "forms_of_inputs": (
        """
inputs: {x: {shape: [4, 6]}, y: {shape: [4, 6]}, z: {shape: [6]}}
define:
  Gate:
    inputs: {a: , b: {optional: true}}
    body:
      - {Dense: {units: 6}, in: a, name: dense}
      - if: b is None
        then: sigmoid(_) * a
        else: sigmoid(_) * b
  Outer:
    inputs: {a: , b: {optional: true}}
    body:
      - {Gate: , in: a, args: {b: b}, name: gate}
      - {expr: gate(_)}
      - if: b is None
        then: _ + a
        else: _ + b
  Pool:
    inputs: [x]
    body:
      - {Dense: {units: 6}, name: dense}
      - if: x.shape[1] == 4
        then: mean(_, axis=1)
        else: _
  Flat:
    inputs: [x]
    weights: {scale: {shape: [1], initializer: ones}}
    body: "reshape(x, [-1, x.shape[-1] * 2])[:, :2] * scale"
  Sum:
    inputs: [xs]
    body: [{if: len(xs) == 2, then: "xs[0] + xs[1]", else: "xs[0]"}]
layers: {gate: Gate, both: Outer, pool: Pool, flat: Flat, total: Sum}
body:
  - expr:
      one: gate(x, b=y)
      two: gate(one)
      three: both(two)
      four: both(three, b=x)
      five: pool(four)
      six: pool(z)
      seven: flat(four)
      eight: flat(four[:, :, :2])
      nine: total([five, six])
      ten: total([nine])
outputs: [ten, seven, eight]
""",
        {"x": floats(2, 4, 6), "y": floats(2, 4, 6), "z": floats(2, 6)},
    ),
}

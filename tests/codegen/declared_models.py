"""Small specs with layers and models of their own, each of something that code must say rightly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.codegen.models import floats, whole

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
    "masks_read": (
        """
inputs: {ids: {shape: [5], dtype: int32}}
define:
  Words:
    inputs: [ids]
    mask: ids != 0
    body: [{Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}, name: table}]
  Average:
    inputs: [ids]
    body:
      - {Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}, name: table}
      - expr:
          there: cast(mask_of(table), table.dtype)[..., None]
          mean: sum(table * there, axis=1) / (sum(there, axis=1) + 1.0)
      - {Dense: {units: 3}, name: dense}
  Shifted:
    inputs: [x]
    mask: logical_or(mask_of(x), x[..., 0] > 0)
    body: x + 1.0
body:
  - {Words: , name: words}
  - {Shifted: , name: shifted}
  - {LSTM: {units: 3}, name: lstm}
  - {Average: , in: ids, name: average}
  - {Add: , in: [_, lstm], name: both}
""",
        {"_": whole(9, 3, 5)},
    ),
    "dtypes_read": (
        """
dtype: mixed_bfloat16
inputs: {x: {shape: [6]}}
define:
  As:
    inputs: [x]
    weights: {scale: {shape: [6], initializer: ones}}
    body: x * scale + cast(reshape(arange(6), [1, 6]), x.dtype)
body: [{As: , name: inner}, {As: , name: outer, dtype: float32}]
""",
        {"_": floats(2, 6)},
    ),
    "called_by_methods": (
        """
style: subclassed
inputs: {x: {shape: [8]}}
define:
  Pair:
    params: {units: int}
    inputs: [x]
    body: [{Dense: {units: =units}, name: one}, {Dense: {units: =units}, name: two}]
layers:
  encoder: {Pair: {units: 2}}
  decoder: {Pair: {units: 8}}
  attention: {MultiHeadAttention: {num_heads: 1, key_dim: 2}}
methods:
  decode: {inputs: {z: {shape: [2]}}, body: decoder(z)}
  attend:
    inputs: {a: {shape: [3, 2]}, b: {shape: [4, 2]}}
    body: [{expr: "attention(a, value=b)"}]
  both: {inputs: [x], body: decode(encoder(x)) * 2.0}
body: encoder(x)
""",
        {"_": floats(3, 8)},
    ),
    "functions_that_train": (
        """
inputs: {x: {shape: [6]}}
define:
  quiet: {inputs: [x], body: "x * (2.0 if training else 3.0)"}
  noisy: {inputs: [x], body: "x + 0.0 * random.normal(shape(x))"}
body:
  - {Dense: {units: 4, activation: quiet}, name: one}
  - {Dense: {units: 4, activation: noisy}, name: two}
""",
        {"_": floats(2, 6)},
    ),
}

METHODS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "states_of_training": {"encode": (floats(3, 8),), "decode": (floats(3, 2),)},
    "called_by_methods": {
        "decode": (floats(3, 2),),
        "attend": (floats(3, 3, 2), floats(3, 4, 2)),
        "both": (floats(3, 8),),
    },
}
"""What methods of subclassed models are called on."""

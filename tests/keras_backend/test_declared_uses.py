"""Declared layers wherever Keras's own can stand; each model loads again, and computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc

DEFINE = """
define:
  Affine:
    params: {units: 4}
    inputs: [x]
    weights: {w: {shape: "=[x.shape[-1], units]"}}
    body: tanh(x @ w)
  Twice: {inputs: [x], layers: {one: {Affine: {units: 3}}, two: Affine}, body: two(one(x))}
  Tower:
    params: {depth: 2}
    inputs: [x]
    body:
      - repeat: depth
        name: block
        body: [{Affine: , name: affine, collect: all}]
    outputs: {last: "all[-1]", all: all}
  Listed:
    inputs: [x]
    layers: {for: i in range(3), key: "'part' + str(i)", each: {Affine: {units: =i + 2}}}
    body: "concatenate([part0(x), part1(x), part2(x)], axis=-1)"
  Pair: {inputs: [x], body: "x['a'] * x['b'][0] + x['b'][1]"}
  Inner: {style: functional, inputs: {x: {shape: [4]}}, body: [{Affine: , name: affine}]}
  Sub: {style: subclassed, inputs: {x: {shape: [4]}}, layers: {affine: Affine}, body: affine(x)}
  Holds: {inputs: [x], layers: {inner: Inner, sub: Sub}, body: sub(inner(x))}
  Optional:
    inputs: {x: {}, y: {optional: true}}
    body: x if y is None else x + y
  Cell:
    params: {units: 3}
    inputs: [x]
    states: {h: {shape: [=units]}}
    weights: {w: {shape: "=[x.shape[-1], units]"}, u: {shape: "=[units, units]"}}
    body: [{expr: tanh(x @ w + h @ u), as: out}, {update: {h: out}}, {expr: out}]
  Pool: {inputs: {x: {}, mask: {optional: true}}, body: "sum(x, axis=1) if mask is None else sum(where(expand_dims(mask, -1), x, 0.0), axis=1)"}
  Words:
    inputs: [ids]
    mask: ids != 0
    layers: {table: {Embedding: {input_dim: 9, output_dim: 4}}}
    body: table(ids)
  Passes: {inputs: [x], mask: pass, body: x * 2}
  swish: {inputs: [x], body: x * sigmoid(x)}
  Swish: {inputs: [x], weights: {w: {shape: []}}, methods: {act: {inputs: [x], body: swish(x)}}, body: act(x) * w}
"""  # noqa: E501 - lines of YAML
ROW, ROWS, IDS = "{shape: [4]}", "{shape: [5, 4]}", "{shape: [5], dtype: int32}"
USES = {
    "step": (ROW, "- {Affine: , name: a}"),
    "nested": (ROW, "- {Twice: , name: a}"),
    "repeated": (ROW, "- {repeat: 2, name: r, body: [{Affine: , name: a}]}"),
    "shared": (ROW, "- {Affine: , name: a}\n  - expr: a - a(x)"),
    "unnamed": (ROW, "- Affine\n  - Affine"),
    "loops and several outputs": (ROW, "- {Tower: {depth: 3}, name: a, as: t}\n  - expr: t"),
    "sublayers of a table": (ROW, "- {Listed: , name: a}"),
    "nested inputs": (ROW, "- {Pair: , in: {a: x, b: [x, x]}, name: a}"),
    "models in a layer": (ROW, "- {Holds: , name: a}"),
    "optional given": (ROW, "- {Optional: , in: x, args: {y: x}, name: a}"),
    "optional absent": (ROW, "- {Optional: , in: x, name: a}"),
    "time distributed": (ROWS, "- {TimeDistributed: {layer: {Affine: {units: 2}}}, name: a}"),
    "cell": (ROWS, "- {RNN: {cell: {Cell: {units: 2}}, return_sequences: true}, name: a}"),
    "mask produced, passed and consumed": (
        IDS, "- {Words: , name: w}\n  - {Passes: , name: p}\n  - {Pool: , name: a}",
    ),
    "mask of an embedding": (
        IDS,
        "- {Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}, name: w}\n"
        "  - {Passes: , name: p}\n  - {Pool: , name: a}",
    ),
    "functions and methods": (ROW, "- {Swish: , name: a}"),
    "frozen": (ROW, "- {Affine: , name: a, trainable: false}"),
    "of another dtype": (ROW, "- {Affine: , name: a, dtype: float64}"),
}  # fmt: skip
FORMS = ["functional", "subclassed"]


def model_of(shape: str, body: str, style: str) -> Any:
    text = (
        f"specc: 1\nmodel: m\nstyle: {style}\ninputs: {{x: {shape}}}\n{DEFINE}\nbody:\n  {body}\n"
    )
    return specc.compile(specc.loads(text), seed=1)


def inputs_of(shape: str) -> Any:
    if shape == IDS:
        return np.array([[3, 1, 0, 2, 0], [1, 1, 1, 0, 0]], np.int32)
    sizes = (2, 4) if shape == ROW else (2, 5, 4)
    return np.random.default_rng(0).random(sizes, np.float32)


@pytest.mark.parametrize("style", FORMS)
@pytest.mark.parametrize(("shape", "body"), USES.values(), ids=USES.keys())
def test_a_use(keras: Any, tmp_path: Path, shape: str, body: str, style: str) -> None:
    model, x = model_of(shape, body, style), inputs_of(shape)
    found = model(x)
    keras.tree.assert_same_structure(found, model.compute_output_spec(keras.KerasTensor(x.shape)))
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    keras.tree.map_structure(np.testing.assert_array_equal, again(x), found)
    assert [v.name for v in again.trainable_weights] == [v.name for v in model.trainable_weights]


def test_what_masks_do(keras: Any) -> None:
    """Padding is left out of the sum, whoever made the mask."""
    shape, body = USES["mask produced, passed and consumed"]
    model, ids = model_of(shape, body, "functional"), inputs_of(shape)
    table = model.get_layer("w").table.embeddings.numpy()
    expected = [sum(2 * table[i] for i in row if i) for row in ids]
    np.testing.assert_allclose(model(ids), expected, rtol=1e-5)


def test_sharing_has_one_set_of_weights(keras: Any) -> None:
    shape, body = USES["shared"]
    for style in FORMS:
        model = model_of(shape, body, style)
        assert [v.name for v in model.weights] == ["w"]


def test_a_cell_is_stepped_as_by_hand(keras: Any) -> None:
    shape, body = USES["cell"]
    model, x = model_of(shape, body, "functional"), inputs_of(shape)
    w, u = model.get_weights()
    h = np.zeros((2, 2), np.float32)
    for step in range(5):
        h = np.tanh(x[:, step] @ w + h @ u)
        np.testing.assert_allclose(model(x)[:, step], h, rtol=1e-5)


def test_name_and_dtype_beside_one_that_is_an_argument(keras: Any) -> None:
    text = (
        """\
specc: 1
model: beside
inputs: {x: {shape: [3, 4]}}
"""
        + DEFINE
        + """
body:
  - {TimeDistributed: {layer: {Affine: , name: own, dtype: float16}}, name: declared}
  - {TimeDistributed: {layer: {Inner: , name: inside, dtype: float16}}, name: model}
"""
    )
    spec = specc.loads(text)
    model = specc.compile(spec)
    layers = [model.get_layer(name).layer for name in ("declared", "model")]
    assert [layer.name for layer in layers] == ["own", "inside"]
    assert {variable.dtype for variable in model.variables} == {"float16"}
    assert {slot.dtype for slot in spec.slots} == {"float16"}

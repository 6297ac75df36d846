"""Documents in every form that the language has, by title; all are valid."""

FORMS = {
    "bare steps and both styles": """
specc: 1
model: mnist_cnn
doc: Small convolutional classifier.
params: {width: 32, classes: 10}
inputs:
  image: {shape: [28, 28, 1]}
body:
  - Conv2D: {filters: =width, kernel_size: 3, activation: relu}
  - MaxPooling2D
  - Conv2D:
      filters: =width * 2
      kernel_size: [3, 3]
      kernel_initializer: {VarianceScaling: {scale: 2.0, mode: fan_out}}
      kernel_regularizer: l2
  - Flatten
  - Add:
    in: [_, _]
  - Dropout: {rate: 0.5}
  - Dense: {units: =classes, activation: {LeakyReLU: {negative_slope: 0.1}}}
    name: head
""",
    "definitions, loops and conditions": """
specc: 1
model: net
separator: _
params: {depths: [3, 4], eps: 1.001e-5, rate: {type: float, default: 0.1, min: 0, max: 1}, n: int}
variants: {small: {depths: [1, 1]}, large: {depths: [9, 9], n: 3}}
inputs: [{name: image, shape: [=n, null, 3]}, {name: mask, shape: [], dtype: bool}]
imports: {Fancy: "python:my_pkg.layers:Fancy", other: ./blocks.yaml}
define:
  block:
    params: {filters: int, stride: 1, project: false, Norm: layer, sizes: 'list[int]'}
    inputs: [x]
    mask: pass
    body:
      - if: project
        as: shortcut
        then:
          - {Conv2D: {filters: =4 * filters, kernel_size: 1, strides: =stride}, name: 0_conv}
          - Norm
        else: x
      - {Norm: {epsilon: =eps}, in: x}
      - {Add: , in: [shortcut, _], name: add}
  Whole:
    style: functional
    inputs: {x: {shape: [3], optional: true, batch: 8}}
    body: x * 2
    outputs: {a: x, b: _}
body:
  - repeat: 3
    collect: taps
    body: [{block: {filters: 3}, in: image}]
  - for: stage, depth in enumerate(depths)
    name: =f"conv{stage + 2}"
    trainable: =stage > 1
    body:
      - for: i in range(1, depth + 1)
        name: =f"block{i}"
        body:
          - {block: {filters: =64 * 2**stage, stride: =2 if i == 1 else 1}, as: [x, _]}
  - other
  - expr: {a: image + 1, b: a * mask}
  - {expr: b, as: c}
  - MultiHeadAttention: {num_heads: 2, key_dim: 4}
    args: {query: c, value: image, use_causal_mask: true}
    keras_name: attention/1
  - {Bidirectional: {layer: {LSTM: {units: 3}, name: inner}, merge_mode: null}}
  - RNN: {cell: [{GRUCell: {units: 3}}, {Cell: {size: 3}}, Whole]}
  - {TimeDistributed: {layer: Whole}}
  - Dense: =arguments
  - {Dense: {units: 2, activation: my_activation, kernel_initializer: =init}}
outputs: {main: _, taps: =taps}
training:
  optimizer: {AdamW: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 9}}}}
  loss: {main: {Huber: {delta: 2.0}}, taps: mse}
  metrics: {main: [accuracy, {TopKCategoricalAccuracy: {k: 3}}], taps: null}
  loss_weights: {main: 0.5}
  jit_compile: auto
freeze: ["backbone.**", "!backbone.stage3.**"]
lora: {rank: 8, targets: "**.attention.*"}
dtype: mixed_bfloat16
moved: [{from: enc.dense, to: encoder.proj}]
""",
    "inputs and layers as tables": """
specc: 1
model: wide
params: {features: [a, b]}
freeze: =[name + ".**" for name in features]
lora: [{targets: ["embed_*"], rank: =2, alpha: 4.0, if: len(features) > 1}]
inputs: {for: name in features, key: name, each: {shape: [1]}}
layers:
  for: name in features
  key: f"embed_{name}"
  each: {Embedding: {input_dim: 10, output_dim: 3}}
body: concatenate([a, b])
""",
    "a layer with weights": """
specc: 1
layer: VectorQuantizer
params: {num_embeddings: int, beta: 0.25, activation: {type: activation, default: linear}}
inputs: [x]
weights:
  embeddings: {shape: "=[embedding_dim, num_embeddings]", initializer: random_uniform}
  b: {shape: [=units], initializer: zeros, trainable: false, if: beta > 0}
  table: {value: "arange(10)", save: false}
methods:
  get_code_indices:
    inputs: [flat]
    body: argmin(flat, axis=1)
    export: false
body:
  - expr:
      flat: reshape(x, [-1, embedding_dim])
      indices: get_code_indices(flat)
  - add_loss: beta * mean((stop_gradient(quantized) - x) ** 2)
  - update: {b: mean(x)}
  - expr: x + stop_gradient(quantized - x)
""",
    "an RNN cell": """
specc: 1
layer: Cell
params: {units: int}
inputs: [x]
states: {h: {shape: [=units]}}
body: [{update: {h: tanh(x + h)}}]
""",
    "a subclassed model": """
specc: 1
model: MySubclassedModel
style: subclassed
imports: {CustomDense: ./custom_dense.yaml}
params: {num_units: 32, activation: relu}
inputs: {x: {shape: [10]}}
layers:
  dense_1: {CustomDense: {units: =num_units, activation: =activation}}
  dense_2: {Dense: {units: 1}, if: num_units > 1, trainable: false}
  flat: Flatten
body: dense_2(dense_1(x))
""",
    "a spec that extends another": """
specc: 1
model: mine
extends: base.yaml
params: {width: 3}
training: {optimizer: adam}
""",
    "a class hidden by a definition": """
specc: 1
model: m
define: {Dense: {params: {size: int}, style: functional, inputs: [x], body: x}}
inputs: {x: {shape: [3]}}
body: [{Dense: {size: 3}}]
""",
    "a layer's object": "specc: 1\nkeras: {Dense: {units: 64, activation: relu}}",
    "an optimizer's object": "specc: 1\nkeras: {Adam: {learning_rate: 1.0e-4}}",
    "an object by its name": "specc: 1\nkeras: he_normal",
    "a library": """
specc: 1
library: blocks
params: {a: 1}
define: {b: {inputs: [x], body: x + a}}
""",
    "a deployment": """
specc: 1
deployment: mnist-prod
model: ../specs/mnist_cnn.yaml
params: {width: 3}
weights:
  - from: runs/42/mnist.weights.h5
    sha256: 9f
  - {from: runs/57/head.safetensors, select: head.*}
non_trainable: require
export: [keras, saved_model, litert, onnx]
verify: {samples: 32, atol: 1e-5}
""",
}

_MODEL = "specc: 1\nmodel: m\ninputs: {x: {shape: [3]}}\n"


def _step(step: str) -> str:
    return f"{_MODEL}body:\n  - {step}\n"


# title → text, the path of the error, and a word of its message
WRONG = {
    "no version": ("model: m", [], "specc"),
    "another version": ("specc: 2\nmodel: m", ["specc"], "1 was expected"),
    "no kind": ("specc: 1", [], "required"),
    "an unknown kind": ("specc: 1\nmodl: m", [], "modl"),
    "an unknown key": (_MODEL + "bdoy: x", [], "bdoy"),
    "an unknown style": (_MODEL + "style: sequental", ["style"], "sequental"),
    "a body that is code": (_MODEL + "body: =x", ["body"], "=x"),
    "a misspelt argument": (
        _step("Conv2D: {filtrs: 3, filters: 3, kernel_size: 3}"),
        ["body", 0, "Conv2D"],
        "filtrs",
    ),
    "a missing argument": (_step("Dense: {activation: relu}"), ["body", 0, "Dense"], "units"),
    "a class that needs arguments, alone": (_step("Dense"), ["body", 0], "Dense"),
    "text for a number": (_step('Dense: {units: "3"}'), ["body", 0, "Dense", "units"], "'3'"),
    "a number too small": (_step("Dense: {units: 0}"), ["body", 0, "Dense", "units"], "minimum"),
    "a boolean for a number": (
        _step("Dense: {units: true}"),
        ["body", 0, "Dense", "units"],
        "True",
    ),
    "text for a boolean": (
        _step('Dense: {units: 3, use_bias: "false"}'),
        ["body", 0, "Dense", "use_bias"],
        "false",
    ),
    "an unknown choice": (
        _step("Conv2D: {filters: 3, kernel_size: 3, padding: vlaid}"),
        ["body", 0, "Conv2D", "padding"],
        "vlaid",
    ),
    "an unknown initializer": (
        _step("Dense: {units: 3, kernel_initializer: he_normol}"),
        ["body", 0, "Dense", "kernel_initializer"],
        "he_normol",
    ),
    "an initializer's misspelt argument": (
        _step("Dense: {units: 3, kernel_initializer: {HeNormal: {sed: 1}}}"),
        ["body", 0, "Dense", "kernel_initializer", "HeNormal"],
        "sed",
    ),
    "a wrapped layer's misspelt argument": (
        _step("Bidirectional: {layer: {LSTM: {units: 3, unit: 3}}}"),
        ["body", 0, "Bidirectional", "layer", "LSTM"],
        "unit",
    ),
    "a function with arguments": (
        _step("Dense: {units: 3, activation: {relu: {alpha: 0.2}}}"),
        ["body", 0, "Dense", "activation", "relu"],
        "alpha",
    ),
    "an alias's misspelt argument": (
        _step("Convolution2D: {filters: 3, kernel_size: 3, pading: same}"),
        ["body", 0, "Convolution2D"],
        "pading",
    ),
    "deep inside": (
        _step("{if: a, then: [{for: i in x, body: [{Dense: {units: 1.5}}]}]}"),
        ["body", 0, "then", 0, "body", 0, "Dense", "units"],
        "1.5",
    ),
    "inside a definition": (
        _MODEL + "define: {b: {inputs: [x], body: [{Dense: {unit: 3, units: 3}}]}}",
        ["define", "b", "body", 0, "Dense"],
        "unit",
    ),
    "a step that is a number": (_step("3"), ["body", 0], "3"),
    "a misspelt step key": (_step("{Dense: {units: 3}, nmae: x}"), ["body", 0], "nmae"),
    "two things in one step": (_step("{expr: x, Flatten: }"), ["body", 0], "Flatten"),
    "a loop without a body": (_step("{for: i in x}"), ["body", 0], "body"),
    "a loop's code with a sign": (_step("{for: =i, body: []}"), ["body", 0, "for"], "=i"),
    "a misspelt argument of compile": (
        _MODEL + "training: {optimiser: adam}",
        ["training"],
        "optimiser",
    ),
    "an unknown optimizer": (
        _MODEL + "training: {optimizer: adamv}",
        ["training", "optimizer"],
        "adamv",
    ),
    "an optimizer's misspelt argument": (
        _MODEL + "training: {optimizer: {AdamW: {lr: 0.1}}}",
        ["training", "optimizer", "AdamW"],
        "lr",
    ),
    "a loss's misspelt argument": (
        _MODEL + "training: {loss: {Huber: {dleta: 0.1}}}",
        ["training", "loss", "Huber"],
        "dleta",
    ),
    "an unknown dtype policy": (_MODEL + "dtype: mixed_float17", ["dtype"], "mixed_float17"),
    "a param's misspelt key": (
        _MODEL + "params: {a: {type: int, defalt: 3}}",
        ["params", "a"],
        "defalt",
    ),
    "a param's unknown type": (
        _MODEL + "params: {a: {type: integer}}",
        ["params", "a", "type"],
        "integer",
    ),
    "an input's misspelt key": (
        "specc: 1\nmodel: m\ninputs: {x: {shpe: []}}",
        ["inputs", "x"],
        "shpe",
    ),
    "an input's size in words": (
        "specc: 1\nmodel: m\ninputs: {x: {shape: [a]}}",
        ["inputs", "x", "shape", 0],
        "'a'",
    ),
    "an object's misspelt argument": (
        "specc: 1\nkeras: {Dense: {units: 3, unitz: 3}}",
        ["keras", "Dense"],
        "unitz",
    ),
    "a misspelt key where a class is hidden": (
        _MODEL + "define: {Dense: {body: x}}\nbdoy: x",
        [],
        "bdoy",
    ),
}

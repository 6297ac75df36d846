"""S46x and S470: declared layers and subclassed models."""

from specc.diagnostics.codes.code import Code

CODES = {
    "S460": Code(
        "shape of a state",
        """A state of a cell has one size: Keras's recurrent layers keep a matrix for each, batch by
size, and start it with zeros.

    states: {h: {shape: [=units]}}

Several sizes are one state of their product, reshaped in the body.
""",
    ),
    "S461": Code(
        "update of what is no weight",
        """`update` assigns the weights of the layer it stands in, and the states of a cell, by the
names that `weights:` and `states:` give them.

    weights: {count: {shape: [], initializer: zeros, trainable: false}}
    body:
      - update: {count: count + 1}

The weights of other layers change by training them.
""",
    ),
    "S462": Code(
        "a state without one next value",
        """Each state of a cell is updated exactly once a step, else it would be kept, or changed
twice, in silence.

    states: {h: {shape: [=units]}}
    body:
      - expr: {out: tanh(x @ kernel + h @ recurrent)}
      - update: {h: out}
""",
    ),
    "S463": Code(
        "reserved name",
        """Keras layers and models have attributes of their own: `name`, `weights`, `call`,
`losses`, `summary`. A weight, a sublayer or a method that was called so would take their place.

The names that are taken are a fixed list of the language version. Choose another; where Keras must
see the old one, add `keras_name` to the step.
""",
    ),
    "S464": Code(
        "mask of more than the first input",
        """Keras asks a layer for the mask of its output with its first input alone, so the
`mask:` of a layer is computed from that, its weights and constants, without calling layers.

    inputs: [ids]
    mask: ids != 0

`mask: pass` passes on the mask that the first input has.
""",
    ),
    "S465": Code(
        "weights only in training",
        """A step under `if: training` would make its weights in one way through the body and not in
the other. Make the layer outside, and call it within.

    layers: {extra: {Dense: {units: 4}}}
    body:
      - if: training
        then: [{expr: extra(x)}]
        else: [{expr: extra(x) * 0.5}]
""",
    ),
    "S466": Code(
        "method of a layer that isn't built",
        """A method reads weights and sublayers, which a layer has once it was called, or built
for the shapes of its inputs. Models that `specc.compile` gives are built; of a layer that stands
alone, call it once, or `build` it.
""",
    ),
    "S467": Code(
        "built for other inputs",
        """The way through a layer's body for these inputs needs a sublayer or a weight that it
hasn't got: it was built when it was first called, with other optional inputs or other sizes.

Declare what both ways need in `layers:`, so that it is made in any case.
""",
    ),
    "S468": Code(
        "not what a model takes",
        """A subclassed model takes its inputs in the structure that its `inputs:` declares:
one in a mapping is a tensor, several are a dict by their names, and a list is a list in its order.

    inputs: {image: {shape: [8]}, label: {shape: []}}

takes `model({"image": images, "label": labels})`.
""",
    ),
    "S469": Code(
        "method of inputs of unknown shapes",
        """A method's inputs have the shapes that it gives them, or those of the layer's or model's
inputs that are called the same. Without either, what only the method calls can't be built
together with the rest, and no signature be exported.

    methods:
      decode:
        inputs: {z: {shape: [2]}}
        body: decoder(z)

A method that is not to be exported says `export: false`.
""",
    ),
    "S470": Code(
        "value that isn't constant",
        """A weight with a `value` is computed once, when the layer is built, when no input is there
yet. It may read params, constants and other computed weights.

    weights:
      positions: {value: "cast(arange(length), 'float32') / length"}
      shifted: {value: positions + 1}
      w: {shape: [=length], initializer: zeros}

A weight that begins with random numbers has an `initializer`.
""",
    ),
}

"""S43x and S44x: the model as a whole, and its training."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S430": Code(
        "nothing reads it",
        "No output depends on the step, so Keras would leave it out of the model; specc does so\n"
        "too, and says it. Inputs stay, because callers give them, and so do the weights that a\n"
        "layer declares; neither has an effect.\n"
        "\n"
        "  - {Dense: {units: 8}, in: x, name: a}\n"
        "  - {Dense: {units: 8}, in: x, name: b}      # nothing reads `a`\n"
        "\n"
        "Read it in a later step or in `outputs`, or remove it.",
    ),
    "S431": Code(
        "`/` in a name",
        "Keras joins the names of layers and weights with `/`, and refuses one that holds it.\n"
        "\n"
        "  separator: /\n"
        "  - {Dense: {units: 8}, name: a, keras_name: block/a}\n"
        "\n"
        "Use `_` or `.`; weight keys are joined with `.` whatever the separator is.",
    ),
    "S432": Code(
        "names that are one to Keras",
        "The keys of two layers differ, but the `separator`, or a `keras_name`, makes one name\n"
        "of them, and Keras could not tell them apart.\n"
        "\n"
        "  separator: _\n"
        "  block.conv, block_conv                     # both `block_conv`",
    ),
    "S434": Code(
        "not a chain",
        "A sequential model has one input, and each layer reads the one before and nothing\n"
        "else.\n"
        "\n"
        "  style: sequential\n"
        "  body:\n"
        "    - {Dense: {units: 8}, name: a}\n"
        "    - {Add: , in: [x, a]}                    # reads two\n"
        "\n"
        "Leave out the style: functional models may be chains too.",
    ),
    "S435": Code(
        "layers without a name",
        "A layer without a name is called after its class and its place, `dense_0`, `dense_1`.\n"
        "A layer inserted before it shifts that, so weights saved under such keys bind only to\n"
        "an equal architecture. Named layers keep their weights whatever is inserted around\n"
        "them:\n"
        "\n"
        "  - {Dense: {units: 64}, name: hidden}",
    ),
    "S436": Code(
        "not available in this version",
        "The language has this key or document, but this version can't act on it. A key that\n"
        "would be ignored is an error, so that a model is never other than its spec says; what a\n"
        "deployment says of exports gets a warning.\n"
        "\n"
        '  freeze: ["backbone.**"]\n'
        "  - {backbone: , trainable: false}           # does it today\n"
        "\n"
        "The help of the message says what to write instead.",
    ),
    "S440": Code(
        "unknown argument of compile",
        "`training:` takes exactly the arguments of Keras's `Model.compile`. What `fit` takes\n"
        "(epochs, batch size) is no part of a spec.\n"
        "\n"
        "  training: {optimzer: adam, loss: mse}      # did you mean `optimizer`?",
    ),
    "S441": Code(
        "compile argument of the wrong type",
        "The argument is one of `Model.compile`'s that are plain values, and takes another\n"
        "type.\n"
        "\n"
        '  training: {run_eagerly: "no"}              # true or false\n'
        "  training: {steps_per_execution: 10}",
    ),
    "S442": Code(
        "unknown output",
        "Losses, metrics and weights may be given by output; the model has none of this name. A\n"
        "mapping in `outputs` names them.\n"
        "\n"
        "  outputs: {boxes: b, classes: c}\n"
        "  training: {loss: {boxes: mse, class: sparse_categorical_crossentropy}}",
    ),
}

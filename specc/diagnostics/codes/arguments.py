"""S2xx: layers and their arguments."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S201": Code(
        "unknown layer or definition",
        "A step begins with a Keras layer (`Conv2D`, capital first letter) or with the name of a\n"
        "definition, from `define:` or `imports:`. This name is neither.\n"
        "\n"
        "  - Conv2d: {filters: 8, kernel_size: 3}     # did you mean `Conv2D`?\n"
        "\n"
        "Correct the name, or import the definition: `imports: {block: ./blocks.yaml}`.",
    ),
    "S202": Code(
        "class that a spec may not use",
        "Some Keras classes hold code, not data (Lambda, TFSMLayer, TorchModuleWrapper, JaxLayer,\n"
        "FlaxLayer), are base classes that do nothing alone (Layer, Wrapper, Loss), or need what\n"
        "a spec cannot hold. Reading a spec never runs code that the spec brings.\n"
        "\n"
        "  - Lambda: {function: …}\n"
        "  - expr: _ * 2 + 1                           # write this instead\n"
        "\n"
        "The help of the message says what to write instead.",
    ),
    "S204": Code(
        "unknown argument",
        "The class has no argument of this name. Keras would say so too, but from deep inside and\n"
        "without the line.\n"
        "\n"
        "  - Conv2D: {filtrs: 32, kernel_size: 3}      # did you mean `filters`?\n"
        "\n"
        "`specc schema` gives an editor every argument with its doc line.",
    ),
    "S205": Code(
        "missing argument",
        "The class needs an argument that is not given. All that are missing are named at once.\n"
        "\n"
        "  - Conv2D: {filters: 32}                     # needs `kernel_size`",
    ),
    "S206": Code(
        "value of the wrong type",
        "The value is not of a type that the argument takes. Nothing is converted in silence:\n"
        "`true` is no number, a text is no number and no boolean, `2.0` is no integer. A whole\n"
        "number will do for a decimal one, except in few places where Keras itself refuses it.\n"
        "\n"
        '  - Dense: {units: "64"}                      # write 64\n'
        '  - Dense: {units: 64, use_bias: "false"}     # write false\n'
        "\n"
        "Keras accepts the second one, and uses a bias.",
    ),
    "S207": Code(
        "value out of range",
        "The value has the right type, but the class cannot work with it: a rate above 1, a layer\n"
        "of -1 units, a size of 0, an infinite or undefined (`.nan`) number.\n"
        "\n"
        "  - Dropout: {rate: 1.5}                      # a rate is from 0 to 1",
    ),
    "S208": Code(
        "value that is none of the choices",
        "The argument takes one of a few fixed words.\n"
        "\n"
        "  - Conv2D: {filters: 8, kernel_size: 3, padding: sme}   # `valid` or `same`",
    ),
    "S209": Code(
        "arguments that do not go together",
        "Each argument is right by itself; together they are not.\n"
        "\n"
        "  - Conv2D: {filters: 10, kernel_size: 3, groups: 4}     # 10 is no multiple of 4\n"
        "  - Conv2D: {filters: 8, kernel_size: 3, strides: 2, dilation_rate: 2}",
    ),
    "S210": Code(
        "key of the step among the arguments",
        "`name`, `trainable` and `dtype` are keys of the step and stand beside the class, where\n"
        "they are the same for every layer.\n"
        "\n"
        "  - Dense: {units: 8, name: head}             # wrong\n"
        "  - Dense: {units: 8}                         # right\n"
        "    name: head\n"
        "\n"
        "A few Keras classes (SpatialDropout1D, Pipeline) lack one of them altogether.",
    ),
    "S211": Code(
        "argument of an older Keras",
        "Keras 1 or 2 took this argument, or Keras 3 takes it and ignores or forgets it.\n"
        "\n"
        "  - Dense: {units: 8, input_shape: [4]}       # declare `inputs: {x: {shape: [4]}}`\n"
        "\n"
        "The help of the message says what took its place.",
    ),
    "S212": Code(
        "unknown object",
        "Where an initializer, regularizer, constraint, activation, loss, metric, optimizer,\n"
        "schedule, quantizer or nested layer stands, the name must be one that Keras has, or a\n"
        "definition of yours that fits there.\n"
        "\n"
        "  - Dense: {units: 8, kernel_initializer: he_norml}      # did you mean `he_normal`?",
    ),
    "S213": Code(
        "object written in no known form",
        "An object is its name, or one name with its arguments.\n"
        "\n"
        "  kernel_regularizer: l2\n"
        "  kernel_regularizer: {L2: {l2: 0.01}}\n"
        "\n"
        "Keras's own form, `{class_name: L2, config: {…}}`, is not a spec's.",
    ),
    "S214": Code(
        "unknown dtype policy",
        "A dtype is the name of a number type (`float32`, `bfloat16`), of a mixed policy\n"
        "(`mixed_bfloat16`, `mixed_float16`), or of a quantized one (`int8_from_float32`).",
    ),
    "S215": Code(
        "function with arguments",
        "Keras writes an activation, loss or metric *function* into a config as its name alone:\n"
        "arguments would be lost. Use the class that does the same.\n"
        "\n"
        "  activation: {leaky_relu: {negative_slope: 0.1}}        # wrong\n"
        "  activation: {LeakyReLU: {negative_slope: 0.1}}         # right",
    ),
    "S216": Code(
        "argument that Keras forgets",
        "Keras takes the argument, and the model uses it, but the class leaves it out of its\n"
        "config: a `.keras` file, saved and loaded, has the default again. That is a fault of\n"
        "Keras. The spec keeps it: compile the model from the spec instead of loading the file.\n"
        "\n"
        "  loss: {Huber: {delta: 2.0}}               # 1.0 again after loading",
    ),
    "S220": Code(
        "layer that doesn't fit its input",
        "The shape or dtype of what a step reads is not what its layer can be applied to: the\n"
        "rank is wrong, sizes don't match, a size that must be known isn't. Shapes are\n"
        "followed from the inputs through the whole model, and the steps that they come from are\n"
        "shown.\n"
        "\n"
        "    inputs: {image: {shape: [28, 28]}}     # Conv2D also wants channels: [28, 28, 1]\n"
        "    body:\n"
        "      - Conv2D: {filters: 8, kernel_size: 3}",
    ),
    "S221": Code(
        "tensor without a batch among tensors with one",
        "Add, Concatenate and their like take the first size of each input for the batch. A\n"
        "tensor that depends on no input has none: the embedding of `arange(n)` is `[n, width]`,\n"
        "and adding it so fits a batch of n samples only, or gives something else than meant.\n"
        "\n"
        "  - {Add: , in: [tokens, positions]}       # [null, 64, 8] and [64, 8]\n"
        "  - {expr: tokens + positions}             # broadcasts, as NumPy does",
    ),
}

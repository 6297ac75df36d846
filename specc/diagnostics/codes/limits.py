"""S7xx: limits."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S701": Code(
        "expansion without bound",
        "Loops and definitions expand to more steps than any model that can be built; nested\n"
        "`repeat`s multiply. Expansion ends there, within seconds.\n"
        "\n"
        "  - repeat: 1000\n"
        "    body:\n"
        "      - repeat: 1000               # a million rounds\n"
        "\n"
        "Look at the loops' counts; a number of layers belongs into one of them.",
    ),
    "S702": Code(
        "more parameters than allowed",
        "The model would have more parameters than the limit; none was allocated. Mostly a\n"
        "number has some zeros too many, or a `Flatten` stands before a `Dense` where a pooling\n"
        "should. `specc show` tells each layer's parameters. If you mean it, raise the limit:\n"
        "    specc compile big.yaml -o big.keras --max-parameters 50000000000",
    ),
    "S703": Code(
        "too deep for Keras",
        "Keras follows a model from layer to layer by calling itself, and Python bounds how far\n"
        "that goes. specc gives it a stack for chains of 10,000 layers; this model needs more,\n"
        "or nests models in models beyond that.",
    ),
    "S704": Code(
        "no memory left",
        "The system gave no memory for a model's weights, for a tensor of a file, or for what is\n"
        "made of them. `specc show` tells what a model takes; `check` and `show` themselves\n"
        "allocate none. A smaller `dtype`, or a machine with more memory, is the way out.",
    ),
    "S705": Code(
        "too many globs",
        "Each glob of `freeze`, `lora` and `moved` is held against each key of the model, and\n"
        "there are more of both than any model needs. A glob stands for many keys:\n"
        "\n"
        '  freeze: ["block*.dense.bias"]              # not one for each block',
    ),
}

"""S1xx: the form of a document."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S101": Code(
        "not a spec",
        "The first key of a spec is the language version. Without it the file may be any YAML,\n"
        "and is not guessed to be a spec.\n"
        "\n"
        "  specc: 1\n"
        "  model: digits",
    ),
    "S102": Code(
        "unknown key",
        "No key of this name stands here. A misspelt key that is ignored would be a default\n"
        "that nobody asked for, so it is an error.\n"
        "\n"
        "  inputs: {image: {shap: [28, 28, 1]}}      # did you mean `shape`?\n"
        "\n"
        "In a step, the key with a capital letter is the layer; all others are step keys\n"
        "(`name`, `in`, `as`, …). What the layer itself takes stands below its name:\n"
        "\n"
        "  - {Dense: {units: 8, activation: relu}, name: head}",
    ),
    "S103": Code(
        "value of the wrong form",
        "The key is right, but something of another form is expected: a list where a mapping\n"
        "stands, a number where `true` or `false` is meant.\n"
        "\n"
        "  inputs: {x: [28, 28]}            # an input is a mapping\n"
        "  inputs: {x: {shape: [28, 28]}}",
    ),
    "S104": Code(
        "no expression where one belongs",
        "The place holds an expression, which is text, a number or a boolean.\n"
        "\n"
        "  - repeat: [3]          # a list is no expression here\n"
        "  - repeat: 3\n"
        "  - expr: {}             # a mapping of names and expressions has at least one",
    ),
    "S105": Code(
        "`=` where an expression stands anyway",
        "`for`, `if`, `repeat`, `expr`, `in`, `outputs`, text in `args` and one-line bodies\n"
        "always hold expressions. Everywhere else a leading `=` makes one of a text.\n"
        "\n"
        "  - {Dense: {units: =width * 2}, in: =x}     # no `=` after `in`\n"
        "  - {Dense: {units: =width * 2}, in: x}",
    ),
    "S106": Code(
        "body of the wrong form",
        "A body is a list of steps, or one tensor expression.\n"
        "\n"
        "  body: {Dense: {units: 8}}        # a step without its `- `\n"
        "  body:\n"
        "    - Dense: {units: 8}\n"
        "  body: relu(x) + 1",
    ),
    "S107": Code(
        "name that expressions can't use",
        "What expressions call by name (`as`, `collect`, the names of an `expr` mapping,\n"
        "params, sublayers) is made of ASCII letters, digits and `_`, with a letter first, and\n"
        "is no word of Python's (`class`, `lambda`) nor `training` or `random`, which mean\n"
        "something else.\n"
        "\n"
        "  params: {lambda: 0.1}            # call it `rate`\n"
        "  - {LSTM: {units: 8, return_state: true}, as: [out, _, cell]}\n"
        "\n"
        "In a list, `_` stands for what is not wanted, and a name stands once.",
    ),
    "S108": Code(
        "step of the wrong form",
        "A step is a layer's bare name or a mapping; an entry of `layers` is a layer.\n"
        "\n"
        "  body:\n"
        "    - Flatten\n"
        "    - Dense: {units: 8}\n"
        "    - [Flatten, Dense]             # two steps in one: write two lines",
    ),
    "S109": Code(
        "step that does two things",
        "A step has exactly one layer, `expr`, `for`, `repeat`, `if`, `update` or `add_loss`.\n"
        "Often the `- ` that starts the next step is missing.\n"
        "\n"
        "  - Flatten:\n"
        "    Dense: {units: 8}              # a second layer in the same step\n"
        "  - Flatten:\n"
        "  - Dense: {units: 8}",
    ),
    "S110": Code(
        "step that does nothing",
        "The step has step keys only: what it does is missing.\n"
        "\n"
        "  - {name: head, in: x}\n"
        "  - {Dense: {units: 8}, name: head, in: x}",
    ),
    "S111": Code(
        "keys that do not go together",
        "A key that would have no effect is an error, never ignored: `args` of a loop,\n"
        "`trainable` of an expression, `then` without `if`. Or a key that belongs to another is\n"
        "missing: `if` needs `then`, loops need `body`.\n"
        "\n"
        "  - {expr: x + 1, in: y}           # `expr` says itself what it reads\n"
        "  - expr: y + 1\n"
        "\n"
        "`keras_name` belongs to a layer: a loop or an inlined definition is none to Keras.",
    ),
    "S112": Code(
        "inputs of the wrong form",
        "Inputs are a mapping of names, a list of names or of entries with a `name`, or a\n"
        "table.\n"
        "\n"
        "  inputs: {image: {shape: [28, 28, 1]}}\n"
        "  inputs: [{name: left, shape: [8]}, {name: right, shape: [8]}]\n"
        "  inputs: {for: name in features, key: name, each: {shape: [1]}}",
    ),
    "S113": Code(
        "unknown language version",
        "The number after `specc:` is the version of the language that the text is written in.\n"
        "This specc reads version 1. A newer file needs a newer specc; what it says could mean\n"
        "something else here.\n"
        "\n"
        "  specc: 1",
    ),
    "S114": Code(
        "not a name",
        "The second key names the thing: `model: digits`. Keras keeps that name, and allows no\n"
        "`/` in it. It is a plain text, not an expression.\n"
        "\n"
        "  model: vision/digits             # Keras refuses the `/`\n"
        "  model: digits",
    ),
    "S115": Code(
        "`specc` does not come first",
        "The first key of a document is its language version, so that a reader knows the\n"
        "language before it reads on.\n"
        "\n"
        "  model: digits\n"
        "  specc: 1                         # move this line to the top",
    ),
    "S116": Code(
        "unknown kind of document",
        "The second key says what the document is, and its name: `model`, `layer`, `keras` (one\n"
        "Keras object), `library` (definitions only), `deployment` or `mapping` (of weights).\n"
        "\n"
        "  specc: 1\n"
        "  modle: digits                    # did you mean `model`?",
    ),
    "S117": Code(
        "missing key",
        "A key that has no default is missing.\n"
        "\n"
        "  inputs: {for: name in features, key: name}        # a table needs `each`\n"
        "  inputs: {for: name in features, key: name, each: {shape: [1]}}",
    ),
    "S118": Code(
        "value that is none of the choices",
        "The key takes one of a few fixed words.\n"
        "\n"
        "  style: function                  # sequential, functional or subclassed",
    ),
    "S119": Code(
        "arguments of the wrong form",
        "What follows a layer's or definition's name is a mapping of its arguments, or nothing.\n"
        "No argument is given by position.\n"
        "\n"
        "  - Dense: 64\n"
        "  - Dense: {units: 64}",
    ),
    "S120": Code(
        "unknown parameter type",
        "A parameter's type is one of int, float, bool, str, shape, activation, initializer,\n"
        "layer, lines (a text file), list[T] or dict[str, T].\n"
        "\n"
        "  params: {width: {type: integer}}\n"
        "  params: {width: {type: int}}\n"
        "\n"
        "Often no type is needed: `width: 32` says that the parameter is an int.",
    ),
    "S121": Code(
        "unknown parameter",
        "A value is given for a parameter that is not declared: as an argument of a definition,\n"
        "in `variants`, by an extending spec, or by `--set`. Only declared parameters can be\n"
        "set.\n"
        "\n"
        "  params: {width: 32}\n"
        "  variants: {large: {widht: 64}}   # did you mean `width`?",
    ),
    "S122": Code(
        "parameter without a value",
        "A parameter that is declared by a type alone has no default; its value must come from\n"
        "a variant, from the caller (`--set width=64`), or from the step that uses the\n"
        "definition.\n"
        "\n"
        "  define: {block: {params: {filters: int}, …}}\n"
        "  - block: {filters: 64}\n"
        "\n"
        "A spec that has variants and no defaults is compiled with one of them: `--variant`.",
    ),
    "S123": Code(
        "parameters that need each other",
        "Defaults may be computed from other parameters, in any order, but not in a ring.\n"
        "\n"
        "  params: {a: =b, b: =a + 1}\n"
        "\n"
        "Give one of them a plain value.",
    ),
    "S124": Code(
        "parameter of the wrong type",
        "A parameter's type is declared, or follows from its default: `32` is an int, `0.5` a\n"
        "float, `relu` a str. Nothing is converted in silence but a whole number to a float.\n"
        "\n"
        "  params: {width: 32}\n"
        '  variants: {large: {width: "64"}}        # write 64\n'
        "\n"
        "If a parameter is meant to take several types, declare it as a mapping without a type\n"
        "and with `choices`, or leave the default `null`.",
    ),
    "S125": Code(
        "parameter out of bounds",
        "The declaration says `min`, `max` or `choices`, and the value is none of those.\n"
        "\n"
        "  params: {rate: {type: float, default: 0.1, min: 0, max: 1}}\n"
        "  specc compile … --set rate=10",
    ),
    "S126": Code(
        "unknown variant",
        "The spec's `variants` have no entry of this name. The help of the message lists them.\n"
        "\n"
        "  variants: {resnet50: {…}, resnet101: {…}}\n"
        "  specc compile resnet.yaml --variant resnet52",
    ),
    "S127": Code(
        "colon missing after a layer's name",
        "A layer with arguments is a key with a value, so a `:` follows its name. Without it YAML\n"
        "takes the name, the bracket and the first argument for one long key.\n"
        "\n"
        "  - Dense {units: 3}        # wrong\n"
        "  - Dense: {units: 3}       # right",
    ),
    "S128": Code(
        "arguments level with their layer",
        "What stands in the column of `Dense:` is a key of the step: `in`, `name`, `dtype`, …\n"
        "The layer's own arguments stand below it, further in.\n"
        "\n"
        "  - Dense:\n"
        "      units: 3              # an argument of Dense\n"
        "    name: head              # a key of the step",
    ),
}

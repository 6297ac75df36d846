"""S40x to S42x: names and dataflow."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S401": Code(
        "name given twice",
        "A `name` is the key of weights for years, so it is unique in its scope. A named loop,\n"
        "`if` or definition is a scope; without a name it is none, and its rounds share one:\n"
        "\n"
        "  - repeat: 2\n"
        "    body:\n"
        "      - {Dense: {units: 8}, name: d}       # `d` twice\n"
        "  - repeat: 2\n"
        "    name: block                            # block0.d, block1.d\n"
        "    body:\n"
        "      - {Dense: {units: 8}, name: d}\n"
        "\n"
        'A name that is computed (`name: =f"b{i}"`) must differ in each round.',
    ),
    "S402": Code(
        "name that hides another",
        "A step, input, sublayer or loop variable would hide a parameter, a sublayer, a loop\n"
        "variable or a step, and what reads the name would get something else.\n"
        "\n"
        "  params: {width: 32}\n"
        "  - {Dense: {units: =width}, as: width}    # choose another name\n"
        "\n"
        "A later `as` may rebind an earlier one: that is how a loop carries a value.\n"
        "Definitions open a scope: their own params and inputs may be called as the document's\n"
        "are.",
    ),
    "S403": Code(
        "declared layer",
        "A capital definition without a `style:`, or a `layer:` document, declares a Keras\n"
        "layer of its own. This version reads and checks the form of such layers; it can't\n"
        "compile them yet.\n"
        "\n"
        "  define: {Encoder: {style: functional, inputs: …, body: …}}     # a model works\n"
        "  define: {encoder: {inputs: [x], body: …}}                      # so does inlining",
    ),
    "S404": Code(
        "definition that holds itself",
        "A definition is expanded where it is used; one that uses itself, through others\n"
        "perhaps, would never end. The message shows the ring.\n"
        "\n"
        "  define:\n"
        "    a: {inputs: [x], body: [b]}\n"
        "    b: {inputs: [x], body: [a]}\n"
        "\n"
        "Repetition is written with `repeat:` or `for:`.",
    ),
    "S405": Code(
        "wrong number of outputs",
        "`as` lists as many names as the step has outputs; `_` stands for those that are not\n"
        "wanted.\n"
        "\n"
        "  - {LSTM: {units: 8, return_state: true}, as: [out, state]}       # it gives three\n"
        "  - {LSTM: {units: 8, return_state: true}, as: [out, _, state]}",
    ),
    "S406": Code(
        "effect in a functional model",
        "`update` assigns a weight and `add_loss` adds to the loss. Both are effects of a\n"
        "layer's or subclassed model's call; a functional model is a graph of values and has\n"
        "none.\n"
        "\n"
        "  - add_loss: 0.1 * mean(_)\n"
        "\n"
        "An activity regularizer does some of that: `activity_regularizer: {L2: {l2: 0.1}}`.",
    ),
    "S407": Code(
        "loop over what is no list",
        "`for` goes over a list (or the keys of a mapping), `repeat` takes a whole number from\n"
        "0. Both are known when compiling; a tensor is not.\n"
        "\n"
        "  - for: i in depth            # where `depth` is 3\n"
        "  - for: i in range(depth)\n"
        "  - repeat: depth",
    ),
    "S408": Code(
        "definition that hides a Keras class",
        "A definition has the name of a Keras layer, and wins. That is allowed, and noted,\n"
        "because a reader may take it for Keras's.\n"
        "\n"
        "  define: {Dense: {style: functional, …}}\n"
        "  - Dense: {units: 8}          # the definition",
    ),
    "S409": Code(
        "unknown definition",
        "A step with a lowercase name uses a definition, from `define:` or `imports:`. There is\n"
        "none of this name. Keras's layers begin with a capital letter.\n"
        "\n"
        "  - dense: {units: 8}          # did you mean `Dense`?\n"
        "  imports: {block: ./blocks.yaml}",
    ),
    "S410": Code(
        "step that doesn't say what it reads",
        "A step without `in` reads the step before, and the first step of a body the body's one\n"
        "input. With several inputs there is no such one.\n"
        "\n"
        "  inputs: {left: {shape: [8]}, right: {shape: [8]}}\n"
        "  body:\n"
        "    - {Concatenate: , in: [left, right]}",
    ),
    "S411": Code(
        "weight of a layer that has none yet",
        "A weight is read of a layer that is held by name and called nowhere so far: Keras\n"
        "makes a layer's weights when it is first called.\n"
        "\n"
        "  layers: {words: {Embedding: {input_dim: 100, output_dim: 8}}}\n"
        "  body: x @ transpose(words.embeddings)\n"
        "\n"
        "Call the layer in an earlier step, or declare it as a step.",
    ),
    "S412": Code(
        "name defined twice",
        "`define` and `imports` give meanings to names in one scope, and an extending spec adds\n"
        "to those of its base. A name with two meanings would make a use depend on which one\n"
        "wins.\n"
        "\n"
        "  imports: {block: ./blocks.yaml}\n"
        "  define: {block: {…}}         # call one of them otherwise",
    ),
    "S413": Code(
        "not a name",
        "A `name` holds ASCII letters, digits and `_`. It becomes a part of weight keys, joined\n"
        "with dots, so a dot inside would read as a scope; and it is bounded in length.\n"
        "\n"
        "  - {Dense: {units: 8}, name: head-1}\n"
        "  - {Dense: {units: 8}, name: head_1, keras_name: head-1}\n"
        "\n"
        "`keras_name` is what Keras is to see, where that must stay what it was.",
    ),
    "S414": Code(
        "loop variables that don't fit",
        "A `for` reads `x in LIST` or `x, y in LIST`, and each item of the list has as many\n"
        "values as there are variables. Conditions and further loops are steps of their own.\n"
        "\n"
        "  - for: i, width in [32, 64]               # each item is one number\n"
        "  - for: i, width in enumerate([32, 64])",
    ),
    "S415": Code(
        "definition that can't be called",
        "Expressions call lowercase definitions that hold no `layers` and no `weights`. Others\n"
        "are steps.\n"
        "\n"
        "  - expr: Encoder(x) + 1\n"
        "  - {Encoder: , in: x, as: e}\n"
        "  - expr: e + 1",
    ),
    "S416": Code(
        "inputs that don't fit",
        "A definition or model binds a list to its inputs by position, a mapping by name, and\n"
        "`args` by name; each input gets exactly one value, unless it is `optional`.\n"
        "\n"
        "  define: {minus: {inputs: [a, b], body: a - b}}\n"
        "  - {minus: , in: [x, y]}\n"
        "  - {minus: , in: {b: y, a: x}}\n"
        "  - {minus: , in: x, args: {b: y}}",
    ),
    "S417": Code(
        "unknown argument of a call",
        "`args` are further arguments of the layer's call, by their Keras names; the first one\n"
        "is `in`. What the layer is made with stands below its class instead.\n"
        "\n"
        "  - {MultiHeadAttention: {num_heads: 2, key_dim: 8}, in: q, args: {valu: v}}\n"
        "  - {MultiHeadAttention: {num_heads: 2, key_dim: 8}, in: q, args: {value: v}}\n"
        "\n"
        "A model's call has no further arguments: all its inputs go in `in`.",
    ),
    "S418": Code(
        "nothing depends on an input",
        "A layer is applied to a constant, or a model's output is one. Such a value would be\n"
        "computed once and frozen.\n"
        "\n"
        "  - {Dense: {units: 8}, in: 3}\n"
        "  outputs: [head, 3]\n"
        "\n"
        "`in: arange(10)` works: it becomes a layer that makes the tensor in each call.",
    ),
    "S419": Code(
        "model without inputs",
        "A model says what its inputs are; Keras makes its graph from their shapes.\n"
        "\n"
        "  inputs: {image: {shape: [28, 28, 1]}}",
    ),
    "S420": Code(
        "body without a result",
        "With several inputs and no step, nothing says what the result is.\n"
        "\n"
        "  inputs: {left: {shape: [8]}, right: {shape: [8]}}\n"
        "  outputs: {sum: left + right}",
    ),
    "S421": Code(
        "sublayer that is never used",
        "An entry of `layers` is made when an expression first calls it; this one is never\n"
        "called, so the model has no such layer.\n"
        "\n"
        "  layers: {encoder: {Dense: {units: 8}}}\n"
        "  body: encoder(x)",
    ),
    "S422": Code(
        "input without a shape",
        "An input of a model says its shape without the batch; `null` where a size is unknown,\n"
        "and `[]` for one number a sample. Inputs of definitions have no shapes of their own.\n"
        "\n"
        "  inputs: {words: {shape: [null], dtype: int32}}",
    ),
    "S423": Code(
        "not a shape",
        "A shape is a list of whole numbers from 0, and `null` where a size is unknown. A batch\n"
        "is a whole number from 1.\n"
        "\n"
        "  inputs: {x: {shape: 28}}         # write [28]\n"
        "  inputs: {x: {shape: [width]}}    # write [=width]",
    ),
    "S424": Code(
        "call without an argument that it needs",
        "The layer's call needs a further tensor.\n"
        "\n"
        "  - {MultiHeadAttention: {num_heads: 2, key_dim: 8}, in: q}\n"
        "  - {MultiHeadAttention: {num_heads: 2, key_dim: 8}, in: q, args: {value: kv}}\n"
        "\n"
        "In an expression it is written `attention(q, value=kv)`.",
    ),
    "S425": Code(
        "not a dtype",
        "An input's dtype is the type of its numbers, or `string`. Policies such as\n"
        "`mixed_bfloat16` are said of layers and models: `dtype:` beside `model:` or a step.\n"
        "\n"
        "  inputs: {words: {shape: [128], dtype: int32}}",
    ),
    "S426": Code(
        "name that hides a function",
        "A parameter, a step or a loop variable has the name of a function or definition, which\n"
        "can't be called while the name means something else. That is allowed, and noted.\n"
        "\n"
        "  - {Dense: {units: 8}, as: max}\n"
        "  - expr: max(x)                   # applies the layer again",
    ),
}

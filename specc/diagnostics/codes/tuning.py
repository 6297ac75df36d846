"""S45x: freezing, adapters, renamed weights."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S450": Code(
        "no glob",
        "`freeze`, the `targets` of `lora`, and `moved` take globs over keys: names with dots\n"
        "between them, where `*` stands for any characters of one name, and `**` for any number\n"
        "of names.\n"
        "\n"
        '  freeze: ["backbone.**", "!backbone.stage3.**", "**.bias"]\n'
        '  freeze: ["stage[12].**"]                   # no brackets: write two globs',
    ),
    "S451": Code(
        "glob that matches nothing",
        "The model has nothing of such a key, so the glob would have no effect: a name is\n"
        "misspelt, or has changed. `specc show` lists the keys of the layers; those of their\n"
        "variables are below, as in `head.kernel`.\n"
        "\n"
        '  freeze: ["bakcbone.**"]                    # did you mean `backbone.**`?',
    ),
    "S452": Code(
        "`!` without effect",
        "In a list of globs later ones win, and `!` takes back what an earlier one matches. It\n"
        "doesn't undo a `trainable: false` beside a step.\n"
        "\n"
        '  freeze: ["!backbone.stage3.**", "backbone.**"]     # the order is wrong\n'
        '  freeze: ["backbone.**", "!backbone.stage3.**"]',
    ),
    "S453": Code(
        "layer without LoRA",
        "Keras can adapt Dense, EinsumDense, Embedding, ReversibleEmbedding, Conv1D, Conv2D and\n"
        "Conv3D, and those of them that attention layers hold (`attn.query`): not quantized ones,\n"
        "nor ones with a constraint on the kernel or a `lora_rank` of their own.\n"
        "\n"
        '  lora: {rank: 8, targets: "**.attention.*"}\n'
        '  lora: {rank: 8, targets: "norm"}           # a LayerNormalization can\'t',
    ),
    "S454": Code(
        "rank or alpha of LoRA",
        "`rank` is a whole number from 1: the kernel's update is the product of two matrices with\n"
        "this many columns and rows. `alpha`, a number greater than 0, scales it: it is added\n"
        "times `alpha / rank`. Without `alpha` that is 1.\n"
        "\n"
        '  lora: {rank: 8, alpha: 16, targets: "**.attention.*"}',
    ),
    "S455": Code(
        "adapter that can't train",
        "The layer, or a block or model around it, has `trainable: false`, which holds for the\n"
        "adapter too, so nothing there would ever change. `freeze` leaves adapters alone:\n"
        "\n"
        '  freeze: ["backbone.**"]\n'
        '  lora: {rank: 8, targets: "backbone.**"}    # freezes all but the adapters',
    ),
    "S456": Code(
        "move that leads nowhere",
        "`moved` says where a weight of an old file is found today. The new key exists in the\n"
        "model, no old key has two new ones, and both have the same wildcards, each of which\n"
        "stands for the same in both.\n"
        "\n"
        "  moved:\n"
        "    - {from: enc.dense, to: encoder.proj}\n"
        '    - {from: "layer*.norm", to: "blocks.layer*.norm"}',
    ),
    "S457": Code(
        "freezing in an argument",
        "A model that stands as an argument of a layer (`TimeDistributed: {layer: Encoder}`) has\n"
        "`freeze`, `lora` or `trainable` of its own. Its layers belong to the outer model there,\n"
        "which has to say it; the keys go on below that layer's. So has a subclassed model that\n"
        "is part of another model, or a model inside of a declared layer; and a declared layer\n"
        "that is an argument has no place for `trainable`.\n"
        "\n"
        '  freeze: ["frames.layer.stem.**"]',
    ),
}

"""S5xx: imports, extension and trust."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S501": Code(
        "path leaves the project",
        "What a spec names (imports, `extends`, vocabularies) lies inside its project: the\n"
        "nearest folder upward that holds `specc.toml` or `.git`, else the spec's own folder.\n"
        "Symbolic links count by where they lead. Move the file into the project, or put an\n"
        "empty `specc.toml` into the folder that is meant to be the project.",
    ),
    "S502": Code(
        "path is not relative",
        "Paths in a spec are relative to the file they stand in, such as `./blocks.yaml` or\n"
        "`../layers/dense.yaml`. Absolute paths and URLs are refused: they mean something else\n"
        "on the next machine, and a stranger's spec must not choose what is read.",
    ),
    "S503": Code(
        "files that import each other",
        "A file imports, or extends, one that imports it in turn. The message shows the ring.\n"
        "\n"
        "  a.yaml: imports: {b: ./b.yaml}\n"
        "  b.yaml: imports: {a: ./a.yaml}\n"
        "\n"
        "Move what both need into a third file, a `library`.",
    ),
    "S504": Code(
        "Python class by reference",
        "`python:package.module:Class` names a class outside of Keras. Importing it would run\n"
        "its code, so it needs the trust of the person who runs specc; this version never does\n"
        "it.\n"
        "\n"
        '  imports: {Fancy: "python:my_pkg.layers:Fancy"}\n'
        "\n"
        "Use a Keras layer, an `expr`, or a definition.",
    ),
    "S505": Code(
        "file without that definition",
        "`imports: {name: file}` takes the definition of that name from the file; of a file\n"
        "that is a model or a layer, the name may be any. This file is a library, and defines\n"
        "no such name.\n"
        "\n"
        "  imports: {bottelneck: ./blocks.yaml}       # did you mean `bottleneck`?",
    ),
    "S506": Code(
        "extends what is no model",
        "`extends` starts from another *model*; this file is something else. Definitions of a\n"
        "library are imported.\n"
        "\n"
        "  extends: ./base_model.yaml\n"
        "  imports: {block: ./blocks.yaml}",
    ),
    "S507": Code(
        "change beside `extends`",
        "A spec that extends another overrides its params, inputs, training, freeze, lora,\n"
        "dtype and moved; the structure stays, so that a reader knows it from the base alone. A\n"
        "base that is meant to vary says where:\n"
        "\n"
        "  params: {Block: {type: layer, default: plain}}     # in the base\n"
        "  - Block: {filters: 64}\n"
        "  params: {Block: {type: layer, default: mine}}      # in the spec that extends it\n"
        "  define: {mine: {…}}",
    ),
}

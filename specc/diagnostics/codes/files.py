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
        "Python code that isn't trusted",
        "`python:package.module:Name` names a class or function outside of Keras. Importing it\n"
        "runs its code, so it needs the trust of the person who runs specc, which no spec can\n"
        "give itself. Until then nothing of the package is imported.\n"
        "\n"
        '  imports: {Fancy: "python:my_pkg.layers:Fancy"}\n'
        "\n"
        'If you trust all code of `my_pkg`: `--trust my_pkg`, `trust=["my_pkg"]`, or\n'
        '`trust = ["my_pkg"]` in the `specc.toml` of the folder that you work in. A\n'
        "`specc.toml` anywhere else, beside the spec for one, gives no trust.",
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
    "S508": Code(
        "trust that can't be read",
        "What is trusted are Python packages by their dotted names, each with all below it; a\n"
        "subpackage alone may be named, though Python imports what is above it too.\n"
        "\n"
        "  specc check --trust my_pkg spec.yaml\n"
        '  specc.load("spec.yaml", trust=["my_pkg.layers"])\n'
        '  trust = ["my_pkg"]                      # in specc.toml',
    ),
    "S509": Code(
        "no reference to a Python class",
        "A reference is `python:`, a module's dotted name, a colon, and the name of a class or\n"
        "function at the module's top level. Attributes of classes, relative modules and names\n"
        "such as `__init__` can't be reached.\n"
        "\n"
        '  imports: {Fancy: "python:my_pkg.layers:Fancy"}',
    ),
    "S510": Code(
        "Python module that can't be imported",
        "The module is trusted, but importing it failed: it isn't installed where specc runs, or\n"
        "it raised the exception that stands below the line.\n"
        "\n"
        "  PYTHONPATH=src specc check --trust my_pkg spec.yaml",
    ),
    "S511": Code(
        "nothing that a spec can use",
        "The module has no such name, or what it has is neither a class of Keras's kinds (layer,\n"
        "initializer, regularizer, constraint, loss, metric, optimizer, schedule) nor a function\n"
        "that its author registered for use in configs, or belongs to another package:\n"
        "\n"
        '  @keras.saving.register_keras_serializable(package="my_pkg")\n'
        "  def gelu2(x):\n"
        "      return keras.ops.gelu(2 * x)",
    ),
    "S512": Code(
        "Python class of another kind",
        "What was imported is of one kind, and stands where another is wanted: an initializer as\n"
        "a step, a layer as an initializer, a function as a layer.\n"
        "\n"
        '  imports: {gelu2: "python:my_pkg.ops:gelu2"}\n'
        "  - gelu2                                  # not a layer\n"
        "  - expr: gelu2(_)\n"
        "  - {Dense: {units: 8, activation: gelu2}}",
    ),
}

"""S4xx names and dataflow, S5xx imports and trust, S7xx limits."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S401": Code("name given twice", "Name given twice."),
    "S402": Code("name that hides another", "Name that hides another."),
    "S403": Code("declared layer", "Declared layer."),
    "S404": Code("definition that holds itself", "Definition that holds itself."),
    "S405": Code("wrong number of outputs", "Wrong number of outputs."),
    "S406": Code("effect in a functional model", "Effect in a functional model."),
    "S407": Code("loop over what is no list", "Loop over what is no list."),
    "S408": Code("definition that hides a Keras class", "Definition that hides a keras class."),
    "S409": Code("unknown definition", "Unknown definition."),
    "S410": Code("step that doesn't say what it reads", "Step that doesn't say what it reads."),
    "S411": Code("weight of a layer that has none yet", "Weight of a layer that has none yet."),
    "S412": Code("name defined twice", "Name defined twice."),
    "S413": Code("not a name", "Not a name."),
    "S414": Code("loop variables that don't fit", "Loop variables that don't fit."),
    "S415": Code("definition that can't be called", "Definition that can't be called."),
    "S416": Code("inputs that don't fit", "Inputs that don't fit."),
    "S417": Code("unknown argument of a call", "Unknown argument of a call."),
    "S418": Code("nothing depends on an input", "Nothing depends on an input."),
    "S419": Code("model without inputs", "Model without inputs."),
    "S420": Code("body without a result", "Body without a result."),
    "S421": Code("sublayer that is never used", "Sublayer that is never used."),
    "S422": Code("input without a shape", "Input without a shape."),
    "S423": Code("not a shape", "Not a shape."),
    "S424": Code("call without an argument that it needs", "Missing argument."),
    "S425": Code("not a dtype", "Not a dtype."),
    "S426": Code("name that hides a function", "Name that hides a function."),
    "S430": Code("layer that nothing reads", "Layer that nothing reads."),
    "S431": Code("`/` in a name", "`/` in a name."),
    "S432": Code("names that are one to Keras", "Names that are one to keras."),
    "S433": Code("subclassed model", "Subclassed model."),
    "S434": Code("not a chain", "Not a chain."),
    "S435": Code(
        "layers without a name",
        "A layer without a name is called after its class and its place, `dense_0`, `dense_1`. A layer\n"
        "inserted before it shifts that, so weights saved under such keys bind only to an equal\n"
        "architecture. Named layers keep their weights whatever is inserted around them:\n"
        "\n"
        "  - {Dense: {units: 64}, name: hidden}",
    ),
    "S436": Code("not available in this version", "Not available in this version."),
    "S440": Code("unknown argument of compile", "Unknown argument of compile."),
    "S441": Code("compile argument of the wrong type", "Compile argument of the wrong type."),
    "S442": Code("unknown output", "Unknown output."),
    "S503": Code("files that import each other", "Files that import each other."),
    "S504": Code("Python class by reference", "Python class by reference."),
    "S505": Code("file without that definition", "File without that definition."),
    "S506": Code("extends what is no model", "Extends what is no model."),
    "S507": Code("change beside `extends`", "Change beside `extends`."),
    "S701": Code("expansion without bound", "Expansion without bound."),
    "S702": Code(
        "more parameters than allowed",
        "The model would have more parameters than the limit; none was allocated. Mostly a number\n"
        "has some zeros too many, or a `Flatten` stands before a `Dense` where a pooling should.\n"
        "`specc show` tells each layer's parameters. If you mean it, raise the limit:\n"
        "    specc compile big.yaml -o big.keras --max-parameters 50000000000",
    ),
    "S703": Code(
        "too deep for Keras",
        "Keras follows a model from layer to layer by calling itself, and Python bounds how far\n"
        "that goes. specc gives it a stack for chains of 10,000 layers; this model needs more, or\n"
        "nests models in models beyond that.",
    ),
    "S704": Code(
        "no memory for the model",
        "The system gave no memory for the model's weights. `specc show` tells what they take;\n"
        "`check` and `show` themselves allocate none.",
    ),
    "S501": Code(
        "path leaves the project",
        "What a spec names (imports, `extends`, vocabularies) lies inside its project: the\n"
        "nearest folder upward that holds `specc.toml` or `.git`, else the spec's own folder.\n"
        "Symbolic links count by where they lead. Move the file into the project, or put an empty\n"
        "`specc.toml` into the folder that is meant to be the project.",
    ),
    "S502": Code(
        "path is not relative",
        "Paths in a spec are relative to the file they stand in, such as `./blocks.yaml` or\n"
        "`../layers/dense.yaml`. Absolute paths and URLs are refused: they mean something else on\n"
        "the next machine, and a stranger's spec must not choose what is read.",
    ),
}

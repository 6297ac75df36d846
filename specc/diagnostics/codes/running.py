"""S8xx the command line and output, S900 specc itself."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S801": Code(
        "output exists",
        "Nothing is overwritten unless you say so: an output of an hour's work may stand there.\n"
        "\n"
        "  specc compile digits.yaml -o digits.keras --force\n"
        "\n"
        "Give another name, or `--force`.",
    ),
    "S802": Code(
        "output cannot be written",
        "The system refused to write; its own words are in the message. What was there before is\n"
        "unchanged: outputs are written to a temporary file beside them, and renamed when\n"
        "complete.",
    ),
    "S803": Code(
        "not a document for this command",
        "The command works on models; this document is a layer, a library or a deployment. Check\n"
        "it with `specc check`, show a layer with `--input`, and compile a model that uses it:\n"
        "\n"
        "  imports: {block: ./blocks.yaml}",
    ),
    "S804": Code(
        "no spec found",
        "A folder was given in which there is no spec. In folders, files `*.yaml` and `*.yml`\n"
        "count whose first key is `specc`; hidden folders and virtual environments are not\n"
        "searched. A file that is named itself is always read.",
    ),
    "S805": Code(
        "unknown kind of output",
        "The output's suffix says what is written: `.keras`, a model with fresh weights, `.json`,\n"
        "its Keras config, or `.py`, plain Keras code that builds it without specc.\n"
        "\n"
        "  specc compile digits.yaml -o digits.keras",
    ),
    "S806": Code(
        "inputs of a layer",
        "What a layer is made of depends on the shapes that it is called on, so `specc show` of a\n"
        "layer is told one for each of its inputs, the batch first:\n"
        "\n"
        "  specc show custom_dense.yaml --set units=4 --input x=[null,28,64]\n"
        "\n"
        "Optional inputs may be left out; an input that is a list takes a list of shapes. A model\n"
        "says itself what its inputs are.",
    ),
    "S807": Code(
        "no plain Keras code for it",
        "`specc compile SPEC -o model.py` writes Python code that needs Keras alone. A few things\n"
        "have no public name in Keras, or no code that would do the same: a part of a wrapped\n"
        "layer that is frozen or adapted, a layer of `keras.applications`, a declared layer whose\n"
        "uses go different ways. The step is refused, since code that does something else would\n"
        "be worse than none.\n"
        "\n"
        "`-o model.keras` and `-o model.json` keep all that a spec says.",
    ),
    "S808": Code(
        "no checkpoint of it",
        "A checkpoint holds what TensorFlow finds by following a model's attributes. It doesn't\n"
        "look into some of Keras 3's lists, of cells in `StackedRNNCells` for one, and leaves out\n"
        "what is in them without a word; specc refuses. Nor does it know variables of other\n"
        "backends.\n"
        "\n"
        "  specc bind net.yaml --weights net.safetensors -o net.weights.h5\n"
        "\n"
        "Write another kind of file: those of specc and of Keras hold every variable.",
    ),
    "S900": Code(
        "internal error",
        "specc itself failed; this is a bug, not your mistake. The message says what to send\n"
        "where, so that it can be mended. Nothing was written.\n"
        "Until then, taking steps away until the failure is gone tells which one to avoid.",
    ),
}

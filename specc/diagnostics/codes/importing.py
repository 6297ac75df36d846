"""S520 to S549: what exists already, and becomes a spec."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S520": Code(
        "nothing to import",
        "The file holds no Keras model that a spec could be made of: weights alone say nothing of\n"
        "the layers they belong to, and other programs' models have other forms.\n"
        "\n"
        "`specc import` reads `.keras`, a config as `.json`, and Keras 1 and 2's full-model `.h5`.",
    ),
    "S521": Code(
        "damaged config",
        "The config is not as Keras writes it: a layer without a class, a tensor of no layer, two\n"
        "layers of one name. It was damaged, edited by hand, or made to mislead.\n"
        "\n"
        "Save the model again with the Keras that made it.",
    ),
    "S522": Code(
        "layer that a spec can't have",
        "`Lambda` and its like hold Python code, or name some. A spec holds none, and an import\n"
        "never runs what a file brings.\n"
        "\n"
        "Write what the layer computes as an `expr:` step, or as a layer of your own in YAML.",
    ),
    "S523": Code(
        "argument that Keras no longer has",
        "The model was saved with an argument that the class doesn't take today, and whose value\n"
        "matters. Leaving it out would make another model, so nothing is written.\n"
        "\n"
        "The message says what takes its place, where something does.",
    ),
    "S524": Code(
        "class that isn't Keras's",
        "The config names a class of somebody's own. A config tells its arguments, not what it\n"
        "does, and importing its Python would run a stranger's code.\n"
        "\n"
        "Write the class as a `layer:` spec, then import the parts of the model around it.",
    ),
    "S525": Code(
        "call without a form in a spec",
        "The config holds a call with an argument that expressions have no form for: an operation\n"
        "that isn't in `keras.ops`, or a constant that is no number, text or list.\n"
        "\n"
        "Write the step by hand with the operations that the language has.",
    ),
    "S526": Code(
        "input whose shape isn't known",
        "A spec says the shapes of its inputs. The config doesn't: the model was saved before it\n"
        "was built, or takes ragged tensors, which Keras 3 no longer has.\n"
        "\n"
        "Build the model, or call it once, and save it again.",
    ),
    "S527": Code(
        "layer that Keras no longer has",
        "Keras 1 or 2 had the layer, and Keras 3 has neither it nor an equal under another name.\n"
        "What it computed can be written in a spec all the same.\n"
        "\n"
        "The message says how.",
    ),
    "S528": Code(
        "subclassed model whose code isn't in the file",
        "A SavedModel of Keras 2 tells of a subclassed model which layers it holds, with their\n"
        "arguments. What it does with them was Python code; the file has only the graph that came\n"
        "of it. The message lists what is to be written by hand, and the help has a spec to begin\n"
        "with, whose body is missing.\n"
        "\n"
        "  style: subclassed\n"
        "  layers: {first: {Dense: {units: 3}}}\n"
        "  body: first(x)",
    ),
    "S529": Code(
        "callable that gives no model",
        "`specc import python:package.module:name` calls what the name stands for, without\n"
        "arguments, and makes a spec of the Keras model that it gives. This one can't be called\n"
        "so, raised an exception, or gave something else.\n"
        "\n"
        "  def make_model() -> keras.Model:\n"
        "      return build(width=64)",
    ),
}

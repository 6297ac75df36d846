"""S6xx: what Keras itself reports."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S601": Code(
        "Keras refused a layer",
        "Keras raised an exception when it made this layer. Its own words are below the line.\n"
        "What the catalog knows of a class is checked before, without Keras; this it didn't know.\n"
        "Please report it, so that `specc check` can say it at once.",
    ),
    "S602": Code(
        "Keras refused a call",
        "Keras raised an exception when it applied this layer to its input; most often the shapes\n"
        "don't fit:\n"
        "    - {Dense: {units: 8}}\n"
        "    - {Conv2D: {filters: 8, kernel_size: 3}}    # wants four dimensions, gets two\n"
        "`specc show` tells the shapes up to there, once the steps after them are taken away.",
    ),
    "S603": Code(
        "Keras refused the model",
        "All layers were made and applied, and Keras still refused to make a model of them. Its\n"
        "own words are below the line: an output that no input leads to, for example.\n"
        "Look at `inputs` and `outputs` of the model that the line belongs to.",
    ),
    "S604": Code(
        "Keras refused `training`",
        "Keras raised an exception when it compiled the model with what `training:` says: the\n"
        "optimizer, the losses, the metrics.\n"
        "\n"
        "  training: {optimizer: adam, loss: [mse, mse]}      # of a model with one output",
    ),
    "S606": Code(
        "mask dropped",
        "An expression, as any Keras operation, drops the mask that a tensor carries; the layer\n"
        "that the message names would have used it, and now takes padding for data.\n"
        "    - {Embedding: {input_dim: 100, output_dim: 8, mask_zero: true}, name: words}\n"
        "    - expr: words * 2.0          # the mask ends here\n"
        "    - LSTM: {units: 4}           # would use it\n"
        "Use a layer that keeps masks (`Add`, `Multiply`, `Rescaling`), or hand the mask over:\n"
        "    - {LSTM: {units: 4}, args: {mask: mask_of(words)}}",
    ),
    "S607": Code(
        "Keras couldn't compute first values",
        "The layer was made and applied, and then one of its initializers refused the shape of a\n"
        "weight, or there was no memory for it:\n"
        "    - {Conv1D: {filters: 3, kernel_size: 3, kernel_initializer: identity}}    # two\n"
        "                                                        # dimensions, not three\n"
        "Keras's own words are below the line.",
    ),
    "S608": Code(
        "model file that can't be loaded",
        "The file is no `.keras` archive, is broken or cut short, or Keras raised an exception\n"
        "while it made the model. Its own words are below the line.\n"
        "\n"
        '  specc.load_model("model.keras")\n'
        "\n"
        "A file that an older Keras wrote may name classes that are gone: load it with that one.",
    ),
    "S609": Code(
        "model file that names what it may not",
        "A `.keras` file says by name which classes make the model. This one names something\n"
        "that is no part of a model, or that runs code which comes with the file (`Lambda`).\n"
        "Before any of it is made, all names are looked up: among Keras's own, specc's, and the\n"
        "packages that the caller trusts.\n"
        "\n"
        '  specc.load_model("model.keras", trust=["my_pkg"])\n'
        "\n"
        "There is no switch for the rest; build the model from its source instead.",
    ),
    "S610": Code(
        "model that Keras can't save",
        "The model was made, and writing its config failed: mostly a class of your own without a\n"
        "`get_config` that gives the arguments of its constructor.\n"
        "\n"
        "  def get_config(self):\n"
        '      return {**super().get_config(), "units": self.units}',
    ),
}

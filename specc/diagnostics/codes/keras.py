"""S6xx: what Keras itself reports."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S601": Code("Keras refused a layer", "Keras refused a layer."),
    "S602": Code("Keras refused a call", "Keras refused a call."),
    "S603": Code("Keras refused the model", "Keras refused the model."),
    "S604": Code("model too deep for Keras", "Model too deep for keras."),
    "S605": Code("Keras is of another version", "Keras is of another version."),
}

"""S1xx: the form of a document."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S101": Code("not a spec", "Not a spec."),
    "S102": Code("unknown key", "Unknown key."),
    "S103": Code("value of the wrong form", "Value of the wrong form."),
    "S104": Code("no expression where one belongs", "No expression where one belongs."),
    "S105": Code("`=` where an expression stands anyway", "`=` where an expression stands anyway."),
    "S106": Code("body of the wrong form", "Body of the wrong form."),
    "S107": Code("`as` of the wrong form", "`as` of the wrong form."),
    "S108": Code("step of the wrong form", "Step of the wrong form."),
    "S109": Code("step that does two things", "Step that does two things."),
    "S110": Code("step that does nothing", "Step that does nothing."),
    "S111": Code("keys that do not go together", "Keys that do not go together."),
    "S112": Code("inputs of the wrong form", "Inputs of the wrong form."),
    "S113": Code("unknown language version", "Unknown language version."),
    "S114": Code("not a name", "Not a name."),
    "S115": Code("`specc` does not come first", "`specc` does not come first."),
    "S116": Code("unknown kind of document", "Unknown kind of document."),
    "S117": Code("missing key", "Missing key."),
    "S118": Code("value that is none of the choices", "Value that is none of the choices."),
    "S119": Code("arguments of the wrong form", "Arguments of the wrong form."),
    "S120": Code("unknown parameter type", "Unknown parameter type."),
    "S121": Code("unknown parameter", "Unknown parameter."),
    "S122": Code("parameter without a value", "Parameter without a value."),
    "S123": Code("parameters that need each other", "Parameters that need each other."),
    "S124": Code("parameter of the wrong type", "Parameter of the wrong type."),
    "S125": Code("parameter out of bounds", "Parameter out of bounds."),
    "S126": Code("unknown variant", "Unknown variant."),
}

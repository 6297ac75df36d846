"""What `call` of a declared layer's class takes."""

from __future__ import annotations

from specc.codegen.building import STATES
from specc.codegen.families import Line
from specc.ir import DeclaredLayer


def call_arguments(declared: DeclaredLayer) -> list[str]:
    """The arguments of `call`, after `self`."""
    inputs = declared.inputs
    if declared.form:
        return [inputs[0].name if declared.form == "tensor" else "inputs"]
    found = [f"{each.name}=None" if each.optional else each.name for each in inputs]
    return [*found, STATES] if declared.states else found


def unpacked(declared: DeclaredLayer) -> list[Line]:
    """The statements that give each input of a model its name."""
    if declared.states:
        names = ", ".join(declared.states)
        return [Line(f"{names} = states" if "," in names else f"({names},) = states", indent=2)]
    if declared.form == "list":
        return [Line(f"{', '.join(each.name for each in declared.inputs)} = inputs", indent=2)]
    if declared.form != "mapping":
        return []
    return [
        Line(
            f'{each.name} = inputs.get("{each.name}")'
            if each.optional
            else f'{each.name} = inputs["{each.name}"]',
            indent=2,
        )
        for each in declared.inputs
    ]

"""What the name of a use stands for."""

from __future__ import annotations

from specc import catalog
from specc.catalog import Kind
from specc.diagnostics import did_you_mean
from specc.language import Use
from specc.passes.expand.frame import Frame
from specc.passes.poison import POISON


def meant(use: Use, frame: Frame) -> tuple[Use, dict[str, object]]:
    """What a use is of, and the arguments that brings: a `layer` parameter's, or its own name."""
    value = frame.names.get(use.name)
    if isinstance(value, str):
        return Use(value, use.name_node, use.arguments), {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, arguments),) = value.items()
        if isinstance(arguments, dict | None):
            return Use(str(name), use.name_node, use.arguments), dict(arguments or {})
    return use, {}


def report_unknown_layer(use: Use, frame: Frame) -> object:
    """Says that nothing is called so; POISON."""
    known = [*frame.unit.meanings, *catalog.names(Kind.LAYER), "expr", "for", "repeat", "if"]
    code, what = ("S201", "layer class") if use.name[:1].isupper() else ("S409", "definition")
    frame.context.diagnostics.error(
        code, f"there is no {what} `{use.name}`", use.name_node.span,
        label=did_you_mean(use.name, known), help=_of_expressions(use.name, frame),
    )  # fmt: skip
    return POISON


def _of_expressions(name: str, frame: Frame) -> str | None:
    """What to write where an expression, or what only expressions know, stands as a step."""
    if name in frame.layers:
        return f"`{name}` is a sublayer: apply it with `expr: {name}(_)`"
    if name in frame.names:
        return f"as a step of its own, a tensor is `expr: {name}`"
    return None if name.isidentifier() else f"an expression is a step as `expr: {name}`"

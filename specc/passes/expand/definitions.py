"""Calls of definitions inside expressions."""

from __future__ import annotations

from specc.diagnostics import Span
from specc.language import Method
from specc.passes.expand.frame import Frame
from specc.passes.expand.inlining import bind_inputs, child_frame, method_frame
from specc.passes.poison import POISON
from specc.passes.unit import Meaning


def apply_definition(
    meaning: Meaning,
    args: list[object],
    kwargs: dict[str, object],
    origin: Span,
    frame: Frame,
) -> object:
    """The value of a lowercase definition called on values, by position and by name."""
    block = meaning.block
    if block.unsound:
        return POISON
    is_method = isinstance(block, Method)
    if not is_method and (not meaning.inlined or block.layers is not None or block.weights):
        frame.context.diagnostics.error(
            "S415", f"`{meaning.name}` can't be called in an expression", origin,
            help="use it as a step; only a lowercase definition without layers and weights can",
        )  # fmt: skip
        return POISON
    declared = block.inputs.entries if block.inputs else {}
    inputs = list(declared)
    params = {name: value for name, value in kwargs.items() if name not in inputs}
    make = method_frame if is_method else child_frame
    child = make(meaning, params, frame.scope, origin, frame)
    if child is None:
        return POISON
    given = dict(zip(inputs, args, strict=False)) | {n: kwargs[n] for n in inputs if n in kwargs}
    missing = [name for name in inputs if name not in given and not declared[name].optional]
    if len(args) > len(inputs) or missing:
        wanted = ", ".join(inputs)
        message = f"`{meaning.name}({wanted})` takes {len(inputs)} inputs, not {len(args)}"
        frame.context.diagnostics.error("S416", message, origin)
        return POISON
    bind_inputs(child, {**dict.fromkeys(inputs), **given})
    frame.context.expand_body(block.body, child)
    return frame.context.result_of(block, child)

"""Steps that do something beside the value that flows on: `update` and `add_loss`."""

from __future__ import annotations

from specc.diagnostics import Span, did_you_mean
from specc.ir import Operation, OperationKind, Tensor
from specc.language import Code, Step
from specc.passes.expand.frame import Frame
from specc.passes.expand.tensor_code import evaluate_tensor
from specc.passes.poison import POISON


def expand_effect(step: Step, frame: Frame) -> None:
    """Expands an `update` or an `add_loss`; `_` stays what it was."""
    if not frame.builder.in_layer:
        key = "update" if step.update is not None else "add_loss"
        frame.context.diagnostics.error(
            "S406", f"`{key}` stands only in layers and subclassed models",
            step.span(key, key=True),
        )  # fmt: skip
        return
    if step.add_loss is not None:
        value = evaluate_tensor(step.add_loss, frame)
        if value is not POISON:
            _add(OperationKind.LOSS, "add_loss", (value,), step.span("add_loss"), frame)
    for name, code in (step.update or {}).items():
        _update(name, code, step.span("update", name, key=True), frame)


def _update(name: str, code: Code, span: Span, frame: Frame) -> None:
    value = evaluate_tensor(code, frame)
    if name in frame.states:
        _next_state(name, value, span, frame)
        return
    weight = frame.weights.get(name)
    if weight is None and name not in frame.weights:
        known = [*frame.weights, *frame.states]
        frame.context.diagnostics.error(
            "S461", f"`{name}` is no weight or state of this layer", span,
            label=did_you_mean(name, known),
            help="declare it: `weights`, with `trainable: false`" if not known else "",
        )  # fmt: skip
    elif isinstance(weight, Tensor) and value is not POISON:
        _add(OperationKind.UPDATE, name, (weight, value), span, frame)


def _next_state(name: str, value: object, span: Span, frame: Frame) -> None:
    if frame.states[name] is not None:
        frame.context.diagnostics.error("S462", f"the state `{name}` is updated twice", span)
    frame.states[name] = value


def _add(
    kind: OperationKind, name: str, args: tuple[object, ...], span: Span, frame: Frame
) -> None:
    builder = frame.builder
    key = f"{name}-{len(builder.operations)}"
    operation = Operation(kind, key, kind.value, {}, span, name=key, named=False)
    builder.call(builder.add(operation), args, {}, span)

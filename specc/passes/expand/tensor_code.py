"""Runs the tensor expressions of a document: operations where they can be, else one layer."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from specc import catalog
from specc.diagnostics import Span
from specc.expressions import (
    STATIC_FUNCTIONS,
    Expression,
    ExpressionError,
    callee_name,
    parse,
    span_of,
)
from specc.ir import OperationKind, Tensor, tensors
from specc.language import Code, Step
from specc.passes.expand.capture import Capture, add_expression
from specc.passes.expand.definitions import apply_definition
from specc.passes.expand.evaluation import (
    keras_name_of,
    place,
    report_failure,
    report_unknown,
)
from specc.passes.expand.frame import Frame, Sublayer
from specc.passes.expand.layer_code import LayerEvaluator
from specc.passes.expand.names import join
from specc.passes.expand.ops import NeedsLayer
from specc.passes.expand.signatures import as_call, as_model_inputs, check_call
from specc.passes.expand.tensors import RUN_TIME_FUNCTIONS, TensorEvaluator
from specc.passes.poison import POISON, Poisoned
from specc.source.nodes import Mapping, Node, Scalar
from specc.source.nodes import Sequence as SequenceNode

Named = tuple[Scalar | None, Code]


def expand_expressions(step: Step, frame: Frame, name: str | None) -> object:
    """Expands a step of expressions; each binds its name, the last is the value."""
    codes = step.expr or ()
    before = frame.builder.mark()
    with frame.below(join(frame.scope, name) if name else frame.scope, {}):
        value = _run(codes, frame)
    if value is not NEEDS_LAYER:
        _give_name(value, name, before[0], step, frame)
        return value
    frame.builder.rollback(before)
    values = _run_captured(codes, name, step.node.span, frame)
    if values and step.keras_name is not None:
        _give_keras_name(values[-1], step, frame)
    for index, (scalar, _) in enumerate(codes):
        if scalar is not None:
            frame.bind(str(scalar.value), values[index] if values else POISON, scalar.span)
    return values[-1] if values else POISON


NEEDS_LAYER = object()


def _run(codes: Sequence[Named], frame: Frame) -> object:
    """The value of the last expression as operations, or NEEDS_LAYER."""
    value: object = POISON
    for scalar, code in codes:
        try:
            value = _value(code, frame)
        except NeedsLayer:
            return NEEDS_LAYER
        if scalar is not None:
            frame.bind(str(scalar.value), value, scalar.span, block=True)
    return value


def evaluate_tensor(code: Code, frame: Frame) -> object:
    """The value of one expression: a structure of tensors and constants, or POISON."""
    before = frame.builder.mark()
    try:
        return _value(code, frame)
    except NeedsLayer:
        frame.builder.rollback(before)
    values = _run_captured([(None, code)], None, code.node.span, frame)
    return values[-1] if values else POISON


def _value(code: Code, frame: Frame) -> object:
    try:
        expression = parse(code.text)
        if _is_poisoned(expression, frame):
            report_unknown(
                expression, frame.names, code.node, frame.context, TensorFunctions(frame)
            )
            return POISON
        if frame.context.budget.left < 0:  # spent, and reported
            return POISON
        return _evaluator(expression, code, frame).result()
    except ExpressionError as error:
        report_failure(
            error, code.text, frame.names, code.node, frame.context, TensorFunctions(frame)
        )
        return POISON
    except Poisoned:
        return POISON


class TensorFunctions:
    """All that a tensor expression may call by name."""

    def __init__(self, frame: Frame) -> None:
        unit = frame.unit
        self.meanings = {*unit.meanings, *unit.python, *unit.missing, *frame.methods}

    def __contains__(self, name: object) -> bool:
        known = name in self.meanings or name in STATIC_FUNCTIONS or name in RUN_TIME_FUNCTIONS
        return known or catalog.find_op(str(name)) is not None


def _is_poisoned(expression: Expression, frame: Frame) -> bool:
    if any(frame.names.get(name) is POISON for name in expression.names):
        return True
    if not frame.unit.missing.isdisjoint(expression.names):
        return True
    return "_" in expression.names and frame.previous is POISON


def _run_captured(
    codes: Sequence[Named], name: str | None, origin: Span, frame: Frame
) -> list[Tensor]:
    """The tensors of a step's expressions, computed by one layer; none if they are wrong."""
    capture: Capture | None = None
    places: list[int] = []
    for scalar, code in codes:
        try:
            expression = parse(code.text)
            if _is_poisoned(expression, frame):
                return []
            capture = capture or Capture(_evaluator(expression, code, frame))
            capture.let(str(scalar.value) if scalar else "", expression)
            places.append(len(capture.program.steps) - 1)
        except ExpressionError as error:
            report_failure(
                error, code.text, frame.names, code.node, frame.context, TensorFunctions(frame)
            )
            return []
        except Poisoned:
            return []
    outputs = add_expression(capture.program, frame, name, origin) if capture else []
    return [outputs[index] for index in places]


def _evaluator(expression: Expression, code: Code, frame: Frame) -> TensorEvaluator:
    origin = code.node.span

    def apply_layer(
        callee: Tensor | Sublayer, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        start, end = span_of(expression.text, node)
        at = place(code.node, expression.text, start, end)
        name = callee_name(node)
        if name in frame.unit.meanings or catalog.find_op(name) is not None:
            message = f"`{name}` is the step of that name here, not the function"
            frame.context.diagnostics.note("S426", message, at)
        return call_operation(callee, tuple(args), kwargs, at, frame)

    def define(meaning: object, args: list[object], kwargs: dict[str, object]) -> object:
        return apply_definition(meaning, args, kwargs, origin, frame)  # type: ignore[arg-type]  # from meanings

    def capture(node: ast.expr) -> object:
        captured = Capture(_evaluator(expression, code, frame))
        captured.let("", replace(expression, tree=node))
        return add_expression(captured.program, frame, None, origin)[-1]

    make = LayerEvaluator if frame.builder.in_layer else TensorEvaluator
    return make(expression, frame, origin, apply_layer, define, capture)


def call_operation(
    callee: Tensor | Sublayer,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    origin: Span,
    frame: Frame,
) -> object:
    """Calls the layer behind a tensor, or one held by name, which so enters the graph."""
    if isinstance(callee, Tensor):
        index = frame.builder.calls[callee.call].operation
    else:
        callee.used = True
        if callee.index is None or not frame.builder.holds(callee.operation, callee.index):
            callee.index = frame.builder.add(callee.operation)
        index = callee.index
    operation, diagnostics = frame.builder.operations[index], frame.context.diagnostics
    if operation.declared is not None:
        arguments = as_call(operation.declared, list(args), kwargs, lambda _: origin, diagnostics)
        if arguments is None:
            return POISON
        return frame.builder.call(index, arguments[0], arguments[1], origin)
    if operation.graph is not None:
        named = {name: value for name, value in kwargs.items() if name != "training"}
        given = args[0] if len(args) == 1 and not named else (*args, *named.values())
        value = as_model_inputs(operation.graph, given, origin, diagnostics)
        rest = {name: kwargs[name] for name in kwargs.keys() - named}
        return POISON if value is POISON else frame.builder.call(index, (value,), rest, origin)
    check_call(operation, len(args), list(kwargs), origin, lambda _: origin, diagnostics)
    return frame.builder.call(index, args, kwargs, origin)


def _give_name(value: object, name: str | None, before: int, step: Step, frame: Frame) -> None:
    """The step's name goes to the operation that made its value."""
    calls = {tensor.call for tensor in tensors(value)}
    if name is None or len(calls) != 1:
        return
    index = frame.builder.calls[calls.pop()].operation
    operation = frame.builder.operations[index]
    if index < before or operation.kind not in (OperationKind.OP, OperationKind.EXPRESSION):
        return
    key = frame.builder.names.named(frame.scope, name, step.span("name"))
    frame.builder.operations[index] = replace(
        operation, key=key, named=True, name=keras_name_of(step, key, frame)
    )


def _give_keras_name(value: Tensor, step: Step, frame: Frame) -> None:
    index = frame.builder.calls[value.call].operation
    operation = frame.builder.operations[index]
    name = keras_name_of(step, operation.key, frame)
    frame.builder.operations[index] = replace(operation, name=name)


def evaluate_structure(node: Node, frame: Frame) -> object:
    """Tensor expressions in lists and mappings, their structure kept; POISON if one is wrong."""
    if isinstance(node, SequenceNode):
        items = [evaluate_structure(item, frame) for item in node.items]
        return POISON if any(item is POISON for item in items) else items
    if isinstance(node, Mapping):
        values = {
            key: evaluate_structure(entry.value, frame) for key, entry in node.entries.items()
        }
        return POISON if any(value is POISON for value in values.values()) else values
    if not isinstance(node.value, str):
        return node.value
    if node.value.startswith("="):
        frame.context.diagnostics.error(
            "S105", "this place always holds an expression", node.span, help="drop the `=`"
        )
        return POISON
    return evaluate_tensor(Code(node.value, node), frame)


def has_tensor(value: object) -> bool:
    """Whether a value is a tensor or holds one."""
    return next(tensors(value), None) is not None

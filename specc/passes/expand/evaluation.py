"""Evaluates the static code of a document, and says at the YAML's place what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from specc import catalog
from specc.catalog import Kind
from specc.catalog.rules import show_shape
from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.expressions import (
    STATIC_FUNCTIONS,
    Budget,
    Evaluator,
    Expression,
    ExpressionError,
    code_text,
    free_name_nodes,
    free_names,
    is_code,
    is_opaque,
    parse,
    span_in,
    span_of,
    unescape,
    unparse,
)
from specc.ir import Tensor, leaves
from specc.language import Code, Step
from specc.language.fields import describe
from specc.passes.check_arguments import report as report_argument
from specc.passes.expand.frame import Frame, Scope
from specc.passes.expand.names import NAME, STAND_IN
from specc.passes.expand.shapes import Shape
from specc.passes.poison import POISON
from specc.passes.types import as_plain, written_value
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import Node, Scalar, Sequence

_LOOP = "[None for "
"""A loop's header is parsed as that of a comprehension."""


class StaticEvaluator(Evaluator):
    """Static values, and the sizes of tensors where they are known when compiling."""

    def lookup(self, name: str, node: ast.Name) -> object:
        """The value of a name; `_` is the step before, whose shape may be known."""
        if name == "_" and name not in self.scope and isinstance(self.scope, Scope):
            return self.scope.previous()
        if name == "training" and name not in self.scope:
            self.fail(
                "S311", "`training` is known at run time only", node,
                "in a tensor expression: `a if training else b`",
            )  # fmt: skip
        return super().lookup(name, node)

    def attribute(self, value: object, name: str, node: ast.Attribute) -> object:
        """`x.shape` of a tensor, as far as it is known."""
        if isinstance(value, Tensor) and name == "shape":
            return Shape(value, unparse(node))
        return super().attribute(value, name, node)

    def index(self, value: object, key: object, node: ast.Subscript) -> object:
        """`x.shape[i]`."""
        if isinstance(value, Shape):
            return self.size(value, key, node)
        return super().index(value, key, node)

    def size(self, shape: Shape, key: object, node: ast.Subscript) -> object:
        """A size that must be known; a tensor expression may read one that isn't."""
        specs = getattr(self.scope, "specs", {})
        spec = specs.get(shape.tensor)
        known = None if spec is None else spec.shape
        if isinstance(known, tuple) and isinstance(key, slice) and None not in known[key]:
            _note_read(specs)
            return list(known[key])
        if isinstance(known, tuple) and isinstance(key, int) and -len(known) <= key < len(known):
            size = known[key]
            if size is not None:
                _note_read(specs)
                return size
        elif isinstance(known, tuple) and isinstance(key, int):
            self.fail(
                "S313", f"{show_shape(known)} has no size `{unparse(node)}`", node,
                f"its last is `{shape.written}[{len(known) - 1}]`" if known else "",
            )  # fmt: skip
        return self.unknown_size(node)

    def unknown_size(self, node: ast.Subscript) -> object:
        """What a size is that isn't known when compiling: here, an error."""
        self.fail("S313", f"`{unparse(node)}` isn't known when compiling", node, "make it a param")


def _note_read(specs: object) -> None:
    """Notes that a size was read: a layer's body is followed again for other sizes."""
    if hasattr(specs, "sizes_read"):
        specs.sizes_read = True


def evaluate_static_node(
    node: Node, names: Mapping[str, object], diagnostics: Diagnostics
) -> object:
    """Plain data with its `=` code evaluated, outside of any body; POISON if it has no value."""
    return evaluate_node(node, names, _Standalone(diagnostics))


class Reporter(Protocol):
    """Whoever has a place for problems: the context of an expansion, or less."""

    diagnostics: Diagnostics
    budget: Budget


@dataclass
class _Standalone:
    diagnostics: Diagnostics
    budget: Budget = field(default_factory=Budget)


def evaluate_static(
    code: Code, names: Mapping[str, object], context: Reporter, part: Expression | None = None
) -> object:
    """The value of an expression, or POISON. `part` is what to evaluate of it, if not all."""
    return _evaluate(code.text, code.node, names, context, part)


def _evaluate(
    text: str,
    node: Scalar,
    names: Mapping[str, object],
    context: Reporter,
    part: Expression | None = None,
) -> object:
    try:
        expression = part or parse(text)
        tree = expression.tree
        if type(tree) is ast.Name and tree.id in names:
            return names[tree.id]
        if any(names.get(name) is POISON for name in expression.names):
            report_unknown(expression, names, node, context)
            return POISON
        if context.budget.left < 0:  # spent, and reported
            return POISON
        return StaticEvaluator(expression, names, budget=context.budget).run()
    except ExpressionError as error:
        report_failure(error, part or text, names, node, context)
        return POISON


def report_failure(
    error: ExpressionError,
    failed: Expression | str,
    names: Mapping[str, object],
    node: Scalar,
    context: Reporter,
    functions: Container[str] = STATIC_FUNCTIONS,
) -> None:
    """Reports why an expression has no value, and all its unknown names if one is the reason."""
    if error.code != "S306":
        report(error, failed if isinstance(failed, str) else failed.text, node, context)
    elif not getattr(names, "incomplete", False):
        expression = parse(failed) if isinstance(failed, str) else failed
        report(error, expression.text, node, context)
        report_unknown(expression, names, node, context, functions)


def report_unknown(
    expression: Expression,
    names: Mapping[str, object],
    node: Scalar,
    context: Reporter,
    functions: Container[str] = STATIC_FUNCTIONS,
) -> None:
    """Reports every unknown name of an expression that has no value, not the first alone."""
    tree, text = expression.tree, expression.text
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    for part in free_name_nodes(tree):
        is_function = id(part) in called
        if part.id in names or part.id in (functions if is_function else _WORDS):
            continue
        what = "there is no function `{}` here" if is_function else "nothing here is called `{}`"
        mend = did_you_mean(part.id, {*names, *STATIC_FUNCTIONS})
        error = ExpressionError("S306", what.format(part.id), *span_of(text, part), mend)
        report(error, text, node, context)


_WORDS = {*STATIC_FUNCTIONS, "_", "training"}
"""Names that mean something without being given."""


def report(error: ExpressionError, text: str, node: Scalar, context: Reporter) -> None:
    """Reports an expression's error at its characters in the YAML."""
    shift = len(_LOOP) if text.startswith(_LOOP) else 0
    shown = text[shift:-1] if shift else text
    context.diagnostics.error(
        error.code,
        error.message,
        place(node, shown, max(error.start - shift, 0), max(error.end - shift, 0)),
        label=error.help if error.help.startswith("did you mean") else "",
        help="" if error.help.startswith("did you mean") else error.help,
    )


def place(node: Scalar, text: str, start: int, end: int) -> Span:
    """The span of characters `start:end` of the expression that a scalar holds."""
    offset = span_in(node.span.text, text)
    if offset is None:
        return node.span
    base = node.span.start + offset
    return Span(node.span.source, base + start, base + max(end, start + 1))


def evaluate_node(node: Node, names: Mapping[str, object], context: Reporter) -> object:
    """Plain data with its `=` code evaluated; POISON if any of it has no value."""
    if isinstance(node, Scalar):
        return _scalar(node, names, context)
    if isinstance(node, Sequence):
        items = [evaluate_node(item, names, context) for item in node.items]
        return POISON if any(item is POISON for item in items) else items
    values = {key: evaluate_node(e.value, names, context) for key, e in node.entries.items()}
    return POISON if any(value is POISON for value in values.values()) else values


def _scalar(node: Scalar, names: Mapping[str, object], context: Reporter) -> object:
    value = node.value
    if not isinstance(value, str):
        return value
    if not is_code(value):
        return unescape(value)
    text, _ = code_text(value)
    plain = as_plain(_evaluate(text, node, names, context))
    if any(is_opaque(leaf) and leaf is not POISON for leaf in leaves(plain)):
        context.diagnostics.error(
            "S311",
            f"`{text}` {'is' if is_opaque(plain) else 'holds'} a tensor, "
            "and a value is wanted that is known when compiling",
            node.span, help="tensors are given to a step with `in` and `args`",
        )  # fmt: skip
        return POISON
    return plain


def evaluate_arguments(node: Node | None, frame: Frame) -> object:
    """The arguments of a class or definition as a dict, or POISON."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return {}
    value = evaluate_node(node, frame.names, frame.context)
    if value is POISON or isinstance(value, dict):
        return value
    frame.context.diagnostics.error("S119", "the arguments are a mapping, or nothing", node.span)
    return POISON


def step_name(step: Step, frame: Frame) -> str | None:
    """The name that a step gives itself, computed."""
    return None if step.name is None else name_of(step, frame)


def name_of(step: Step, frame: Frame) -> str:
    """The name that a step with `name` gives itself; a stand-in if it can't be a name."""
    node = step.node.entries["name"].value if isinstance(step.node, MappingNode) else step.node
    value = evaluate_node(node, frame.names, frame.context)
    if value is POISON:
        return STAND_IN
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    frame.context.diagnostics.error(
        "S413", f"a name holds letters, digits and `_`, not `{value}`", node.span,
        help="where Keras must see another name, add `keras_name`",
    )  # fmt: skip
    return STAND_IN


def keras_name_of(step: Step, key: str, frame: Frame) -> str:
    """The name that Keras is to see: the step's `keras_name`, computed, or its key."""
    if step.keras_name is None:
        return frame.builder.keras_name(key)
    assert isinstance(step.node, MappingNode)  # noqa: S101 - it has a key
    node = step.node.entries["keras_name"].value
    value = evaluate_node(node, frame.names, frame.context)
    if isinstance(value, str) and value:
        return value
    if value is not POISON:
        message = f"`keras_name` is a text, not {describe(value)}"
        frame.context.diagnostics.error("S413", message, node.span)
    return frame.builder.keras_name(key)


def step_defaults(step: Step, frame: Frame) -> dict[str, object]:
    """A step's `trainable` and `dtype`, computed, where it has them."""
    values: dict[str, object] = {}
    if step.trainable is not None:
        values["trainable"] = _flag(step.trainable, frame)
    if step.dtype is not None:
        values["dtype"] = dtype_policy(step.dtype, frame.names, frame.context)
    return {key: value for key, value in values.items() if value is not None}


def _flag(node: Node, frame: Frame) -> bool | None:
    """The value of `trainable`; None, with a diagnostic, if it is neither true nor false."""
    value = evaluate_node(node, frame.names, frame.context)
    if value is None or isinstance(value, bool):
        return value
    if value is not POISON:
        message = f"`trainable` is true or false, not {written_value(value)}"
        frame.context.diagnostics.error("S103", message, node.span)
    return None


def dtype_policy(node: Node, names: Mapping[str, object], context: Reporter) -> object:
    """A dtype policy, computed; None, with a diagnostic, if it is none."""
    value = evaluate_node(node, names, context)
    if value is None or value is POISON:
        return None
    problems = catalog.check_object(Kind.DTYPE, value)
    for problem in problems:
        report_argument(problem, node, node.span, context.diagnostics)
    return None if problems else value


def parse_loop(header: Code, context: Reporter) -> tuple[ast.expr, Expression] | None:
    """The targets of a `for`, and what it goes over; None if it can't be read."""
    text = f"{_LOOP}{header.text}]"
    try:
        tree = parse(text).tree
    except ExpressionError as error:
        report(error, text, header.node, context)
        return None
    loops = tree.generators if isinstance(tree, ast.ListComp) else []
    if len(loops) != 1 or loops[0].ifs:
        context.diagnostics.error(
            "S414", "a `for` reads `x in LIST` or `x, y in LIST`", header.node.span
        )
        return None
    return loops[0].target, Expression(text, loops[0].iter, free_names(loops[0].iter))


def for_rounds(
    header: Code, names: Mapping[str, object], context: Reporter
) -> Iterator[Mapping[str, object] | None]:
    """The loop variables of each round of a `for`; None for one that they can't be told of."""
    loop = parse_loop(header, context)
    values = evaluate_static(header, names, context, loop[1]) if loop is not None else POISON
    if isinstance(values, list | tuple | dict):
        for value in list(values):  # the body may collect in the list that it goes over
            yield assign_targets(loop[0], value, header, context) if loop is not None else None
        return
    if values is not POISON:
        message = f"`for` goes over a list, not {written_value(values)}"
        context.diagnostics.error("S407", message, header.node.span)
    yield None


def assign_targets(
    target: ast.expr, value: object, header: Code, context: Reporter
) -> dict[str, object] | None:
    """The variables of one round; None if the value doesn't fit the targets."""
    if isinstance(target, ast.Name):
        return {} if target.id == "_" else {target.id: value}
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if not isinstance(value, list | tuple) or len(value) != len(parts):
        wanted = f"`{ast.unparse(target)}` takes {len(parts)} values a round"
        message = f"{wanted}, not {written_value(value)}"
        context.diagnostics.error("S414", message, header.node.span)
        return None
    variables: dict[str, object] = {}
    for part, item in zip(parts, value, strict=True):
        assigned = assign_targets(part, item, header, context)
        if assigned is None:
            return None
        variables |= assigned
    return variables


__all__ = [
    "StaticEvaluator",
    "assign_targets",
    "evaluate_arguments",
    "evaluate_node",
    "evaluate_static",
    "for_rounds",
    "keras_name_of",
    "name_of",
    "parse_loop",
    "place",
    "report",
    "report_failure",
    "report_unknown",
    "step_defaults",
    "step_name",
    "written_value",
]

"""Sublayers held by name: `layers:` of a block."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from specc import catalog
from specc.catalog import Kind
from specc.diagnostics import Diagnostics
from specc.ir import Operation
from specc.language import Block, Step, Table, is_table, read_step
from specc.language.fields import is_local_name, read_code
from specc.language.problems import report_problem
from specc.passes.expand.control import decide
from specc.passes.expand.evaluation import evaluate_arguments
from specc.passes.expand.frame import Frame, Sublayer
from specc.passes.expand.layers import (
    declared_operation,
    is_declared,
    layer_operation,
    model_operation,
)
from specc.passes.expand.meant import meant, report_unknown_layer
from specc.passes.expand.python import python_operation
from specc.passes.expand.tables import table_rows
from specc.passes.poison import POISON
from specc.source.nodes import Mapping, Node

UNUSED = "S421"


def declare_sublayers(block: Block, frame: Frame) -> None:
    """Gives each declared sublayer its name; it enters the graph when it is first called."""
    node = block.layers
    if node is None:
        return
    if is_table(node):
        table = Table.model_validate(node, context=frame.context.diagnostics)
        for name, each, _ in table_rows(table, frame):
            _declare(name, each, frame)
    elif isinstance(node, Mapping):
        for name, entry in node.entries.items():
            _declare(name, entry.value, frame)
    else:
        frame.context.diagnostics.error("S103", "`layers` is a mapping of names", node.span)


def _declare(name: str, node: Node, frame: Frame) -> None:
    """Declares one entry; without its `if`, None stands for it."""
    node, exists = _condition(node, frame)
    operation = _operation(name, node, frame) if exists else None
    if exists is False:
        frame.bind(name, None, node.span)
    elif operation is None:
        frame.locals[name] = POISON
    else:
        frame.layers[name] = Sublayer(operation)


def _condition(node: Node, frame: Frame) -> tuple[Node, bool | None]:
    """An entry without its `if`, and whether that holds; None where that can't be told."""
    if not isinstance(node, Mapping) or "if" not in node.entries:
        return node, True
    rest = Mapping(node.span, {key: e for key, e in node.entries.items() if key != "if"})
    value = node.entries["if"].value
    try:
        return rest, decide(read_code(value), frame)
    except PydanticCustomError as error:
        report_problem(error.context or {}, value.span, frame.context.diagnostics)
        return rest, None


def _operation(name: str, node: Node, frame: Frame) -> Operation | None:
    step = read_step(node, frame.context.diagnostics)
    if not _is_free(name, node, frame) or not _is_layer(name, step, frame):
        return None
    assert step.use is not None  # noqa: S101 - just seen
    use, extra = meant(step.use, frame)
    arguments = evaluate_arguments(use.arguments, frame)
    meaning = frame.unit.meanings.get(use.name)
    entry = catalog.find(Kind.LAYER, use.name)
    key = frame.builder.names.named(frame.scope, name, node.span)
    if not isinstance(arguments, dict) or use.name in frame.unit.missing:
        return None
    if use.name in frame.unit.python:
        python = frame.unit.python[use.name]
        return python_operation(step, use, python, {**extra, **arguments}, key, frame)
    if meaning is not None and is_declared(meaning):
        return declared_operation(step, use, meaning, {**extra, **arguments}, key, frame)
    if meaning is not None:
        return model_operation(step, use, meaning, {**extra, **arguments}, key, frame)
    if entry is not None:
        return layer_operation(step, use, entry, {**extra, **arguments}, key, frame)
    report_unknown_layer(use, frame)
    return None


def _is_free(name: str, node: Node, frame: Frame) -> bool:
    """Whether nothing is called so that a sublayer may not hide; else it is reported."""
    diagnostics = frame.context.diagnostics
    if not is_local_name(name):
        message = f"`{name}` is no name that expressions can use"
        diagnostics.error("S107", message, node.span)
    elif frame.names.get(name, POISON) is not POISON:
        message = f"the sublayer `{name}` would hide what `{name}` means already"
        diagnostics.error("S402", message, node.span, help="choose another name")
    else:
        return True
    return False


def _is_layer(name: str, step: Step, frame: Frame) -> bool:
    """Whether a sublayer's entry is a layer, with no keys that only steps have."""
    diagnostics = frame.context.diagnostics
    if step.use is None and not step.broken:
        diagnostics.error("S108", f"`{name}` is no layer", step.node.span)
    entries = step.node.entries if isinstance(step.node, Mapping) else {}
    for key in ("in", "args", "name", "as", "collect"):
        if key in entries:
            diagnostics.error(
                "S111", f"`{key}` means nothing in `layers`", entries[key].key.span,
                help="it belongs to a step, or to the call in an expression",
            )  # fmt: skip
    return step.use is not None and not step.broken


def report_unused(frame: Frame, diagnostics: Diagnostics) -> None:
    """Warns of sublayers that no expression calls."""
    for name, sublayer in frame.layers.items():
        if not sublayer.used and not frame.context.diagnostics.has_errors:
            diagnostics.warning(
                UNUSED, f"the sublayer `{name}` is never used", sublayer.operation.origin
            )

"""Sublayers held by name: `layers:` of a block."""

from __future__ import annotations

from specc import catalog
from specc.catalog import Kind
from specc.diagnostics import did_you_mean
from specc.ir import Operation, OperationKind
from specc.language import Block, Step, Table, is_table, read_step
from specc.passes.check_arguments import check_layer
from specc.passes.expand.evaluation import evaluate_arguments, keras_name_of, step_defaults
from specc.passes.expand.frame import Frame, Sublayer
from specc.passes.expand.tables import table_rows
from specc.passes.poison import POISON
from specc.source.nodes import Mapping, Node


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
    step = read_step(node, frame.context.diagnostics)
    if step.broken or step.use is None:
        if not step.broken:
            frame.context.diagnostics.error("S108", f"`{name}` is no layer", node.span)
        frame.locals[name] = POISON
        return
    operation = _operation(name, step, frame)
    if operation is None:
        frame.locals[name] = POISON
    else:
        frame.layers[name] = Sublayer(operation)


def _operation(name: str, step: Step, frame: Frame) -> Operation | None:
    assert step.use is not None  # noqa: S101 - the caller saw to it
    use = step.use
    arguments = evaluate_arguments(use.arguments, frame)
    meaning = frame.unit.meanings.get(use.name)
    graph = None
    entry = catalog.find(Kind.LAYER, use.name)
    if meaning is not None and isinstance(arguments, dict):
        graph = frame.context.build_model(meaning, arguments, use.name_node.span, frame)
        if graph is None:
            return None
    elif entry is None:
        known = [*frame.unit.meanings, *catalog.names(Kind.LAYER)]
        frame.context.diagnostics.error(
            "S201", f"there is no layer class `{use.name}`", use.name_node.span,
            label=did_you_mean(use.name, known),
        )  # fmt: skip
        return None
    if not isinstance(arguments, dict):
        return None
    defaults = {**frame.defaults, **step_defaults(step, frame)}
    class_name = entry.name if entry is not None and graph is None else use.name
    key = frame.builder.names.named(frame.scope, name, step.node.span)
    operation = Operation(
        OperationKind.LAYER if graph is None else OperationKind.MODEL,
        key,
        class_name,
        arguments if graph is None else {},
        use.name_node.span,
        name=keras_name_of(step, key, frame),
        arguments_node=use.arguments,
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        dtype=defaults.get("dtype"),
        graph=graph,
    )
    if entry is not None and graph is None:
        check_layer(operation, entry, frame.context.diagnostics)
    return operation


def report_unused(frame: Frame) -> None:
    """Warns of sublayers that no expression calls."""
    for name, sublayer in frame.layers.items():
        if not sublayer.used:
            frame.context.diagnostics.warning(
                "S421", f"the sublayer `{name}` is never used", sublayer.operation.origin
            )

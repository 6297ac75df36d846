"""The variables of a layer's own: `weights:` and `states:` of a block."""

from __future__ import annotations

from collections.abc import Iterator

from specc import catalog
from specc.catalog import Kind
from specc.catalog.tables.shorthand import DTYPES
from specc.diagnostics import Span, did_you_mean
from specc.ir import Operation, OperationKind, Structure, call_tensors, tensors
from specc.language import Block, Table, Weight, is_table, read_weight
from specc.language.fields import is_local_name
from specc.passes.check_arguments import report
from specc.passes.expand.control import decide
from specc.passes.expand.evaluation import evaluate_node, written_value
from specc.passes.expand.frame import Frame
from specc.passes.expand.tables import table_rows
from specc.passes.poison import POISON
from specc.source.nodes import Mapping, Node, span_at

OBJECTS = {
    "initializer": Kind.INITIALIZER,
    "regularizer": Kind.REGULARIZER,
    "constraint": Kind.CONSTRAINT,
}


def declare_weights(block: Block, frame: Frame) -> None:
    """Gives each weight of a block its name, and its place in the graph."""
    if block.weights is None:
        return
    if not frame.builder.in_layer:
        frame.context.diagnostics.error(
            "S436", "own weights stand in layers and subclassed models", block.weights.span,
            help="a definition with a capital name is a layer of its own",
        )  # fmt: skip
        return
    for name, node in entries(block.weights, "weights", frame):
        _declare(name, node, frame)


def entries(node: Node, key: str, frame: Frame) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping by name, or those that a table makes."""
    if is_table(node):
        table = Table.model_validate(node, context=frame.context.diagnostics)
        for name, each, _ in table_rows(table, frame):
            yield name, each
    elif isinstance(node, Mapping):
        for name, entry in node.entries.items():
            yield name, entry.value
    else:
        message = f"`{key}` is a mapping of names"
        frame.context.diagnostics.error("S103", message, node.span)


def _declare(name: str, node: Node, frame: Frame) -> None:
    weight = read_weight(node, frame.context.diagnostics)
    span = node.span
    if not is_free(name, "weight", span, frame):
        return
    exists = True if weight.if_ is None else decide(weight.if_, frame)
    if exists is False:
        frame.weights[name] = None
    elif exists is None or weight.unsound:
        frame.weights[name] = POISON
    elif weight.value is not None:
        frame.weights[name] = _buffer(name, weight, frame)
    else:
        frame.weights[name] = _variable(name, weight, frame)


def is_free(name: str, what: str, span: Span, frame: Frame) -> bool:
    """Whether nothing is called so that a weight may not hide; else it is reported."""
    diagnostics = frame.context.diagnostics
    if not is_local_name(name):
        message = f"`{name}` is no name that expressions can use"
        diagnostics.error("S107", message, span)
        return False
    if frame.names.get(name, POISON) is not POISON:
        message = f"the {what} `{name}` would hide what `{name}` means already"
        diagnostics.error("S402", message, span, help="choose another name")
        return False
    return True


def _variable(name: str, weight: Weight, frame: Frame) -> object:
    """A variable that is made from a shape and an initializer."""
    shape = weight_shape(weight, f"the weight `{name}`", frame)
    trainable = _flag(weight.trainable, frame)
    dtype = _dtype(weight, frame)
    objects = {key: _object(weight, key, kind, frame) for key, kind in OBJECTS.items()}
    if POISON in (shape, trainable, dtype, *objects.values()):
        return POISON
    arguments: dict[str, object] = {"shape": shape}
    arguments |= {key: value for key, value in objects.items() if value is not None}
    if dtype is not None:
        arguments["dtype"] = dtype
    arguments["trainable"] = True if trainable is None else trainable
    return _add(name, arguments, (), weight.node.span, frame)


def _buffer(name: str, weight: Weight, frame: Frame) -> object:
    """A variable that doesn't train, whose value is computed once."""
    given = weight.node.entries if isinstance(weight.node, Mapping) else {}
    for key in ("shape", "initializer", "regularizer", "constraint", "trainable"):
        if key in given:
            frame.context.diagnostics.error(
                "S111", f"`{key}` means nothing beside `value`", given[key].key.span,
                help="a computed weight has its value's shape, and doesn't train",
            )  # fmt: skip
    before, first = frame.previous, len(frame.builder.calls)
    frame.context.expand_body(weight.value or (), frame)
    value, frame.previous = frame.previous, before
    dtype = _dtype(weight, frame)
    if value is POISON or dtype is POISON or not _is_constant(name, value, first, weight, frame):
        return POISON
    arguments: dict[str, object] = {"trainable": False, "save": weight.save}
    if dtype is not None:
        arguments["dtype"] = dtype
    return _add(name, arguments, (value,), weight.node.span, frame)


def _is_constant(name: str, value: Structure, first: int, weight: Weight, frame: Frame) -> bool:
    """Whether a value follows from params and constants alone; else it is reported.

    Args:
        name: The weight's name.
        value: Its value.
        first: The first call that was added for it.
        weight: What the text says of it.
        frame: The layer's frame.
    """
    builder = frame.builder
    added = builder.calls[first:]
    read = [tensor.call for call in added for tensor in call_tensors(call)]
    read += [tensor.call for tensor in tensors(value)]
    for call in (*added, *(builder.calls[place] for place in read)):
        operation = builder.operations[call.operation]
        known = operation.kind is OperationKind.WEIGHT and call.args
        drawn = operation.class_name.startswith("random.")
        if not known and (operation.kind is not OperationKind.FUNCTION or drawn):
            frame.context.diagnostics.error(
                "S470",
                f"the value of `{name}` is computed once, of params and constants alone",
                call.origin if call in added else weight.span("value"),
                help="without inputs, layers, random numbers, updates and weights that change",
            )  # fmt: skip
            return False
    return True


def _add(
    name: str, arguments: dict[str, object], args: tuple[Structure, ...], span: Span, frame: Frame
) -> Structure:
    key = frame.builder.names.named(frame.scope, name, span)
    operation = Operation(OperationKind.WEIGHT, key, "Weight", arguments, span, name=key)
    return frame.builder.call(frame.builder.add(operation), args, {}, span)


def weight_shape(weight: Weight, what: str, frame: Frame) -> object:
    """The shape of a weight or a state, computed; a scalar's if it gives none. Or POISON."""
    if weight.shape is None:
        return []
    value = evaluate_node(weight.shape, frame.names, frame.context)
    if value is POISON:
        return POISON
    if not isinstance(value, list):
        message = f"a shape is a list of sizes, not {written_value(value)}"
        frame.context.diagnostics.error("S423", message, weight.shape.span)
        return POISON
    for place, size in enumerate(value):
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            span = span_at(weight.shape, (place,)) if isinstance(weight.shape, Node) else None
            frame.context.diagnostics.error(
                "S423", f"{written_value(size)} is no size of {what}",
                span or weight.shape.span, help="a weight's sizes are whole numbers",
            )  # fmt: skip
            return POISON
    return value


def _flag(node: Node | None, frame: Frame) -> object:
    value = None if node is None else evaluate_node(node, frame.names, frame.context)
    if value is None or value is POISON or isinstance(value, bool):
        return value
    assert node is not None  # noqa: S101 - it has a value
    message = f"`trainable` is true or false, not {written_value(value)}"
    frame.context.diagnostics.error("S103", message, node.span)
    return POISON


def _dtype(weight: Weight, frame: Frame) -> object:
    if weight.dtype is None:
        return None
    value = evaluate_node(weight.dtype, frame.names, frame.context)
    if value in DTYPES or value is POISON:
        return value
    frame.context.diagnostics.error(
        "S425", f"{written_value(value)} is no dtype of a tensor", weight.span("dtype"),
        label=did_you_mean(str(value), DTYPES),
    )  # fmt: skip
    return POISON


def _object(weight: Weight, key: str, kind: Kind, frame: Frame) -> object:
    """An initializer, regularizer or constraint, checked; POISON if it is none."""
    node = getattr(weight, key)
    value = None if node is None else evaluate_node(node, frame.names, frame.context)
    if value is None or value is POISON:
        return value
    problems = catalog.check_object(kind, value)
    for problem in problems:
        report(problem, node, node.span, frame.context.diagnostics)
    return POISON if problems else value


def declare_states(block: Block, frame: Frame) -> dict[str, int | None]:
    """The states of a cell: their names and sizes; they are read as its last inputs."""
    sizes: dict[str, int | None] = {}
    if block.states is None:
        return sizes
    for name, node in entries(block.states, "states", frame):
        state = read_weight(node, frame.context.diagnostics)
        if not is_free(name, "state", node.span, frame):
            continue
        shape = weight_shape(state, f"the state `{name}`", frame)
        one = isinstance(shape, list) and len(shape) == 1
        if shape is not POISON and not one:
            frame.context.diagnostics.error(
                "S460", f"the state `{name}` has one size, not the shape {shape}", node.span,
                help="Keras's recurrent layers keep a matrix for each state: batch by size",
            )  # fmt: skip
        sizes[name] = shape[0] if one and isinstance(shape, list) else None
    return sizes

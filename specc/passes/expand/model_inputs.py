"""The inputs of a model: the operations that its graph begins with."""

from __future__ import annotations

from collections.abc import Iterator

from specc.catalog.dtypes import nearest_dtype
from specc.catalog.rules import UNKNOWN
from specc.catalog.tables.shorthand import DTYPES
from specc.ir import Operation, OperationKind, Structure, Tensor
from specc.language import Block, Input, Inputs
from specc.language.problems import is_misspelt
from specc.passes.expand.control import decide
from specc.passes.expand.evaluation import evaluate_node, written_value
from specc.passes.expand.frame import SEVERAL, Frame
from specc.passes.expand.names import NAME
from specc.passes.expand.tables import table_rows
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.poison import POISON
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import span_at
from specc.source.quoting import list_of_tuple


def add_inputs(block: Block, frame: Frame) -> Structure | None:
    """Adds the inputs to the graph; their structure."""
    declared = block.inputs
    if declared.broken if declared is not None else _is_meant(block, "inputs"):
        return None  # and what is wrong is reported
    if declared is None or not (declared.entries or declared.table):
        frame.context.diagnostics.error(
            "S419", "a model says what its inputs are", block.node.span,
            help="add `inputs: {image: {shape: [28, 28, 1]}}`",
        )  # fmt: skip
        return None
    made = {name: t for name, t in _declared(declared, frame) if t is not None}
    if not made and frame.names.incomplete:
        return None
    frame.previous = next(iter(made.values())) if len(made) == 1 else SEVERAL
    if declared.table is not None:
        frame.locals.setdefault("inputs", dict(made))  # for `inputs[name]`, with computed names
    if declared.form == "list":
        return list(made.values())
    return next(iter(made.values())) if len(made) == 1 else made


def _declared(declared: Inputs, frame: Frame) -> Iterator[tuple[str, Tensor | None]]:
    if declared.table is not None:
        for name, each, _ in table_rows(declared.table, frame):
            entry = Input.model_validate(each, context=frame.context.diagnostics)
            yield name, _input(name, entry, frame)
        return
    for name, entry in declared.entries.items():
        yield name, _input(name, entry, frame)


def _input(name: str, declared: Input, frame: Frame) -> Tensor | None:
    """Adds one input and binds its name; None if its condition doesn't hold."""
    span = declared.node.span
    if declared.if_ is not None:
        exists = decide(declared.if_, frame)
        if not exists:
            frame.bind(name, POISON if exists is None else None, span)
            return None
    if not NAME.fullmatch(name):
        frame.context.diagnostics.error("S413", f"`{name}` is no name for an input", span)
    shape = input_shape(declared, frame)
    batch, dtype = _batch(declared, frame), input_dtype(declared, frame)
    arguments: dict[str, object] = {"batch_shape": [batch, *(shape or ())], "dtype": dtype}
    arguments |= {key: True for key in ("sparse", "optional") if getattr(declared, key)}
    key = frame.builder.names.named("", name, span)
    operation = Operation(
        OperationKind.INPUT, key, "InputLayer", arguments, span, key, arguments_node=declared.node
    )
    tensor = frame.builder.call(frame.builder.add(operation), (), {}, span)
    assert isinstance(tensor, Tensor)  # noqa: S101 - only models have structures
    if shape is None:
        frame.builder.specs[tensor] = UNKNOWN
    frame.bind(name, tensor, span, block=True)
    return tensor


def _is_meant(block: Block, key: str) -> bool:
    """Whether a key is written after all: wrong in its form, or misspelt."""
    node = block.node
    return isinstance(node, MappingNode) and (key in node.entries or is_misspelt(node, key))


def _batch(declared: Input, frame: Frame) -> int | None:
    """The batch size that an input gives; None where it is free."""
    if declared.batch is None:
        return None
    size = evaluate_node(declared.batch, frame.names, frame.context)
    if size is None or (isinstance(size, int) and not isinstance(size, bool) and size > 0):
        return size
    if size is not POISON:
        message = f"`batch` is a whole number, not {written_value(size)}"
        frame.context.diagnostics.error("S423", message, declared.span("batch"))
    return None


def input_dtype(declared: Input, frame: Frame) -> object:
    """The dtype of an input; the language's default where it gives none, or a wrong one."""
    if declared.dtype is None:
        return DEFAULT_DTYPE
    dtype = evaluate_node(declared.dtype, frame.names, frame.context)
    if dtype in DTYPES:
        return dtype
    if dtype is not POISON:
        meant = nearest_dtype(str(dtype), DTYPES)
        frame.context.diagnostics.error(
            "S425", f"{written_value(dtype)} is no dtype of a tensor", declared.span("dtype"),
            label=f"did you mean `{meant}`?" if meant else "",
        )  # fmt: skip
    return DEFAULT_DTYPE


def input_shape(declared: Input, frame: Frame) -> tuple[int | None, ...] | None:
    """The shape of an input without its batch; None, with a diagnostic, if it gives none."""
    node = declared.shape
    if node is None:
        if not declared.broken and not declared.misspelt:
            frame.context.diagnostics.error(
                "S422", "an input of a model says its shape", declared.node.span,
                help="without the batch: `shape: [28, 28, 1]`, or `shape: []` for a number",
            )  # fmt: skip
        return None
    value = evaluate_node(node, frame.names, frame.context)
    if value is POISON:
        return None
    sizes = value if isinstance(value, list) else None
    if sizes is None:
        message = f"a shape is a list of sizes, not {written_value(value)}"
        written = list_of_tuple(value) if isinstance(value, str) else None
        help_ = f"YAML has no tuples: write the list `{written}`" if written else ""
        frame.context.diagnostics.error("S423", message, node.span, help=help_)
        return None
    for place, size in enumerate(sizes):
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            frame.context.diagnostics.error(
                "S423", f"{written_value(size)} is no size", span_at(node, (place,)),
                help="a size is a whole number, or null where it is unknown",
            )  # fmt: skip
            return None
    return tuple(sizes)

"""Expands a model: its inputs, its body, its outputs become a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specc.catalog.tables.shorthand import DTYPES
from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.ir import Graph, Operation, OperationKind, Structure, Tensor, leaves, tensors
from specc.language import Block, Definition, Input, Inputs, Model
from specc.passes.expand.blocks import is_model
from specc.passes.expand.builder import GraphBuilder
from specc.passes.expand.evaluation import evaluate_node, evaluate_static, written_value
from specc.passes.expand.frame import SEVERAL, Context, Frame
from specc.passes.expand.inlining import bind_parameters, outer_values
from specc.passes.expand.names import NAME
from specc.passes.expand.results import result_of
from specc.passes.expand.sublayers import declare_sublayers, report_unused
from specc.passes.expand.tables import table_rows
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import Node, span_at


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model is expanded from.

    Attributes:
        context: What is shared.
        dtype: The dtype policy of what is around it.
        given: The dtype policy that the step which uses it gives, or a block around that.
        inside: The definitions that are open.
    """

    context: Context
    dtype: object = DEFAULT_DTYPE
    given: object = None
    inside: tuple[Meaning, ...] = ()


def build_model(
    meaning: Meaning, arguments: Mapping[str, object], origin: Span, frame: Frame
) -> Graph | None:
    """The graph of a model that is used as a layer; None, with a diagnostic, if it is none."""
    if not is_model(meaning):
        frame.context.diagnostics.error(
            "S403", f"`{meaning.name}` is a declared layer, which this version can't compile yet",
            origin, help="a capital definition with a `style:` is a model, and works",
        )  # fmt: skip
        return None
    if any(open_.block is meaning.block for open_ in frame.inside):
        frame.context.diagnostics.error("S404", f"the model `{meaning.name}` holds itself", origin)
        return None
    outer = {} if isinstance(meaning.block, Model) else outer_values(meaning.unit, frame)
    params = bind_parameters(meaning, arguments, outer, origin, {}, frame.context)
    around = frame.defaults.get("dtype")
    inside = (*frame.inside, meaning)
    home = Origin(frame.context, around or frame.builder.dtype, around, inside)
    return expand_model(meaning.block, meaning.name, meaning.unit, params, outer, home)


def expand_model(
    block: Block,
    name: str,
    unit: Unit,
    params: dict[str, object],
    outer: Mapping[str, object],
    origin: Origin,
) -> Graph | None:
    """The graph of a block with bound parameters; None if it has no inputs or outputs."""
    context = origin.context
    dtype = _dtype(block, params, context) or origin.given
    frame = Frame(
        context,
        unit,
        GraphBuilder(
            context.diagnostics,
            context.spend,
            getattr(block, "separator", "."),
            dtype or origin.dtype,
        ),
        outer={key: value for key, value in outer.items() if key not in params},
        params=params,
        inside=origin.inside,
        document_params=outer if isinstance(block, Definition) else params,
    )
    inputs = _inputs(block, frame)
    if inputs is None:
        return None
    declare_sublayers(block, frame)
    context.expand_body(block.body, frame)
    outputs = result_of(block, frame)
    report_unused(frame)
    if not _are_outputs(outputs, block, context.diagnostics):
        return None
    return _graph(block, name, frame, inputs, outputs, dtype)


def _dtype(block: Block, params: Mapping[str, object], context: Context) -> object:
    """The dtype policy that a model says for its layers; None if it says none."""
    if not isinstance(block, Model) or block.dtype is None:
        return None
    dtype = evaluate_node(block.dtype, params, context)
    return None if dtype is POISON else dtype


def _graph(
    block: Block, name: str, frame: Frame, inputs: Structure, outputs: Structure, dtype: object
) -> Graph:
    model = block if isinstance(block, Model) else None
    builder = frame.builder
    training = None
    if model is not None and model.training is not None:
        values = {
            k: evaluate_node(n, frame.names, frame.context) for k, n in model.training.items()
        }
        training = None if any(v is POISON for v in values.values()) else values
    style = getattr(block, "style", None) or "functional"
    return Graph(
        name,
        style,
        tuple(builder.operations),
        tuple(builder.calls),
        inputs,
        outputs,
        block.node.span,
        model.separator if model else ".",
        dtype,
        training,
        _training_node(model),
        builder.specs,
        tuple(builder.slots.get(index) for index in range(len(builder.operations))),
    )


def _training_node(model: Model | None) -> Node | None:
    if model is None or model.training is None or not isinstance(model.node, MappingNode):
        return None
    entry = model.node.entries.get("training")
    return entry.value if entry else None


def _are_outputs(outputs: object, block: Block, diagnostics: Diagnostics) -> bool:
    if outputs is POISON:
        return False
    span = block.span("outputs") if block.outputs is not None else block.span("body")
    if next(tensors(outputs), None) is None:
        diagnostics.error("S418", "the outputs depend on no input", span)
        return False
    if any(not isinstance(leaf, Tensor) for leaf in leaves(outputs)):
        diagnostics.error("S418", "each output is a tensor; here is a constant among them", span)
        return False
    return True


def _inputs(block: Block, frame: Frame) -> Structure | None:
    """Adds the inputs to the graph; their structure."""
    declared = block.inputs
    if declared is None and _is_written(block, "inputs"):
        return None  # and what is wrong with it is reported
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
        exists = evaluate_static(declared.if_, frame.names, frame.context)
        if not exists:
            frame.bind(name, None, span)
            return None
    if not NAME.fullmatch(name):
        frame.context.diagnostics.error("S413", f"`{name}` is no name for an input", span)
    shape = _shape(declared, frame)
    batch, dtype = _batch(declared, frame), _input_dtype(declared, frame)
    arguments: dict[str, object] = {"batch_shape": [batch, *shape], "dtype": dtype}
    arguments |= {key: True for key in ("sparse", "optional") if getattr(declared, key)}
    key = frame.builder.names.named("", name, span)
    operation = Operation(
        OperationKind.INPUT, key, "InputLayer", arguments, span, key, arguments_node=declared.node
    )
    tensor = frame.builder.call(frame.builder.add(operation), (), {}, span)
    assert isinstance(tensor, Tensor)  # noqa: S101 - only models have structures
    frame.bind(name, tensor, span, block=True)
    return tensor


def _is_written(block: Block, key: str) -> bool:
    return isinstance(block.node, MappingNode) and key in block.node.entries


def _has_unknown_keys(declared: Input) -> bool:
    """Whether a key is misspelt, and reported: it may be the one that is missed."""
    node = declared.node
    return isinstance(node, MappingNode) and not node.entries.keys() <= set(declared.keys())


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


def _input_dtype(declared: Input, frame: Frame) -> object:
    """The dtype of an input; the language's default where it gives none, or a wrong one."""
    if declared.dtype is None:
        return DEFAULT_DTYPE
    dtype = evaluate_node(declared.dtype, frame.names, frame.context)
    if dtype in DTYPES:
        return dtype
    if dtype is not POISON:
        frame.context.diagnostics.error(
            "S425", f"{written_value(dtype)} is no dtype of a tensor", declared.span("dtype"),
            label=did_you_mean(str(dtype), DTYPES),
        )  # fmt: skip
    return DEFAULT_DTYPE


def _shape(declared: Input, frame: Frame) -> tuple[int | None, ...]:
    node = declared.shape
    if node is None:
        if not declared.broken and not _has_unknown_keys(declared):
            frame.context.diagnostics.error(
                "S422", "an input of a model says its shape", declared.node.span,
                help="without the batch: `shape: [28, 28, 1]`, or `shape: []` for a number",
            )  # fmt: skip
        return ()
    value = evaluate_node(node, frame.names, frame.context)
    if value is POISON:
        return ()
    sizes = value if isinstance(value, list) else None
    if sizes is None:
        message = f"a shape is a list of sizes, not {written_value(value)}"
        frame.context.diagnostics.error("S423", message, node.span)
        return ()
    for place, size in enumerate(sizes):
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            frame.context.diagnostics.error(
                "S423", f"{written_value(size)} is no size", span_at(node, (place,)),
                help="a size is a whole number, or null where it is unknown",
            )  # fmt: skip
            return ()
    return tuple(sizes)

"""Expands a model: its inputs, its body, its outputs become a graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from specc.diagnostics import Diagnostics, Span
from specc.ir import Graph, Structure, Tensor, leaves, tensors
from specc.language import Block, Definition, Model
from specc.passes.check_training import check_values
from specc.passes.expand.blocks import is_model
from specc.passes.expand.builder import GraphBuilder
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inlining import bind_parameters, outer_values
from specc.passes.expand.model_inputs import add_inputs
from specc.passes.expand.model_settings import evaluate_training, model_dtype, training_node
from specc.passes.expand.results import result_of
from specc.passes.expand.sublayers import declare_sublayers, report_unused
from specc.passes.expand.tuning import read_tuning
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.source import Entry as EntryNode


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


def _refuse(meaning: Meaning, origin: Span, context: Context) -> None:
    """Says why a definition is no layer of its own."""
    context.diagnostics.error(
        "S403",
        f"`{meaning.name}` is inlined where it is used, and can't stand where a layer is wanted",
        origin, help="a definition with a capital name is a layer",
    )  # fmt: skip


def build_model(
    meaning: Meaning,
    arguments: Mapping[str, object],
    origin: Span,
    frame: Frame,
    entries: Mapping[str, EntryNode],
) -> Graph | None:
    """The graph of a model that is used as a layer; None, with a diagnostic, if it is none."""
    if not is_model(meaning):
        _refuse(meaning, origin, frame.context)
        return None
    if any(open_.block is meaning.block for open_ in frame.inside):
        frame.context.diagnostics.error("S404", f"the model `{meaning.name}` holds itself", origin)
        return None
    frame.context.expanded.add(id(meaning.block))
    outer = {} if isinstance(meaning.block, Model) else outer_values(meaning.unit, frame)
    params = bind_parameters(meaning, arguments, outer, origin, entries, frame.context)
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
    dtype = model_dtype(block, params, context) or origin.given
    frame = Frame(
        context,
        unit,
        GraphBuilder(
            context.diagnostics,
            context.spend,
            context.memo,
            getattr(block, "separator", "."),
            dtype or origin.dtype,
        ),
        outer={key: value for key, value in outer.items() if key not in params},
        params=params,
        inside=origin.inside,
        document_params=outer if isinstance(block, Definition) else dict(params),
    )
    inputs = add_inputs(block, frame)
    outputs = _outputs(block, frame) if inputs is not None else POISON
    training, node = evaluate_training(block, frame), training_node(block)
    tuning = read_tuning(block, params, context)
    if inputs is None or outputs is POISON:
        if training is not None and node is not None:
            check_values(training, node, None, context.diagnostics)
        return None
    graph = _graph(block, name, frame, inputs, outputs, dtype, training)
    return replace(graph, tuning=tuning)


def _outputs(block: Block, frame: Frame) -> Structure:
    """The outputs of a model whose inputs are there; POISON if it has none."""
    declare_sublayers(block, frame)
    frame.context.expand_body(block.body, frame)
    outputs = result_of(block, frame)
    report_unused(frame, frame.context.diagnostics)
    return outputs if _are_outputs(outputs, block, frame.context.diagnostics) else POISON


def _graph(
    block: Block,
    name: str,
    frame: Frame,
    inputs: Structure,
    outputs: Structure,
    dtype: object,
    training: Mapping[str, object] | None,
) -> Graph:
    model = block if isinstance(block, Model) else None
    builder = frame.builder
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
        training_node(block),
        builder.specs,
        tuple(builder.slots.get(index) for index in range(len(builder.operations))),
    )


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

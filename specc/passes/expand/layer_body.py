"""The body of a declared layer or a subclassed model, followed for given inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from specc.catalog.rules import UNKNOWN, Specs, TensorSpec
from specc.diagnostics import Diagnostics, Span
from specc.ir import Graph, LayerBody, Operation, OperationKind, Structure, Tensor
from specc.language import Block, Input, read_method
from specc.passes.drop_unread import drop_unread
from specc.passes.expand.builder import GraphBuilder
from specc.passes.expand.evaluation import evaluate_node
from specc.passes.expand.frame import SEVERAL, Context, Frame
from specc.passes.expand.mask import expand_mask
from specc.passes.expand.model_inputs import add_inputs
from specc.passes.expand.reserved import check_reserved
from specc.passes.expand.sublayers import declare_sublayers, report_unused
from specc.passes.expand.weights import declare_states, declare_weights
from specc.passes.inference import DEFAULT_DTYPE, specs_of
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.source.nodes import Mapping as MappingNode

STATES = "states"
"""The last argument of a cell's call."""


class RunTime(dict[str, object]):
    """Whether a layer's code trains, and whether anything asked."""

    was_read = False

    def __getitem__(self, name: str) -> object:
        self.was_read = True
        return super().__getitem__(name)


@dataclass(frozen=True, slots=True)
class LayerSource:
    """What a declared layer is made of, whatever its inputs.

    Attributes:
        meaning: The definition or document, and its home.
        params: The values of its parameters.
        outer: The parameters of the document around it.
        inside: The definitions that are open where it is used.
        dtype: The dtype policy of what is around it.
        origin: Where it is used, if it is.
    """

    meaning: Meaning
    params: Mapping[str, object]
    outer: Mapping[str, object]
    inside: tuple[Meaning, ...] = ()
    dtype: object = DEFAULT_DTYPE
    origin: Span | None = None

    @property
    def block(self) -> Block:
        """What the text says."""
        return self.meaning.block


def expand_layer(
    source: LayerSource,
    given: Mapping[str, Specs],
    training: bool,
    context: Context,
    dtype: object = DEFAULT_DTYPE,
    method: str = "",
    called_on: Mapping[str, Specs] | None = None,
) -> LayerBody | None:
    """Follows the body of a layer, or of one of its methods; None, with diagnostics, if it can't.

    Args:
        source: The layer.
        given: The specs of what it is called on, by name, in their structure. An optional input
            that isn't given is absent; POISON stands for one of which nothing is to be said.
        training: Whether it trains.
        context: What is shared.
        dtype: Its dtype policy.
        method: The name of a method, instead of the layer's own body.
        called_on: The specs of what the method is called on; `given` are the layer's own inputs,
            which its weights may depend on.
    """
    context.expanded.add(id(source.block))
    run_time = RunTime(training=training)
    frame = layer_frame(source, context, dtype, run_time)
    frame.methods = methods_of(source.block, source.meaning.unit, context.diagnostics)
    called: Block = frame.methods[method].block if method else source.block
    inputs = _inputs(source.block, given, frame)
    declare_weights(source.block, frame)
    sizes = _states(source.block, given, frame) if not method else {}
    declare_sublayers(source.block, frame)
    frame.builder.specs.sizes_read = False  # what is made once doesn't follow later inputs
    if method:
        frame = _of_method(frame, method, inputs)
        inputs = _inputs(called, called_on or {}, frame)
    context.expand_body(called.body, frame)
    outputs = context.result_of(called, frame)
    mask = None if method else expand_mask(called, inputs, frame)
    if sizes:
        outputs = [outputs, _next_states(source.block, sizes, frame)]
    if outputs is POISON or mask is POISON or context.diagnostics.has_errors:
        return None
    unread = Diagnostics()
    check_reserved(frame.builder.operations, context.diagnostics)
    report_unused(frame, unread)
    graph = drop_unread(_graph(source, frame, inputs, [outputs, mask]), unread)
    outputs, mask = graph.outputs  # type: ignore[misc]  # as they were given
    return LayerBody(
        replace(graph, outputs=outputs), mask, frame.builder.specs.sizes_read,
        run_time.was_read, sizes, tuple(unread), method,
    )  # fmt: skip


def layer_frame(
    source: LayerSource,
    context: Context,
    dtype: object = DEFAULT_DTYPE,
    run_time: RunTime | None = None,
) -> Frame:
    """A frame in which the body of a layer is followed, without its inputs."""
    builder = GraphBuilder(
        context.diagnostics, context.spend, context.memo, dtype=dtype, in_layer=True
    )
    return Frame(
        context,
        source.meaning.unit,
        builder,
        outer={key: value for key, value in source.outer.items() if key not in source.params},
        params=dict(source.params),
        inside=(*source.inside, source.meaning),
        document_params=source.outer or dict(source.params),
        run_time=run_time or RunTime(training=False),
    )


def methods_of(block: Block, unit: Unit, diagnostics: Diagnostics) -> dict[str, Meaning]:
    """The methods of a block by name."""
    methods = {}
    for name, node in block.methods.items():
        method = read_method(node, diagnostics)
        for key in sorted(OF_THE_LAYER & method.model_fields_set):
            diagnostics.error(
                "S111", f"`{key}` means nothing in a method", method.span(key, key=True),
                help="a method sees what its layer or model declares",
            )  # fmt: skip
        methods[name] = Meaning(name, method, unit)
    return methods


OF_THE_LAYER = {"params", "weights", "layers", "states", "mask", "methods"}
"""Keys that a method has no use for: it is another way into its layer."""


def _of_method(frame: Frame, method: str, inputs: Iterable[str]) -> Frame:
    """The frame of a method, which sees the layer's weights and sublayers, not its inputs."""
    for name in inputs:
        frame.locals.pop(name, None)
        frame.blocks.discard(name)
    inside = (*frame.inside, frame.methods[method])
    return replace(frame, scope=method, inside=inside, previous=SEVERAL)


def _inputs(block: Block, given: Mapping[str, Specs], frame: Frame) -> dict[str, Structure]:
    """Adds the inputs of a body to its graph, and binds their names."""
    made: dict[str, Structure] = {}
    declared = block.inputs.entries if block.inputs is not None else {}
    for name, entry in declared.items():
        specs = given.get(name)
        value = POISON if specs is POISON else _input(name, entry, specs, frame)
        frame.bind(name, value, entry.node.span, block=True)
        if value is not None:
            made[name] = value
    frame.previous = next(iter(made.values())) if len(made) == 1 else SEVERAL
    return made


def _input(name: str, declared: Input, specs: Specs, frame: Frame) -> Structure:
    """An input as the structure that is given: a tensor, or a list or mapping of them."""
    if specs is None:
        return None
    if isinstance(specs, list | tuple):
        items = [_input(f"{name}.{i}", declared, item, frame) for i, item in enumerate(specs)]
        return type(specs)(items)
    if isinstance(specs, dict):
        return {key: _input(f"{name}.{key}", declared, item, frame) for key, item in specs.items()}
    spec = specs if isinstance(specs, TensorSpec) else UNKNOWN
    if spec.dtype is None and declared.dtype is not None:
        dtype = evaluate_node(declared.dtype, frame.names, frame.context)
        spec = TensorSpec(spec.shape, dtype if isinstance(dtype, str) else None)
    builder, span = frame.builder, declared.node.span
    operation = Operation(
        OperationKind.INPUT, builder.names.named(frame.scope, name, span), "InputLayer",
        {"batch_shape": spec.shape and list(spec.shape), "dtype": spec.dtype}, span, name=name,
    )  # fmt: skip
    tensor = builder.call(builder.add(operation), (), {}, span)
    assert isinstance(tensor, Tensor)  # noqa: S101 - an input has one output
    builder.specs[tensor] = spec
    return tensor


def _states(block: Block, given: Mapping[str, Specs], frame: Frame) -> Mapping[str, int | None]:
    """Declares the states of a cell; each reads its previous value."""
    sizes = declare_states(block, frame)
    specs = given.get(STATES)
    listed = list(specs) if isinstance(specs, list | tuple) else [specs] * (specs is not None)
    entries = block.states.entries if isinstance(block.states, MappingNode) else {}
    for place, (name, size) in enumerate(sizes.items()):
        spec = listed[place] if place < len(listed) else TensorSpec((None, size), None)
        span = entries[name].key.span if name in entries else block.node.span
        frame.states[name] = None
        key = frame.builder.names.named("", name, span)
        operation = Operation(
            OperationKind.INPUT, key, "InputLayer", {"batch_shape": None, "dtype": None}, span,
            name=name,
        )  # fmt: skip
        tensor = frame.builder.call(frame.builder.add(operation), (), {}, span)
        if isinstance(tensor, Tensor) and isinstance(spec, TensorSpec):
            frame.builder.specs[tensor] = spec
        frame.bind(name, tensor, span, block=True)
    return sizes


def _next_states(block: Block, sizes: Mapping[str, object], frame: Frame) -> object:
    """The states after a step; each is updated once."""
    entries = block.states.entries if isinstance(block.states, MappingNode) else {}
    for name in sizes:
        if frame.states.get(name) is None:
            frame.context.diagnostics.error(
                "S462", f"nothing updates the state `{name}`",
                entries[name].key.span if name in entries else block.node.span,
                help=f"add the step `- update: {{{name}: …}}`",
            )  # fmt: skip
            return POISON
    return [frame.states[name] for name in sizes]


def _graph(source: LayerSource, frame: Frame, inputs: object, outputs: Structure) -> Graph:
    builder = frame.builder
    return Graph(
        source.meaning.name,
        "layer",
        tuple(builder.operations),
        tuple(builder.calls),
        inputs,
        outputs,
        source.block.node.span,
        dtype=builder.dtype,
        specs=builder.specs,
        slots=tuple(builder.slots.get(index) for index in range(len(builder.operations))),
    )


def declared_specs(source: LayerSource, context: Context) -> Specs | None:
    """The inputs that a model declares, as specs in their structure; None if it declares none."""
    frame = layer_frame(source, context, source.dtype)
    structure = add_inputs(source.block, frame)
    return None if structure is None else specs_of(structure, frame.builder.specs)


def state_sizes(source: LayerSource, context: Context) -> Mapping[str, int | None]:
    """The sizes of a cell's states by name, which depend on its parameters alone."""
    frame = layer_frame(source, context, source.dtype)
    return declare_states(source.block, frame)

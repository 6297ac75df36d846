"""What is known of the tensors and variables of a graph, by the catalog's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from specc import catalog
from specc.catalog import Entry, Op
from specc.catalog.rules import (
    UNKNOWN,
    Inference,
    RuleError,
    Shape,
    SlotSpec,
    Specs,
    TensorSpec,
    infer_layer,
    infer_op,
    leaves,
    show_shape,
)
from specc.catalog.rules.policy import layer_dtype
from specc.catalog.rules.slot_spec import generator
from specc.ir import (
    Call,
    Graph,
    NestedModel,
    Operation,
    OperationKind,
    Structure,
    Tensor,
    layer_entry,
    replace_tensors,
    tensors,
)
from specc.passes.function_inference import infer_function, infer_weight
from specc.passes.program_inference import Weight, infer_program

SlotTable = Mapping[int, tuple[SlotSpec, ...] | None] | Sequence[tuple[SlotSpec, ...] | None]
DEFAULT_DTYPE = "float32"
NO_SLOTS: tuple[()] = ()


def infer_call(
    operation: Operation,
    args: Sequence[Specs],
    kwargs: Mapping[str, Specs],
    dtype: object,
    weight: Weight,
) -> Inference:
    """What an operation gives when it is called on specs.

    Args:
        operation: What is called.
        args: The specs of its arguments by position.
        kwargs: The specs of the others.
        dtype: The dtype policy of layers that don't say theirs.
        weight: Tells the specs of the weights that an expression reads.

    Raises:
        RuleError: Keras would refuse the call.
    """
    own = operation.dtype or dtype
    match operation.kind:
        case OperationKind.INPUT:
            return Inference(_input_spec(operation), NO_SLOTS)
        case OperationKind.LAYER:
            entry = layer_entry(operation)
            if entry is None or not args or operation.python is not None:
                return Inference(UNKNOWN, None)
            own = layer_dtype(entry, operation.arguments, operation.dtype, dtype)
            others = {**_by_name(entry, args), **kwargs}
            return _infer_layer(entry, operation.arguments, own, args[0], others)
        case OperationKind.MODEL:
            assert operation.graph is not None  # noqa: S101 - the verifier holds it
            check_inputs(operation.graph, args[0])
            return infer_graph(operation.graph, args[0], own)
        case OperationKind.OP:
            return Inference(_infer_op(operation, args, kwargs), NO_SLOTS)
        case OperationKind.DECLARED:
            assert operation.declared is not None  # noqa: S101 - the verifier holds it
            return operation.declared.infer_call(args, kwargs, own)
        case OperationKind.WEIGHT:
            return infer_weight(operation, args, own)
        case OperationKind.FUNCTION:
            return Inference(infer_function(operation, args, kwargs, weight), NO_SLOTS)
        case OperationKind.UPDATE | OperationKind.LOSS:
            return Inference(UNKNOWN, NO_SLOTS)
        case _:
            return _infer_expression(operation, args[0], weight)


def _by_name(entry: Entry, args: Sequence[Specs]) -> dict[str, Specs]:
    """What a layer is called on by position, after its first argument."""
    known = entry.call.arguments if entry.call is not None else ()
    return {each.name: value for each, value in zip(known[1:], args[1:], strict=False)}


def _infer_layer(
    entry: Entry,
    arguments: Mapping[str, object],
    dtype: object,
    inputs: Specs,
    others: Mapping[str, Specs],
) -> Inference:
    """What a layer gives; nothing is known of one with wrong arguments, which are reported later.

    Rules are written for arguments that were checked, and stumble over others in any way.
    """
    try:
        return infer_layer(entry, arguments, dtype, inputs, others)
    except Exception:
        if catalog.check_arguments(entry, arguments):
            return Inference(UNKNOWN, None)
        raise


def check_inputs(graph: Graph, inputs: Specs) -> None:
    """Holds what a model is called on against the shapes that it declares, as Keras does.

    Raises:
        RuleError: a size is another.
    """
    for tensor, given in zip(tensors(graph.inputs), leaves(inputs), strict=False):
        operation = graph.operations[graph.calls[tensor.call].operation]
        declared = _input_spec(operation).shape
        if declared is None or given.shape is None:
            continue
        for wanted, size in zip(_squeezed(declared[1:]), _squeezed(given.shape[1:]), strict=False):
            if None not in (wanted, size) and wanted != size:
                shape = show_shape((None, *declared[1:]))
                raise RuleError(f"takes {shape} as its `{operation.name}`, not {given}")


def _squeezed(shape: Shape) -> Shape:
    """A shape without a last size of 1, which Keras adds or takes away."""
    return shape[:-1] if shape and shape[-1] == 1 else shape


def _input_spec(operation: Operation) -> TensorSpec:
    shape = operation.arguments["batch_shape"]
    dtype = operation.arguments["dtype"]
    sizes = tuple(shape) if isinstance(shape, list) else None
    return TensorSpec(sizes, dtype if isinstance(dtype, str) else None)


def infer_graph(graph: Graph, inputs: Specs, dtype: object) -> Inference:
    """What a model gives when it is called on specs: its body is followed once more.

    Raises:
        RuleError: Keras would refuse a call inside.
    """
    dtype = graph.dtype or dtype
    given = dict(zip(tensors(graph.inputs), leaves(inputs), strict=False))
    specs: dict[Tensor, TensorSpec] = {}
    slots: dict[int, tuple[SlotSpec, ...] | None] = {}
    for index, call in enumerate(graph.calls):
        operation = graph.operations[call.operation]
        if operation.kind is OperationKind.INPUT:
            found = Inference(given.get(Tensor(index), UNKNOWN), NO_SLOTS)
        else:
            args = [specs_of(argument, specs) for argument in call.args]
            kwargs = {name: specs_of(argument, specs) for name, argument in call.kwargs.items()}
            weight = weight_reader(call, operation, graph.calls, graph.slots)
            try:
                found = infer_call(operation, args, kwargs, dtype, weight)
            except RuleError as error:
                raise error.of(subject_of(operation)) from None
        record(index, found.outputs, specs)
        slots.setdefault(call.operation, found.slots)
    return Inference(specs_of(graph.outputs, specs), _slots_below(graph, slots))


def subject_of(operation: Operation) -> str:
    """What a message calls an operation: its class, or as an expression has it."""
    return f"`{operation.written}`" if operation.written else operation.class_name


def _slots_below(
    graph: Graph, slots: Mapping[int, tuple[SlotSpec, ...] | None]
) -> tuple[SlotSpec, ...] | None:
    """The slots of a model that stands inside a layer, below its layers' names."""
    below: list[SlotSpec] = []
    for index, operation in enumerate(graph.operations):
        held = slots.get(index)
        if held is None:
            return None
        below.extend(slot.below(operation.name) for slot in held)
    return tuple(below)


def weight_reader(
    call: Call, operation: Operation, calls: Sequence[Call], slots: SlotTable
) -> Weight:
    """Tells the specs of the weights that an expression reads, by the layers' slots."""
    references = operation.arguments.get("references")
    inputs = call.args[0] if call.args else None

    def weight(name: str, attribute: str) -> Specs:
        place = references.get(name) if isinstance(references, dict) else None
        anchor = inputs[place] if isinstance(inputs, list) and isinstance(place, int) else inputs
        if not isinstance(anchor, Tensor):
            return UNKNOWN
        for slot in slots[calls[anchor.call].operation] or ():
            if slot.path == attribute:
                return TensorSpec(slot.shape, slot.dtype)
        return UNKNOWN

    return weight


def _infer_expression(operation: Operation, inputs: Specs, weight: Weight) -> Inference:
    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    outputs = infer_program(operation.arguments, given, weight)
    random = any("random." in text for _, text in operation.arguments["program"])  # type: ignore[attr-defined]  # capture's form
    return Inference(outputs, (generator(),) if random else NO_SLOTS)


def record(call: int, outputs: Specs, specs: dict[Tensor, TensorSpec]) -> None:
    """Writes down the specs of a call's outputs."""
    for place, spec in enumerate(leaves(outputs)):
        specs[Tensor(call, place)] = spec


def specs_of(structure: Structure, specs: Mapping[Tensor, TensorSpec]) -> Specs:
    """The specs of a structure's tensors in the same structure."""
    return replace_tensors(structure, lambda tensor: specs.get(tensor, UNKNOWN))


def _infer_op(operation: Operation, args: Sequence[Specs], kwargs: Mapping[str, Specs]) -> Specs:
    function = _function_of(operation.module, operation.class_name)
    if function is None or function.operation is None:
        return UNKNOWN
    made = function.operation
    values: dict[str, object] = {
        each.name: each.default for each in function.parameters if not each.required
    }
    for parameter, argument in made.constructor.items():
        if parameter in operation.arguments:
            values[argument] = operation.arguments[parameter]
    rest = list(args)
    for place in made.call:
        if place.startswith("*"):
            values[place[1:]], rest = rest, []
        elif rest:
            values[place] = rest.pop(0)
    for keyword, argument in made.call_keywords.items():
        if keyword in kwargs:
            values[argument] = kwargs[keyword]
    return infer_op(function.name, values)


@cache
def _function_of(module: str, class_name: str) -> Op | None:
    """The function of `keras.ops` that makes an Operation of a class."""
    for name in catalog.op_names():
        op = catalog.find_op(name)
        made = op.operation if op is not None else None
        if made is not None and (made.module, made.class_name) == (module, class_name):
            return op
    return None


def nested_model(graph: Graph, name: str, dtype: object) -> NestedModel:
    """A model as an argument of a layer, which tells what it gives."""
    return NestedModel(graph, name, lambda inputs: infer_graph(graph, inputs, dtype))

"""Drops what no output depends on, as Keras would, but not in silence."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Diagnostics
from specc.ir import Graph, OperationKind, Tensor, call_tensors, replace_tensors, tensors

KEPT = (OperationKind.UPDATE, OperationKind.LOSS, OperationKind.WEIGHT)
"""What is done, and what is there, though nothing reads it."""

COMPUTED = (OperationKind.OP, OperationKind.EXPRESSION, OperationKind.FUNCTION)


def drop_unread(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph without the calls that nothing reads, each reported; nested models too."""
    graph = replace(
        graph,
        operations=tuple(
            op if op.graph is None else replace(op, graph=drop_unread(op.graph, diagnostics))
            for op in graph.operations
        ),
    )
    read = _read_calls(graph)
    _report_inputs(graph, diagnostics)
    if len(read) == len(graph.calls):
        return graph
    if not diagnostics.has_errors:  # what was to read it may be what went wrong
        _report(graph, read, diagnostics)
    return _kept(graph, sorted(read))


def _read_calls(graph: Graph) -> set[int]:
    """The calls that an output depends on, and the inputs."""
    read = {tensor.call for tensor in tensors(graph.inputs)}
    waiting = [tensor.call for tensor in tensors(graph.outputs)]
    kinds = [graph.operations[call.operation].kind for call in graph.calls]
    waiting += [index for index, kind in enumerate(kinds) if kind in KEPT]
    while waiting:
        call = waiting.pop()
        if call not in read:
            read.add(call)
            waiting.extend(tensor.call for tensor in call_tensors(graph.calls[call]))
    return read


def _report_inputs(graph: Graph, diagnostics: Diagnostics) -> None:
    """Warns of inputs that nothing reads; they stay, for callers give them."""
    read = {tensor.call for call in graph.calls for tensor in call_tensors(call)}
    read |= {tensor.call for tensor in tensors(graph.outputs)}
    for tensor in tensors(graph.inputs):
        if tensor.call not in read and not diagnostics.has_errors:
            operation = graph.operations[graph.calls[tensor.call].operation]
            diagnostics.warning(
                "S430", f"nothing reads the input `{operation.key}`", operation.origin
            )


def _report(graph: Graph, read: set[int], diagnostics: Diagnostics) -> None:
    wanted = {graph.calls[call].operation for call in read}
    used = {
        t.call for i, call in enumerate(graph.calls) for t in call_tensors(call) if i not in read
    }
    for index, call in enumerate(graph.calls):
        operation = graph.operations[call.operation]
        if index in read or index in used or operation.kind is OperationKind.INPUT:
            continue  # a method doesn't see its layer's inputs
        if _is_size(graph, index):
            continue
        is_op = operation.kind in COMPUTED
        what = "this call" if call.operation in wanted else f"the layer `{operation.key}`"
        what = "what this expression computes" if is_op else what
        diagnostics.warning(
            "S430", f"nothing reads {what}, so it is not part of the model", call.origin
        )


def _is_size(graph: Graph, index: int) -> bool:
    """Whether a call reads a size at run time: `x.shape` reads all, of which code may want one."""
    function = graph.operations[graph.calls[index].operation].class_name
    if function == "index":
        source = graph.calls[index].args[0]
        return isinstance(source, Tensor) and _is_size(graph, source.call)
    return function == "shape"


def _kept(graph: Graph, calls: list[int]) -> Graph:
    new_call = {old: new for new, old in enumerate(calls)}
    operations = sorted({graph.calls[call].operation for call in calls})
    new_operation = {old: new for new, old in enumerate(operations)}

    def move(tensor: Tensor) -> Tensor:
        return Tensor(new_call[tensor.call], tensor.output)

    return replace(
        graph,
        operations=tuple(graph.operations[index] for index in operations),
        calls=tuple(
            replace(
                graph.calls[index],
                operation=new_operation[graph.calls[index].operation],
                args=tuple(replace_tensors(each, move) for each in graph.calls[index].args),
                kwargs={k: replace_tensors(v, move) for k, v in graph.calls[index].kwargs.items()},
            )
            for index in calls
        ),
        specs={
            move(tensor): spec for tensor, spec in graph.specs.items() if tensor.call in new_call
        },
        slots=tuple(graph.slots[index] for index in operations),
        inputs=replace_tensors(graph.inputs, move),
        outputs=replace_tensors(graph.outputs, move),
    )

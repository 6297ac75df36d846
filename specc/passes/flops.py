"""How much a model computes: floating-point operations of one sample, of the layers that cost most.

A multiplication and an addition count as two, as hardware makers count. Counted are the products of
weights with inputs (dense, convolutional, recurrent and attention layers) and of attention's
queries, keys and values; what is linear in the size of a tensor (activations, normalization,
pooling, additions) is left out: in the models of `keras.applications` it is below 2 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from specc.catalog.rules import SlotSpec, TensorSpec, policy
from specc.ir import Call, Graph, Operation, OperationKind, Tensor, tensors
from specc.passes.inference import DEFAULT_DTYPE

AT_OUTPUT = frozenset(
    {
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Dense",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
        "SeparableConv1D",
        "SeparableConv2D",
    }
)
"""Every weight of a kernel is used once at each place of the output."""

AT_INPUT = frozenset({"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"})
"""Every weight of a kernel is used once at each place of the input."""

AT_STEP = frozenset({"GRU", "LSTM", "SimpleRNN"})
"""Every weight of a kernel is used once at each time step."""

ATTENTION = frozenset({"GroupQueryAttention", "MultiHeadAttention"})


PACKED = ("int4", "gptq", "awq")
"""Quantizations that keep several weights in a byte: their kernels' sizes don't count weights."""


MATRIX_PRODUCTS = ("binary @", "matmul", "dot")


def model_flops(graph: Graph, dtype: object = DEFAULT_DTYPE) -> int | None:
    """The operations of one sample; None where a size that they depend on isn't known."""
    dtype = graph.dtype or dtype
    total = 0
    for index, call in enumerate(graph.calls):
        found = _flops(graph, index, call, dtype)
        if found is None:
            return None
        total += found
    return total


def _flops(graph: Graph, index: int, call: Call, dtype: object) -> int | None:
    operation = graph.operations[call.operation]
    own = operation.dtype or dtype
    if operation.graph is not None:
        return model_flops(operation.graph, own)
    if operation.declared is not None:
        body = operation.declared.body
        return None if body is None else model_flops(body, own)
    if operation.kind is OperationKind.FUNCTION and operation.class_name in MATRIX_PRODUCTS:
        return _matrix_product(graph, index, call)
    if operation.kind is not OperationKind.LAYER:
        return 0
    if operation.python is not None:
        return None
    slots = graph.slots[call.operation] or ()
    inputs = [graph.specs.get(tensor) for tensor in tensors(list(call.args))]
    output, first = graph.specs.get(Tensor(index)), inputs[0] if inputs else None
    if _kernels(slots) != 0 and (policy(own).quantization or "").startswith(PACKED):
        return None
    if operation.class_name in AT_OUTPUT:
        return _products(_kernels(slots), _places(output, operation))
    if operation.class_name in AT_INPUT:
        return _products(_kernels(slots), _places(first, operation))
    if operation.class_name in AT_STEP:
        return _products(_kernels(slots), _size(first, 1))
    if operation.class_name in ATTENTION:
        return _attention(operation, graph, call, slots)
    return None if _kernels(slots) != 0 else 0  # a kernel that is used we don't know how often


def _products(weights: int | None, places: int | None) -> int | None:
    return None if weights is None or places is None else 2 * weights * places


def _kernels(slots: Sequence[SlotSpec]) -> int | None:
    """The numbers in the kernels; biases are added, not multiplied."""
    sizes = [slot.size for slot in slots if slot.path.endswith("kernel")]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def _places(spec: TensorSpec | None, operation: Operation) -> int | None:
    """The places of a tensor, without batch and channels."""
    if spec is None or spec.shape is None:
        return None
    channels_first = operation.arguments.get("data_format") == "channels_first"
    return _product(spec.shape[2:] if channels_first else spec.shape[1:-1])


def _size(spec: TensorSpec | None, axis: int) -> int | None:
    known = spec is not None and spec.shape is not None and len(spec.shape) > axis
    return spec.shape[axis] if known and spec is not None and spec.shape is not None else None


def _product(sizes: Sequence[int | None]) -> int | None:
    return None if None in sizes else math.prod(size for size in sizes if size is not None)


def _attention(
    operation: Operation, graph: Graph, call: Call, slots: Sequence[SlotSpec]
) -> int | None:
    """The projections of each token, and the products of queries, keys and values."""
    query = next(tensors(list(call.args)), None)
    value = next(tensors(call.kwargs.get("value")), query)
    key = next(tensors(call.kwargs.get("key")), value)
    targets, sources, keys = (
        _size(graph.specs.get(tensor), 1) if tensor is not None else None
        for tensor in (query, value, key)
    )
    shapes = {slot.path: slot.shape for slot in slots}
    lengths = {"query": targets, "key": keys, "value": sources, "output": targets}
    projected = [
        _products(_product(shapes.get(f"{part}.kernel") or (None,)), length)
        for part, length in lengths.items()
    ]
    heads = _product((shapes.get("query.kernel") or (None, None, None))[1:])
    values = shapes.get("output.kernel") or (None, None, None)
    mixed = [
        _products(heads, _product((targets, keys))),
        _products(_product(values[:2]), _product((targets, sources))),
    ]
    found = [*projected, *mixed]
    return None if None in found else sum(each for each in found if each is not None)


def _matrix_product(graph: Graph, index: int, call: Call) -> int | None:
    """A product in the code of a declared layer: each output is a sum along the first's last axis.

    Without the batch, which is the first axis of the output if it isn't known.
    """
    output, first = graph.specs.get(Tensor(index)), call.args[0]
    left = graph.specs.get(first) if isinstance(first, Tensor) else None
    if output is None or not output.shape or left is None or not left.shape:
        return None
    sizes = [size for place, size in enumerate(output.shape) if place or size is not None]
    if None in sizes or left.shape[-1] is None:
        return None
    return 2 * left.shape[-1] * math.prod(size for size in sizes if size is not None)

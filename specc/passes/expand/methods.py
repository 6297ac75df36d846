"""Further entry points of declared layers: what they take, and their bodies followed for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.catalog.rules import UNKNOWN, Specs, TensorSpec, leaves
from specc.diagnostics import Diagnostics
from specc.ir import LayerBody, OperationKind
from specc.language import Block, Input
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.layer_body import (
    LayerSource,
    expand_layer,
    layer_frame,
    methods_of,
)
from specc.passes.expand.model_inputs import input_dtype, input_shape
from specc.passes.poison import POISON


def method_inputs(
    source: LayerSource, method: Block, given: Mapping[str, Specs], context: Context
) -> dict[str, Specs]:
    """What a method is called on, by name: as declared, or else as the layer's input so named."""
    entries = method.inputs.entries if method.inputs is not None else {}
    frame = layer_frame(source, context, source.dtype)
    return {name: _specs(name, entry, given, frame) for name, entry in entries.items()}


def _specs(name: str, declared: Input, given: Mapping[str, Specs], frame: Frame) -> Specs:
    if declared.shape is not None:
        shape = input_shape(declared, frame)
        return TensorSpec((None, *shape), str(input_dtype(declared, frame))) if shape else UNKNOWN
    if given.get(name) is not None:
        return given[name]
    if declared.dtype is not None:
        return TensorSpec(None, str(input_dtype(declared, frame)))
    return None if declared.optional else UNKNOWN


def is_known(specs: Specs) -> bool:
    """Whether the ranks of all tensors are known."""
    return all(isinstance(each, TensorSpec) and each.shape is not None for each in leaves(specs))


def follow_methods(
    source: LayerSource,
    given: Mapping[str, Specs],
    ways: Sequence[LayerBody],
    context: Context,
    dtype: object,
) -> list[LayerBody]:
    """The bodies of all methods, both ways, for what is known of their inputs.

    A layer with weights that only a method calls is made when the others are, so the method's
    inputs must be known then.
    """
    found: list[LayerBody] = []
    held = {each.key for body in ways for each in body.graph.operations}
    for name, meaning in methods_of(source.block, source.meaning.unit, Diagnostics()).items():
        called_on = method_inputs(source, meaning.block, given, context)
        bodies = list(_both(source, given, context, dtype, name, called_on))
        if not all(map(is_known, called_on.values())):
            for body in bodies:
                _check_made(name, body, held, context)
        found += bodies
    return found


def _both(
    source: LayerSource,
    given: Mapping[str, Specs],
    context: Context,
    dtype: object,
    name: str,
    called_on: Mapping[str, Specs],
) -> Iterator[LayerBody]:
    for training in (False, True):
        body = expand_layer(source, given, training, context, dtype, name, called_on)
        if body is None:
            return
        yield body
        if not body.reads_training:
            return


def _check_made(name: str, body: LayerBody, held: set[str], context: Context) -> None:
    """Reports a layer that can't be built before the method is called."""
    kinds = (OperationKind.LAYER, OperationKind.MODEL, OperationKind.DECLARED)
    for operation, slots in zip(body.graph.operations, body.graph.slots, strict=True):
        if operation.kind not in kinds or operation.key in held:
            continue
        if slots is None or any(slot.is_variable for slot in slots):
            context.diagnostics.error(
                "S469",
                f"`{operation.key}` is called by the method `{name}` alone, whose inputs "
                "have no known shapes",
                operation.origin, help=f"give the inputs of `{name}` their shapes",
            )  # fmt: skip


def rehearse_methods(source: LayerSource, context: Context) -> None:
    """Follows the methods of a layer of whose inputs nothing is known."""
    own = source.block.inputs.entries if source.block.inputs is not None else {}
    given = dict.fromkeys(own, POISON)
    for name, meaning in methods_of(source.block, source.meaning.unit, Diagnostics()).items():
        entries = meaning.block.inputs.entries if meaning.block.inputs is not None else {}
        list(_both(source, given, context, source.dtype, name, dict.fromkeys(entries, POISON)))

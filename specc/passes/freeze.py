"""`freeze`: what its globs match doesn't train.

The last glob that covers a variable's key says whether it trains. A layer all of whose variables
are frozen is frozen itself, as Keras means it; else each variable is, and the layer trains on.
Variables that `lora` adds stay as they are: training them is what they are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specc.catalog.rules import SlotSpec
from specc.diagnostics import Diagnostics
from specc.globs import Glob, selected
from specc.ir import DeclaredLayer, Graph, NestedModel, Operation, OperationKind, Pattern, leaves
from specc.passes.keys import HOLDERS, Held, held_layers, report_unmatched, slot_key
from specc.passes.slots import adapter_slots


def freeze(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph with what `freeze` says written into its layers; nested models' own goes first."""
    inner = tuple(
        op if op.graph is None else replace(op, graph=freeze(op.graph, diagnostics))
        for op in graph.operations
    )
    graph = replace(graph, operations=inner)
    _refuse_arguments(graph, diagnostics)
    patterns = graph.tuning.freeze
    if not patterns:
        return graph
    _check(patterns, list(held_layers(graph)), diagnostics)
    return _frozen(graph, "", [pattern.glob for pattern in patterns])


def _refuse_arguments(graph: Graph, diagnostics: Diagnostics) -> None:
    """A model that stands as an argument of a layer has no place to keep its own freezing.

    Nor has one in the body of a declared layer.
    """
    for operation in graph.operations:
        if operation.declared is not None and operation.declared.body is not None:
            _refuse_bodies(operation.declared.body, operation, diagnostics)
        for value in leaves(operation.arguments):
            if isinstance(value, NestedModel) and (
                value.graph.tuning.freeze or value.graph.tuning.lora
            ):
                diagnostics.error(
                    "S457", f"`freeze` and `lora` of `{value.name}` have no effect here, where it"
                    f" is an argument of `{operation.key}`", operation.origin,
                    help="say it in the outer model: its keys go on below the layer's",
                )  # fmt: skip
            if not isinstance(value, NestedModel | DeclaredLayer):
                continue
            if value.beside.get("trainable") is not None:
                diagnostics.error(
                    "S457", f"`trainable` of `{value.name}` has no effect here, where it is an"
                    f" argument of `{operation.key}`", operation.origin,
                    help="say it of its layers, or `freeze` them in the outer model",
                )  # fmt: skip


def _refuse_bodies(body: Graph, outer: Operation, diagnostics: Diagnostics) -> None:
    _refuse_arguments(body, diagnostics)
    for operation in body.operations:
        inner = operation.graph
        if inner is not None and (inner.tuning.freeze or inner.tuning.lora):
            diagnostics.error(
                "S457", f"`freeze` and `lora` of `{operation.class_name}` have no effect here,"
                f" inside of `{outer.key}`", operation.origin,
                help="say it in the outer model: its keys go on below the layer's",
            )  # fmt: skip


def _check(patterns: Sequence[Pattern], held: Sequence[Held], diagnostics: Diagnostics) -> None:
    """Reports globs that match no variable, and those that take back what none has frozen."""
    keys = [key for each in held for key in _keys(each)]
    frozen: set[str] = set()
    for pattern in patterns:
        covered = {key for key in keys if pattern.glob.covers(key)}
        takes_back = pattern.glob.takes_back
        without_effect = takes_back and frozen.isdisjoint(covered)
        frozen = frozen - covered if takes_back else frozen | covered
        if not covered:
            report_unmatched(pattern, held, "weights", diagnostics)
        elif without_effect:
            diagnostics.error(
                "S452", f"`!{pattern.glob.text}` takes back what no glob before it has frozen",
                pattern.origin, help="later globs win: it stands after the one it is taken from",
            )  # fmt: skip


def _keys(held: Held) -> list[str]:
    """The keys of a layer's variables; its own, where they aren't known."""
    return [held.key] if held.slots is None else list(held.weight_keys())


def _frozen(graph: Graph, prefix: str, globs: Sequence[Glob]) -> Graph:
    known = graph.slots or (None,) * len(graph.operations)
    operations = tuple(
        _model(operation, prefix + operation.key, globs)
        if operation.graph is not None
        else _layer(operation, prefix + operation.key, slots, globs)
        for operation, slots in zip(graph.operations, known, strict=True)
    )
    return replace(graph, operations=operations)


def _model(operation: Operation, key: str, globs: Sequence[Glob]) -> Operation:
    """A nested model: frozen as a whole only if nothing in it trains, for Keras hands that down."""
    assert operation.graph is not None  # noqa: S101 - the caller has seen it
    inner = _frozen(operation.graph, f"{key}.", globs)
    changed = replace(operation, graph=inner)
    if selected(globs, key) and _rests(inner):
        return replace(changed, trainable=False)
    if operation.trainable and inner != operation.graph:  # handed down, it would undo the inner
        return replace(changed, trainable=None)
    return changed


def _rests(graph: Graph) -> bool:
    """Whether nothing in a graph trains."""
    return not any(
        held.trains and (held.slots is None or any(held.weight_keys()))
        for held in held_layers(graph)
    )


def _layer(
    operation: Operation, key: str, slots: Sequence[SlotSpec] | None, globs: Sequence[Glob]
) -> Operation:
    if operation.kind not in HOLDERS or operation.trainable is False:
        return operation
    if slots is None:
        return replace(operation, trainable=False) if selected(globs, key) else operation
    own = [slot for slot in slots if slot.is_variable]
    added = adapter_slots(operation)
    frozen = [
        slot for slot in own if slot.path not in added and selected(globs, slot_key(key, slot))
    ]
    if own and len(frozen) == len(own):
        return replace(operation, trainable=False, frozen=())
    kept = operation.kind is OperationKind.DECLARED  # which sees what it holds as a whole
    paths = (*operation.frozen, *(slot.path for slot in frozen if slot.trainable or kept))
    return replace(operation, frozen=tuple(dict.fromkeys(paths)))

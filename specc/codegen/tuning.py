"""What of a layer is frozen or adapted, as statements about what was built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from specc.catalog.rules import SlotSpec
from specc.codegen.families import Line
from specc.codegen.module import Module
from specc.codegen.nodes import Atom, call, plain
from specc.codegen.problems import Refused
from specc.codegen.reaching import reach
from specc.ir import Operation, OperationKind

HANDING_ON = frozenset({"LSTM", "GRU", "SimpleRNN"})
"""The classes that give what they hold their own `trainable`."""

ADAPTED = ("kernel", "embeddings")
"""Variables that LoRA adapts. It freezes them, and hides them behind their sums with the update."""

Slots = Sequence[SlotSpec] | None


def rests_later(operation: Operation, slots: Slots) -> bool:
    """Whether a layer is frozen once it is built: its constructor doesn't tell what it holds."""
    if operation.trainable is not False or operation.class_name in HANDING_ON:
        return False
    whole = operation.kind in (OperationKind.DECLARED, OperationKind.MODEL)
    return whole or slots is None or any("." in slot.path for slot in slots)


def without_rest(operation: Operation, slots: Slots) -> Operation:
    """A layer as it is made: Keras hands on a change of `trainable` only."""
    return replace(operation, trainable=None) if rests_later(operation, slots) else operation


def tuning_lines(
    operation: Operation, slots: Slots, layer: str, module: Module, indent: int = 1
) -> Iterator[Line]:
    """The statements for a layer.

    Args:
        operation: The layer.
        slots: Its variables; None where they aren't known.
        layer: The code that reaches it.
        module: Knows the classes of declared layers.
        indent: The level of the statements.

    Raises:
        Refused: code can't reach a part of it.
    """
    for adapter in operation.adapters:
        adapted = Atom(layer + reach(operation, adapter.path, module) + ".enable_lora")
        alpha = {} if adapter.alpha == adapter.rank else {"lora_alpha": plain(adapter.alpha)}
        yield Line("", call(adapted, plain(adapter.rank), **alpha), indent)
    if rests_later(operation, slots):
        yield Line(f"{layer}.trainable = False", indent=indent)
    elif operation.trainable is not False:
        for path in _frozen(operation, slots, module):
            yield Line(f"{layer}{reach(operation, path, module)}.trainable = False", indent=indent)


def _frozen(operation: Operation, slots: Slots, module: Module) -> Iterator[str]:
    """The paths of what is frozen: variables; and in declared layers what holds no others."""
    adapted = {f"{each.path}.{name}".lstrip(".") for each in operation.adapters for name in ADAPTED}
    whole: set[str] = set()
    for path in operation.frozen:
        if path in adapted or path in whole or any(path.startswith(f"{each}.") for each in whole):
            continue
        outer = path
        if operation.kind is OperationKind.DECLARED:
            outer = _outermost(path, operation, slots or (), module)
            whole.add(outer)
        yield outer


def _outermost(path: str, operation: Operation, slots: Sequence[SlotSpec], module: Module) -> str:
    """The outermost layer around a variable in which all are frozen; else the variable."""
    frozen = frozenset(operation.frozen)
    keys = [slot.path for slot in slots if slot.is_variable]
    names = path.split(".")
    for count in range(1, len(names)):
        start = ".".join(names[:count]) + "."
        below = [key for key in keys if key.startswith(start)]
        if below and frozen.issuperset(below) and _is_layer(operation, start[:-1], module):
            return start[:-1]
    return path


def _is_layer(operation: Operation, path: str, module: Module) -> bool:
    """Whether a path leads to a layer; else it is a mere block of the spec's."""
    try:
        reach(operation, path, module)
    except Refused:
        return False
    return True


__all__ = ["rests_later", "tuning_lines", "without_rest"]

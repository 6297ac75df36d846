"""The keys of a model's layers and variables, as the globs of `freeze` and `lora` see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specc.catalog.rules import SlotSpec
from specc.diagnostics import Diagnostics, nearest
from specc.globs import nearest_glob, parse_glob
from specc.ir import Graph, Operation, OperationKind, Pattern

HOLDERS = (
    OperationKind.LAYER,
    OperationKind.MODEL,
    OperationKind.DECLARED,
    OperationKind.WEIGHT,
)
"""What has variables: a subclassed model may hold weights of its own, too."""


@dataclass(frozen=True, slots=True)
class Held:
    """A layer with its key, its variables (None: not known), and whether all around it trains."""

    key: str
    operation: Operation
    slots: tuple[SlotSpec, ...] | None
    trains: bool

    def weight_keys(self) -> Iterator[str]:
        """The keys of its variables, random generators aside."""
        for slot in self.slots or ():
            if slot.is_variable:
                yield slot_key(self.key, slot)


def slot_key(key: str, slot: SlotSpec) -> str:
    """The key of a variable; a model's own weight has no layer."""
    return f"{key}.{slot.path}" if slot.path else key


def held_layers(graph: Graph, prefix: str = "", trains: bool = True) -> Iterator[Held]:
    """All layers of a graph, those of nested models in place of the model."""
    known = graph.slots or (None,) * len(graph.operations)
    for operation, slots in zip(graph.operations, known, strict=True):
        key, own = prefix + operation.key, trains and operation.trainable is not False
        if operation.graph is not None:
            yield from held_layers(operation.graph, f"{key}.", own)
        elif operation.kind in HOLDERS:
            yield Held(key, operation, slots, own)


def report_unmatched(
    pattern: Pattern, held: Sequence[Held], what: str, diagnostics: Diagnostics
) -> None:
    """Says that a glob matches nothing, and what may have been meant.

    Args:
        pattern: The glob.
        held: The layers that there are.
        what: What it should have matched.
        diagnostics: Where to.
    """
    keys = [key for each in held for key in (each.key, *each.weight_keys())]
    covered = next((key for key in keys if pattern.glob.covers(key)), None)
    meant = nearest_glob(pattern.glob, keys, nearest)
    first = dict.fromkeys(f"`{key.split('.')[0]}`" for key in keys)
    begin = f"keys begin with {', '.join(list(first)[:8])}" if first else ""
    message = f"`{pattern.glob.text}` matches no {what}"
    unknown = next((h.key for h in held if h.slots is None and _is_below(pattern, h.key)), None)
    if unknown is not None:
        begin = f"the variables of `{unknown}` aren't known without Keras: freeze it as a whole"
    if covered is not None:
        message, begin = f"{message}: `{covered}` has none", ""
    diagnostics.error(
        "S451", message, pattern.origin,
        label=f"did you mean `{meant}`?" if meant else "",
        help="" if meant else begin,
    )  # fmt: skip


def _is_below(pattern: Pattern, key: str) -> bool:
    """Whether a glob names something below a key."""
    return any(
        parse_glob(".".join(pattern.glob.names[:count])).covers(key)
        for count in range(1, len(pattern.glob.names))
    )

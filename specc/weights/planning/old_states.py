"""What the state of an old optimizer is for: by the variable that it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic, Severity
from specc.weights.old_training.optimizers import OldOptimizer
from specc.weights.old_training.view import OLD_OPTIMIZER
from specc.weights.planning.wanted import Kind, Wanted
from specc.weights.problems import shown

if TYPE_CHECKING:
    from specc.weights.source import Source, TensorInfo

FRESH: Final = "`fresh: 'optimizer.**'` begins with a fresh one"
LIKE: Final = ({"Adam", "AdamW"},)
"""Optimizers that keep the same."""


def by_state(
    slots: Iterable[Wanted], infos: Iterable[TensorInfo], found: Mapping[str, list[Wanted]]
) -> dict[str, list[Wanted]]:
    """The optimizer's slots for tensors that say what they are.

    Args:
        slots: The model's slots.
        infos: The tensors; those without the name `state` are passed over.
        found: The slots of the model's variables, by their tensors' keys.
    """
    wanted = {slot.key: slot for slot in slots if slot.kind is Kind.OPTIMIZER}
    matched: dict[str, list[Wanted]] = {}
    for info in infos:
        state, of = info.names.get("state"), info.names.get("of")
        if not state:
            continue
        owners = found.get(of, []) if of else []
        key = f"optimizer.{owners[0].key}.{state}" if len(owners) == 1 else ""
        slot = wanted.get(key if of else f"optimizer.{state}")
        if slot is not None:
            matched[info.key] = [slot]
    return matched | _by_place(wanted, list(infos), found)


def _by_place(
    wanted: Mapping[str, Wanted], infos: Sequence[TensorInfo], found: Mapping[str, list[Wanted]]
) -> dict[str, list[Wanted]]:
    """The optimizer's slots for a list of its tensors, as long as the model's own.

    Both are in the order of the variables that train, the file's in that of its own layers.
    """
    listed = sorted(
        (info for info in infos if "place" in info.names), key=lambda info: int(info.names["place"])
    )
    own = [slot for slot in wanted.values() if slot.key.count(".") > 1]
    order = list(dict.fromkeys(_of(slot) for slot in own))
    rank = {key: place for place, key in enumerate(order)}
    trained = [
        (int(info.names["layer_place"]), rank[slot.key])
        for info in infos
        if "layer_place" in info.names
        for slot in found.get(info.key, ())
        if slot.key in rank
    ]
    in_file = dict(zip(order, (order[each] for _, each in sorted(trained)), strict=False))
    if len(listed) != len(own) or len(in_file) != len(order):
        return {}
    pairs = [
        (info, wanted.get(f"optimizer.{in_file[_of(slot)]}.{slot.key.rpartition('.')[2]}"))
        for info, slot in zip(listed, own, strict=True)
    ]
    if any(slot is None or slot.shape != info.shape for info, slot in pairs):
        return {}
    return {info.key: [slot] for info, slot in pairs if slot is not None}


def _of(slot: Wanted) -> str:
    """The key of the variable that an optimizer's slot is of."""
    return slot.key.removeprefix("optimizer.").rpartition(".")[0]


def is_old(source: Source) -> bool:
    """Whether Keras 1 or 2 trained the model of a file."""
    return OLD_OPTIMIZER in source.metadata()


def optimizer_problem(source: Source, bound: Sequence[Wanted]) -> Diagnostic | None:
    """Why the model's optimizer can't go on with a file's state, or a warning; None if it can.

    Args:
        source: The file.
        bound: The optimizer's slots that it provides.
    """
    optimizer = source.metadata().get(OLD_OPTIMIZER)
    if not isinstance(optimizer, OldOptimizer) or not bound:
        return None
    owner, path = bound[0].owner, shown(str(source.path))
    if optimizer.name != owner and not any({optimizer.name, owner} <= each for each in LIKE):
        message = f"the state in `{path}` is of {optimizer.name}, and the model's is {owner}"
        return Diagnostic("S943", message, help=FRESH)
    if optimizer.difference:
        message = f"the state in `{path}` is of Keras 2's {optimizer.name}, and today's computes"
        return Diagnostic("S943", f"{message} otherwise: {optimizer.difference}", help=FRESH)
    tables = sorted({_of(slot) for slot in bound if ".embeddings." in slot.key})
    if not tables or not optimizer.embeds_otherwise:
        return None
    message = f"today's {owner} updates rows of `{tables[0]}` otherwise that a batch has twice"
    return Diagnostic("S944", message, severity=Severity.WARNING)

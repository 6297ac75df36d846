"""Matching within layers of equal names, as Keras 1 and 2 order their weights.

Their names of weights leave out what Keras 3 has as attributes (`lstm_1/kernel` is of the layer's
cell today), call some otherwise (`depthwise_kernel`), or hold the names that a wrapper gave what
is in it (`forward_lstm_1_W`). The order in a layer stayed the same: what trains comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from specc.weights.planning.wanted import Kind, Wanted

if TYPE_CHECKING:
    from specc.weights.source import TensorInfo

Layers = tuple[str, ...]
_COUNTER = re.compile(r":\d+$")


def by_layer(
    slots: Iterable[Wanted],
    infos: Iterable[TensorInfo],
    today: Callable[[str], str],
) -> dict[str, list[Wanted]]:
    """The slot of each tensor whose layer has as many slots left as tensors, all fitting.

    Args:
        slots: The slots that no name matched, in the model's order.
        infos: The tensors that no name matched, in the file's order.
        today: What a name of the file, `layer/weight`, is in the model, with dots.
    """
    wanted = [slot for slot in slots if slot.layers and slot.kind in (Kind.WEIGHT, Kind.STATE)]
    holders: dict[str, set[Layers]] = {}
    for slot in wanted:
        holders.setdefault(slot.layers[0], set()).add(slot.layers)
    groups: dict[Layers, list[TensorInfo]] = {}
    for info in infos:
        if info.role == "variable" and {"layer_name", "index"} <= info.names.keys():
            layer = today(f"{info.names['layer_name']}/{_tail(info)}").rpartition(".")[0]
            holder = _holder(info, holders.get(layer, set())) or (layer,)
            groups.setdefault(holder, []).append(info)
    found: dict[str, list[Wanted]] = {}
    for layers, tensors in groups.items():
        tensors.sort(key=lambda info: int(info.names["index"]))
        own = [slot for slot in wanted if slot.layers[: len(layers)] == layers]
        found |= {info.key: [slot] for slot, info in _pairs(own, tensors)}
    return found


def _holder(info: TensorInfo, layers: Iterable[Layers]) -> Layers | None:
    """The layer inside a model inside that a weight's name tells of, if it tells of one."""
    steps = info.names.get("weight_name", "").split("/")[:-1]
    told = [each for each in layers if len(each) > 1 and each[-1] in steps]
    return told[0] if len(told) == 1 else None


def _pairs(
    slots: Sequence[Wanted], infos: Sequence[TensorInfo]
) -> Iterable[tuple[Wanted, TensorInfo]]:
    """Slots and tensors: the k-th of a name with the k-th of that name, else in their order."""
    if len(slots) != len(infos):
        return []
    slots = sorted(slots, key=lambda slot: slot.kind is not Kind.WEIGHT)
    named: dict[str, Iterator[TensorInfo]] = {}
    tails = [_tail(info) for info in infos]
    if sorted(tails) == sorted(slot.name for slot in slots):
        named = {tail: iter([i for i in infos if _tail(i) == tail]) for tail in set(tails)}
        return [(slot, next(named[slot.name])) for slot in slots]
    pairs = list(zip(slots, infos, strict=True))
    return pairs if all(_fits(slot, info) for slot, info in pairs) else []


def _tail(info: TensorInfo) -> str:
    return _COUNTER.sub("", info.names.get("weight_name", "")).rpartition("/")[2]


def _fits(slot: Wanted, info: TensorInfo) -> bool:
    if slot.shape is None or len(slot.shape) != len(info.shape):
        return slot.shape is None
    return all(a in (None, b) for a, b in zip(slot.shape, info.shape, strict=True))

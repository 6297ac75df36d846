"""Matching by order and shape, for files whose names say nothing; only where a user asks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from specc.weights.planning.wanted import Wanted
    from specc.weights.source import TensorInfo

TITLE: Final = "order and shape"
_NUMBER: Final = re.compile(r"(\d+)")
_COUNTER: Final = re.compile(r"[_-]?\d+")
_TF2_END: Final = re.compile(r"/\.ATTRIBUTES/VARIABLE_VALUE$|:\d+$")


def by_structure(
    slots: Iterable[Wanted], infos: Sequence[TensorInfo], ordered: bool
) -> dict[str, list[Wanted]]:
    """The slots that each tensor may be for: one, if as many slots as tensors have its shape.

    Args:
        slots: The slots, in the model's order.
        infos: The tensors.
        ordered: Whether the file keeps the model's order; else that of the numbers in the keys is
            taken, and a tensor may be for several if more than numbers tells the keys apart.
    """
    slots = list(slots)
    found = _by_layer(slots, infos)
    taken = {slot.key for places in found.values() for slot in places}
    left = [slot for slot in slots if slot.key not in taken]
    return found | _by_shape(left, [info for info in infos if info.key not in found], ordered)


def _by_layer(slots: Sequence[Wanted], infos: Iterable[TensorInfo]) -> dict[str, list[Wanted]]:
    """Whole layers, where the file says which tensors are in one, and in which order.

    Layers whose variables have the same shapes are one after another in the model as they are
    counted in the file, `dense`, `dense_1`, if they are as many and of one class.
    """
    held: dict[str, list[TensorInfo]] = {}
    for info in infos:
        if info.names.get("index", "").isdecimal() and info.names.get("object_path"):
            held.setdefault(info.names["object_path"], []).append(info)
    wanted: dict[object, list[Wanted]] = {}
    for slot in slots:
        wanted.setdefault((slot.layers, slot.path), []).append(slot)
    places: dict[object, list[list[Wanted]]] = {}
    for group in wanted.values():
        group.sort(key=lambda slot: slot.index)
        places.setdefault(tuple(slot.shape for slot in group), []).append(group)
    layers: dict[object, list[tuple[str, list[TensorInfo]]]] = {}
    for path in sorted(held, key=_natural):
        group_of = sorted(held[path], key=lambda info: int(info.names["index"]))
        layers.setdefault(tuple(info.shape for info in group_of), []).append((path, group_of))
    return {
        info.key: [slot]
        for shapes, same in layers.items()
        if len(places.get(shapes, ())) == len(same)
        and len({_COUNTER.sub("", path) for path, _ in same}) == 1
        for (_, group_of), group in zip(same, places[shapes], strict=True)
        for info, slot in zip(group_of, group, strict=True)
    }


def _by_shape(
    slots: Iterable[Wanted], infos: Sequence[TensorInfo], ordered: bool
) -> dict[str, list[Wanted]]:
    wanted: dict[object, list[Wanted]] = {}
    for slot in slots:
        wanted.setdefault(slot.shape, []).append(slot)
    given: dict[object, list[TensorInfo]] = {}
    for info in infos if ordered else sorted(infos, key=lambda info: _natural(info.key)):
        given.setdefault(info.shape, []).append(info)
    found: dict[str, list[Wanted]] = {}
    for shape, tensors in given.items():
        for places, same in _by_last_name(wanted.get(shape, []), tensors):
            one_each = len(places) == len(same) and (ordered or _are_alike(same))
            for place, info in enumerate(same):
                if places:
                    found[info.key] = [places[place]] if one_each else places
    return found


def _by_last_name(
    slots: list[Wanted], infos: list[TensorInfo]
) -> list[tuple[list[Wanted], list[TensorInfo]]]:
    """Those of one shape apart by what they are in their layer, if the file says that of all."""
    if Counter(slot.name for slot in slots) != Counter(map(_last_name, infos)):
        return [(slots, infos)]
    return [
        ([s for s in slots if s.name == name], [i for i in infos if _last_name(i) == name])
        for name in dict.fromkeys(slot.name for slot in slots)
    ]


def _are_alike(infos: Sequence[TensorInfo]) -> bool:
    """Whether only numbers tell the keys apart; that `b` is after `a` says nothing of the model."""
    return len({_COUNTER.sub("", info.key) for info in infos}) == 1


def _last_name(info: TensorInfo) -> str:
    key = _TF2_END.sub("", info.key)
    return _COUNTER.sub("", re.split(r"[/.:]", key)[-1]).strip("_")


def _natural(key: str) -> list[tuple[int, str | int]]:
    parts = _NUMBER.split(key)
    return [(1, int(part)) if part.isdigit() else (0, part) for part in parts]

"""Matching by order and shape, for files whose names say nothing; only where a user asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from specc.weights.planning.wanted import Wanted
    from specc.weights.source import TensorInfo

TITLE: Final = "order and shape"
_NUMBER: Final = re.compile(r"(\d+)")


def by_structure(
    slots: Iterable[Wanted], infos: Sequence[TensorInfo], ordered: bool
) -> dict[str, list[Wanted]]:
    """The slots that each tensor may be for: one, if as many slots as tensors have its shape.

    Args:
        slots: The slots, in the model's order.
        infos: The tensors.
        ordered: Whether the file keeps the model's order; else that of the keys is taken, numbers
            in them as numbers.
    """
    wanted: dict[object, list[Wanted]] = {}
    for slot in slots:
        wanted.setdefault(slot.shape, []).append(slot)
    given: dict[object, list[TensorInfo]] = {}
    for info in infos if ordered else sorted(infos, key=lambda info: _natural(info.key)):
        given.setdefault(info.shape, []).append(info)
    found: dict[str, list[Wanted]] = {}
    for shape, tensors in given.items():
        places = wanted.get(shape, [])
        one_each = len(places) == len(tensors)
        for place, info in enumerate(tensors):
            if places:
                found[info.key] = [places[place]] if one_each else places
    return found


def _natural(key: str) -> list[tuple[int, str | int]]:
    parts = _NUMBER.split(key)
    return [(1, int(part)) if part.isdigit() else (0, part) for part in parts]

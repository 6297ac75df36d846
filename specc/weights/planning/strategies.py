"""How the tensors of a file are found for a model's slots: by names of several kinds.

Each strategy gives a slot and a tensor names of one form; equal names match. Which tensor has
which name depends on what wrote the file. A strategy that needs names which a file lacks gives
its tensors none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from specc.weights.planning.wanted import Wanted
    from specc.weights.source import TensorInfo

Names = Callable[["TensorInfo"], Iterable[str]]
SlotNames = Callable[["Wanted"], Iterable[str]]

SHORT: Final = {
    "query_dense": "query",
    "key_dense": "key",
    "value_dense": "value",
    "output_dense": "output",
}
"""Attributes that keys shorten, as specc's slots do."""


@dataclass(frozen=True)
class Strategy:
    """A kind of names.

    Attributes:
        title: What the plan calls it.
        of_slot: The names that a slot may have in a file, the likeliest first.
        of_tensor: The names that a tensor has, the surest first.
    """

    title: str
    of_slot: SlotNames
    of_tensor: Names


def _by_key(slot: Wanted) -> Iterator[str]:
    yield slot.key


def _own_key(info: TensorInfo) -> Iterator[str]:
    own = info.names.get("specc_key", info.key)
    if "/" not in own:
        yield own


def _by_keras_path(slot: Wanted) -> Iterator[str]:
    """`layer/kernel`; Keras calls a layer's sublayers by names of its own, so attributes too."""
    yield slot.keras_path
    yield "/".join((*slot.layers, *slot.path, slot.name))


def _keras_path(info: TensorInfo) -> Iterator[str]:
    yield info.names.get("keras_path", info.key)


def _by_h5_address(slot: Wanted) -> Iterator[str]:
    yield "/".join((*slot.layers, *slot.path, str(slot.index)))


def _h5_address(info: TensorInfo) -> Iterator[str]:
    """The names of the layers that lead to it, then attributes, then its number.

    `layers/functional_1/layers/bidirectional/forward_layer/cell` and the names of what is on the
    way, `encoder/both/forward_lstm/lstm_cell`, make `encoder/both/forward_layer/cell`.
    """
    if "object_path" not in info.names or "index" not in info.names:
        return
    steps = info.names["object_path"].split("/") if info.names["object_path"] else []
    named = info.names.get("layer_path", "").split("/")
    layers: list[str] = []
    while len(steps) >= 2 and steps[0] == "layers" and len(layers) < len(named):
        layers.append(named[len(layers)])
        steps = steps[2:]
    rest = [SHORT.get(step.strip("_"), step.strip("_")) for step in steps]
    yield "/".join((*layers, *rest, info.names["index"]))


def _by_tf_name(slot: Wanted) -> Iterator[str]:
    yield slot.keras_path
    yield "/".join((*slot.layers, *slot.path, slot.name))
    yield slot.key.replace(".", "/")


_TF_PREFIX: Final = re.compile(r"^(?:model|root|net|network|module)/")


def _tf_name(info: TensorInfo) -> Iterator[str]:
    """The variable's own name, then the attributes that lead to it.

    A name may begin with the model's own, which the slots don't know.
    """
    full = info.names.get("full_name", "").removesuffix(":0")
    if full:
        yield full
        yield full.partition("/")[2]
    path = "/".join(step.strip("_") for step in info.names.get("object_path", "").split("/"))
    if path:
        yield path
        yield _TF_PREFIX.sub("", path)
    if full and "layer_name" in info.names:
        yield f"{info.names['layer_name']}/{full.rpartition('/')[2]}"


def _by_keras2_name(slot: Wanted) -> Iterator[str]:
    """`conv/kernel`; of nested models the inner names alone, or after the outer ones."""
    yield "/".join((*slot.layers[-1:], *slot.path, slot.name))
    yield "/".join((*slot.layers, *slot.path, slot.name))


def _keras2_name(info: TensorInfo) -> Iterator[str]:
    """`conv/kernel` of `conv/kernel:0`; a layer's own name may stand before it, or be missing."""
    if "weight_name" not in info.names:
        return
    name = re.sub(r":\d+$", "", info.names["weight_name"])
    layer = info.names.get("layer_name", "")
    yield name
    yield name.removeprefix(f"{layer}/") if name.startswith(f"{layer}/{layer}/") else name
    yield f"{layer}/{name.rpartition('/')[2]}"


STRATEGIES: Final = (
    Strategy("specc keys", _by_key, _own_key),
    Strategy("Keras paths", _by_keras_path, _keras_path),
    Strategy("layer names in the file", _by_h5_address, _h5_address),
    Strategy("TensorFlow object names", _by_tf_name, _tf_name),
    Strategy("Keras 2 names", _by_keras2_name, _keras2_name),
)
"""In the order in which they are tried."""


def matches(
    strategy: Strategy,
    slots: Iterable[Wanted],
    infos: Iterable[TensorInfo],
    renamed: Callable[[str], str],
    moved: Callable[[str], str],
) -> dict[str, list[Wanted]]:
    """Which slots each tensor may be for, by its key: several if more than one has its name.

    Args:
        strategy: The kind of names.
        slots: The model's slots.
        infos: The file's tensors.
        renamed: What the user's `rename` makes of a tensor's name.
        moved: What the spec's `moved` makes of a key.
    """
    by_name: dict[str, dict[str, Wanted]] = {}
    for slot in slots:
        for name in strategy.of_slot(slot):
            by_name.setdefault(name.replace("/", "."), {})[slot.key] = slot
    found: dict[str, list[Wanted]] = {}
    for info in infos:
        for name in strategy.of_tensor(info):
            new = renamed(name).replace("/", ".")
            slots_named = by_name.get(moved(new)) or by_name.get(new)
            if slots_named:
                found[info.key] = list(slots_named.values())
                break
    return found

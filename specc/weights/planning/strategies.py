"""How the tensors of a file are found for a model's slots: by names of several kinds.

Each strategy gives a slot and a tensor names of one form; equal names match. Which tensor has
which name depends on what wrote the file. A strategy that needs names which a file lacks gives
its tensors none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specc.weights.planning.layers import by_layer
from specc.weights.planning.tensorflow_names import by_tensorflow_name, tensorflow_names
from specc.weights.planning.wanted import Kind, Wanted

if TYPE_CHECKING:
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
        of_tensor: The names that a tensor has, the surest first; each place in the list is a kind
            of name of its own, and what a tensor has none of is empty there.
        paths: Whether these are paths of names that Keras gives, with its counters in them.
    """

    title: str
    of_slot: SlotNames
    of_tensor: Names
    paths: bool = True


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
    yield info.names.get("model_path", "")


def _by_h5_address(slot: Wanted) -> Iterator[str]:
    last = slot.name if slot.kind is Kind.TABLE else str(slot.index)
    yield "/".join((*slot.layers, *slot.path, last))
    if slot.twice:
        yield "/".join((*slot.layers, *slot.path[:-1], "0"))


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
    if "layers" in steps and len(named) == len(layers) + len(steps) - steps.count("layers"):
        steps = _with_names(steps, named[len(layers) :])
    rest = [SHORT.get(step.strip("_"), step.strip("_")) for step in steps]
    yield "/".join((*layers, *rest, info.names["index"]))
    for place, step in enumerate(rest):  # of a list Keras writes classes, counted: `gru_cell_1`
        number = _COUNTED.fullmatch(step)
        if number is not None:
            items = (*rest[:place], number[1] or "0", *rest[place + 1 :])
            yield "/".join((*layers, *items, info.names["index"]))


def _with_names(steps: Sequence[str], named: Sequence[str]) -> list[str]:
    """Attributes that lead into models inside of wrappers, and the names of the layers there.

    `layer/layers/dense` with `inner`, `first` is `layer/first`. All but the lists have names.
    """
    found: list[str] = []
    in_list = False
    names = iter(named)
    for step in steps:
        if step == "layers" and not in_list:
            in_list = True
            continue
        name = next(names, step)
        found.append(name if in_list else step)
        in_list = False
    return found


_COUNTED: Final = re.compile(r"[a-z0-9_]*?[a-z0-9](?:_(\d+))?")


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


_KERAS2: Final = Strategy("Keras 2 names", _by_keras2_name, _keras2_name)

STRATEGIES: Final = (
    Strategy("specc keys", _by_key, _own_key, paths=False),
    Strategy("Keras paths", _by_keras_path, _keras_path),
    Strategy("layer names in the file", _by_h5_address, _h5_address, False),
    Strategy("TensorFlow object names", by_tensorflow_name, tensorflow_names),
    _KERAS2,
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
    slots, infos = list(slots), list(infos)
    by_name: dict[str, dict[str, Wanted]] = {}
    for slot in slots:
        for name in strategy.of_slot(slot):
            by_name.setdefault(name.replace("/", "."), {})[slot.key] = slot
    found: dict[str, list[Wanted]] = {}
    names = {info.key: list(strategy.of_tensor(info)) for info in infos}
    for place in range(max(map(len, names.values()), default=0)):
        taken = _taken(found)
        for key in [key for key in names if key not in found]:
            name = names[key][place] if place < len(names[key]) else ""
            named = _named(renamed(name), by_name, moved) if name else None
            free = [slot for slot in (named or {}).values() if slot.key not in taken]
            if free:
                found[key] = free
    if found and strategy.paths:
        found |= _by_skeleton(strategy, *_left(slots, infos, found))
    if strategy is _KERAS2:
        left = _left(slots, infos, found)
        found |= by_layer(*left, lambda name: moved(renamed(name).replace("/", ".")))
    return found


def _left(
    slots: Iterable[Wanted], infos: Iterable[TensorInfo], found: Mapping[str, list[Wanted]]
) -> tuple[list[Wanted], list[TensorInfo]]:
    """The slots and tensors that have no match."""
    taken = _taken(found)
    free = [slot for slot in slots if slot.key not in taken]
    return free, [info for info in infos if info.key not in found]


def _taken(found: Mapping[str, Iterable[Wanted]]) -> set[str]:
    """The slots that a surer kind of name has found: a less sure one may mean another."""
    return {slot.key for places in found.values() for slot in places}


def _named(
    name: str, by_name: Mapping[str, dict[str, Wanted]], moved: Callable[[str], str]
) -> dict[str, Wanted] | None:
    """The slots of a name, as it is, after `moved`, or with the attributes of Keras's layers."""
    for form in (str, _as_attributes):
        dotted = form(name).replace("/", ".")
        named = by_name.get(moved(dotted)) or by_name.get(dotted)
        if named:
            return named
    return None


_AS_ATTRIBUTES: Final = (
    (re.compile(r"(?<=/)attention_output(?=/)"), "output"),
    (re.compile(r"(?<=/)(forward|backward)_[a-z0-9_]+(?=/)"), r"\1_layer"),
    (re.compile(r"(?<=/)[a-z0-9_]+_cell(_\d+)?(?=/)"), "cell"),
)
"""Names that Keras gives the layers inside of attention, Bidirectional and RNN, and attributes."""


def _as_attributes(name: str) -> str:
    for pattern, attribute in _AS_ATTRIBUTES:
        name = pattern.sub(attribute, name)
    return name


def _by_skeleton(
    strategy: Strategy, slots: Sequence[Wanted], infos: Sequence[TensorInfo]
) -> dict[str, list[Wanted]]:
    """What a layer holds in another layer, whose name holds a counter of some process.

    `td/dense_4/kernel` is `td/layer/kernel` if no other tensor and no other slot is in `td`, as
    deep, and called so.
    """
    of_slots: dict[str, dict[str, Wanted]] = {}
    for slot in slots:
        for name in strategy.of_slot(slot):
            of_slots.setdefault(_skeleton(name), {})[slot.key] = slot
    of_infos: dict[str, dict[str, list[str]]] = {}
    for info in infos:
        for name in filter(None, strategy.of_tensor(info)):
            of_infos.setdefault(_skeleton(name), {}).setdefault(name, []).append(info.key)
    return {
        key: list(of_slots[skeleton].values())
        for skeleton, names in of_infos.items()
        if skeleton and len(names) == 1 and len(of_slots.get(skeleton, ())) == 1
        for key in next(iter(names.values()))
    }


def _skeleton(name: str) -> str:
    first, *inner, last = name.split("/") if name.count("/") > 1 else ("", "")
    return "/".join((first, *("*" for _ in inner), last)) if inner else ""

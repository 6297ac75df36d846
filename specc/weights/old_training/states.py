"""What each tensor of an old optimizer is: which state, of which variable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from specc.weights.old_training.optimizers import IN_ORDER, OldOptimizer
from specc.weights.source import TensorInfo

ITERATION: Final = "iteration"
LEARNING_RATE: Final = "learning_rate"
_ALONE: Final = {
    **dict.fromkeys(("iter", "iterations", "iteration"), ITERATION),
    "learning_rate": LEARNING_RATE,
}
_SLOT: Final = re.compile(r"(.*)/\.OPTIMIZER_SLOT/.*?/?(\w+)/\.ATTRIBUTES/VARIABLE_VALUE")
_COUNTER: Final = re.compile(r":\d+$")
_NEVER_TRAINED: Final = re.compile(r"[/_](moving|running)_(mean|variance|std)$")


@dataclass(frozen=True, slots=True)
class State:
    """What an optimizer keeps.

    Attributes:
        name: What it is called today: `momentum`, `iteration`.
        of: The key of the variable in the file; empty where it is of none.
    """

    name: str
    of: str = ""


def full_name(info: TensorInfo) -> str:
    """What Keras 2 called a variable, without TensorFlow's `:0`."""
    found = info.names.get("full_name") or info.names.get("weight_name") or ""
    return _COUNTER.sub("", found)


def states_by_name(infos: Sequence[TensorInfo], optimizer: OldOptimizer) -> dict[str, State]:
    """The states by the tensors' keys, where names tell: `Adam/m/a/kernel`, `Adam/a/kernel/m`."""
    variables = _unique(info for info in infos if info.role == "variable")
    keys = {info.key for info in infos}
    found: dict[str, State] = {}
    for info in infos:
        if info.role != "optimizer":
            continue
        slot = _SLOT.fullmatch(info.key)
        of = f"{slot[1]}/.ATTRIBUTES/VARIABLE_VALUE" if slot else ""
        if slot and of in keys and slot[2] in optimizer.states:
            found[info.key] = State(optimizer.states[slot[2]], of)
            continue
        state = _alone(info) or _named(full_name(info), variables, optimizer.states)
        if state is not None:
            found[info.key] = state
    return found


def _unique(infos: Iterable[TensorInfo]) -> dict[str, str]:
    """Keys by full names that only one variable has."""
    named = [(full_name(info), info.key) for info in infos]
    counts = Counter(name for name, _ in named)
    return {name: key for name, key in named if name and counts[name] == 1}


def _alone(info: TensorInfo) -> State | None:
    """State that is of no variable."""
    tail = (info.names.get("object_path") or full_name(info)).rpartition("/")[2].lstrip("_")
    return State(_ALONE[tail]) if tail in _ALONE and not info.shape else None


def _named(name: str, variables: Mapping[str, str], states: Mapping[str, str]) -> State | None:
    steps = name.split("/")
    if steps[-1] in states:
        for start in range(len(steps) - 1):
            key = variables.get("/".join(steps[start:-1]))
            if key:
                return State(states[steps[-1]], key)
    for place, step in enumerate(steps):
        key = variables.get("/".join(steps[place + 1 :]))
        if step in states and key:
            return State(states[step], key)
    return None


def states_in_order(
    infos: Sequence[TensorInfo], variables: Sequence[TensorInfo], optimizer: OldOptimizer
) -> dict[str, State]:
    """The states of Keras's own optimizers, up to version 2.3, which named none.

    They are in the order of the variables that were trained; if there are not as many, or any has
    another shape, nothing is known.

    Args:
        infos: The optimizer's tensors, in the file's order.
        variables: The model's, in the order of its layers.
        optimizer: What they are of.
    """
    left = list(infos)
    found: dict[str, State] = {}
    if left and not left[0].shape:
        found[left.pop(0).key] = State(ITERATION)
    trained = [info for info in variables if not _NEVER_TRAINED.search(full_name(info))]
    for name, group in zip(
        IN_ORDER.get(optimizer.name, ()), _groups(left, len(trained)), strict=False
    ):
        pairs = zip(group, _of(group, trained), strict=False)
        found |= {info.key: State(name, variable.key) for info, variable in pairs}
    return found


def _of(group: Sequence[TensorInfo], trained: Sequence[TensorInfo]) -> Sequence[TensorInfo]:
    """The variables that a group is of: in their order, or by name, as Keras 1 and 2.0 had them.

    Their shapes tell which; if both fit, and aren't the same, none.
    """
    by_name = sorted(trained, key=lambda info: info.names.get("weight_name", ""))
    shapes = [info.shape for info in group]
    fitting = [each for each in (trained, by_name) if [info.shape for info in each] == shapes]
    return fitting[0] if fitting and all(each == fitting[0] for each in fitting) else []


def _groups(infos: Sequence[TensorInfo], size: int) -> Iterator[Sequence[TensorInfo]]:
    if size and len(infos) % size == 0:
        yield from (infos[start : start + size] for start in range(0, len(infos), size))

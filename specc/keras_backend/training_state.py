"""What training goes on from beside the weights: the optimizer's variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import keras

from specc.keras_backend.records import model_slots
from specc.keras_backend.slots import Slot
from specc.weights.planning import Kind, Wanted

PREFIX = "optimizer"


def optimizer_slots(model: Any) -> list[Slot]:
    """The variables of a model's optimizer, which is built if it isn't; none without one.

    Keys are `optimizer.KEY.momentum` of what belongs to the variable of a key, else
    `optimizer.iteration`. Keras names the former by the variable's path, in which there may be
    counters of the process.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return []
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    return list(_slots(optimizer, _key_stems(model)))


def _key_stems(model: Any) -> dict[str, str]:
    """The keys of the model's variables by what Keras makes of their paths."""
    return {slot.variable.path.replace("/", "_"): slot.key for slot in model_slots(model)}


def _slots(optimizer: Any, stems: dict[str, str]) -> Iterator[Slot]:
    seen: Counter[str] = Counter()
    for variable in optimizer.variables:
        key = f"{PREFIX}.{_name(variable.name, stems)}"
        seen[key] += 1
        key = key if seen[key] == 1 else f"{key}.{seen[key]}"
        yield Slot(key, variable, optimizer, False)


def _name(name: str, stems: dict[str, str]) -> str:
    for cut in range(len(name) - 1, 0, -1):  # the longest path that it begins with
        if name[cut] == "_" and name[:cut] in stems:
            return f"{stems[name[:cut]]}.{name[cut + 1 :]}"
    return name


def zeros(slot: Slot) -> Any:
    """The cheapest value of a slot, for a model that is only looked at."""
    return keras.ops.zeros(slot.variable.shape, slot.variable.dtype)


def wanted_optimizer(model: Any) -> list[Wanted]:
    """The optimizer's variables as plans see them: by key, or by their places in its list."""
    return [
        Wanted(
            slot.key,
            tuple(slot.variable.shape),
            keras.backend.standardize_dtype(slot.variable.dtype),
            Kind.OPTIMIZER,
            False,
            (PREFIX,),
            (),
            slot.variable.name,
            index,
            owner=type(model.optimizer).__name__,
        )
        for index, slot in enumerate(optimizer_slots(model))
    ]

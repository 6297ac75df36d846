"""Fresh weights: each variable's first value depends on the seed and on its own key alone.

Adding a layer leaves every other layer's initial weights as they were; Keras, under one global
seed, changes all later ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from specc.keras_backend.private import (
    Deferred,
    given_seed,
    has_value,
    initialize,
    initializer_of,
    is_random,
)
from specc.keras_backend.slots import Slot

SEED_BITS = 31
"""Seeds are positive 32-bit integers to TensorFlow."""

DEPTH = 4
"""How deep an initializer may hide in closures and attributes: bound methods of initializers of
cells of wrappers are three deep."""


def derived_seed(seed: int, key: str, attribute: str = "") -> int:
    """The seed of one variable: the first bits of SHA-256 over the spec's seed and its key."""
    digest = hashlib.sha256(f"{seed}\n{key}\n{attribute}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - SEED_BITS)


def fill(deferred: Deferred, slots: Iterable[Slot], seed: int | None, seeded: set[str]) -> None:
    """Gives all variables of a deferred build their first values.

    Args:
        deferred: What the build left.
        slots: The model's slots.
        seed: The seed; None for values that no one can repeat.
        seeded: The keys of the layers for which the spec says seeds itself.

    Raises:
        AssertionError: a variable is left without a value, which is a bug.
    """
    by_variable = {id(slot.variable): slot for slot in slots}
    for variable in deferred.variables:
        if has_value(variable):
            continue
        slot = by_variable.get(id(variable))
        assigned = deferred.assigned(variable)
        if assigned is not None or slot is None or seed is None:
            initialize(variable, assigned, slot.trains if slot else None)
        else:
            _fill_slot(slot, seed, _owner(slot.key) in seeded or slot.key in seeded)
    left = [variable.path for variable in deferred.variables if not has_value(variable)]
    if left:
        raise AssertionError(f"variables without a value: {left}")


def _owner(key: str) -> str:
    return key.rpartition(".")[0]


def _fill_slot(slot: Slot, seed: int, seeded: bool) -> None:
    if slot.is_generator:
        state = None
        if slot.drawn:
            words = [derived_seed(seed, slot.key), 0]
            state = keras.ops.convert_to_tensor(words, dtype=slot.variable.dtype)
        initialize(slot.variable, state)
        return
    with _seeded(initializer_of(slot.variable), seed, slot.key, seeded):
        initialize(slot.variable, None, slot.trains)


@contextmanager
def _seeded(initializer: Any, seed: int, key: str, keep_given: bool) -> Iterator[None]:
    """Within, the initializers that the given one can reach draw from the variable's seed."""
    changed: list[tuple[Any, Any]] = []
    for place, found in enumerate(_reachable(initializer, DEPTH)):
        if keep_given and given_seed(found) is not None:
            continue
        changed.append((found, found.seed))
        found.seed = derived_seed(seed, key, str(place) if place else "")
    try:
        yield
    finally:
        for found, before in changed:
            found.seed = before


def _reachable(value: Any, depth: int) -> Iterator[Any]:
    """The random initializers behind a callable: itself, in its closure, bound, or an attribute."""
    if is_random(value):
        yield value
        return
    if depth == 0 or value is None:
        return
    for cell in getattr(value, "__closure__", None) or ():
        yield from _reachable(_contents(cell), depth - 1)
    if hasattr(value, "__func__"):
        yield from _reachable(value.__func__, depth - 1)
    if isinstance(value, keras.Initializer):
        for attribute in vars(value).values():
            yield from _reachable(attribute, depth - 1)
    bound = getattr(value, "__self__", None)
    if isinstance(bound, keras.layers.Layer):
        for attribute in vars(bound).values():
            if is_random(attribute):
                yield attribute
    elif bound is not None:
        yield from _reachable(bound, depth - 1)


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a closure's cell may be empty
        return None

"""Fresh weights: each variable's first value depends on the seed and on its own key alone.

Adding a layer leaves every other layer's initial weights as they were; Keras, under one global
seed, changes all later ones.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from specc.diagnostics import Span
from specc.keras_backend.failures import at_step
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
"""How deep an initializer may hide in closures and attributes: those of an LSTM's bias are in the
cell, which is in the closure of a function."""


def derived_seed(seed: int, key: str, attribute: str = "") -> int:
    """The seed of one variable: the first bits of SHA-256 over the spec's seed and its key."""
    digest = hashlib.sha256(f"{seed}\n{key}\n{attribute}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - SEED_BITS)


@contextmanager
def pythons_random_kept(seed: int | None) -> Iterator[None]:
    """Within, a seed may be given to Python's generator: Keras draws its own seeds from it."""
    state = random.getstate()
    try:
        yield
    finally:
        if seed is not None:
            random.setstate(state)


def draw_for(seed: int | None, key: str) -> None:
    """The seeds that Keras draws from now on come from a layer's key.

    Few of them count: those that a layer keeps in its config, and those of a layer whose values
    can't be deferred. All others are replaced, variable by variable, when the values are filled in.
    """
    if seed is not None:
        random.seed(derived_seed(seed, key))


Given = Callable[[Slot], Any]
"""The value that a slot is given, None where its own initializer is to make it."""


def nothing(_slot: Slot) -> None:
    """No slot is given a value."""


def fill(
    deferred: Deferred,
    slots: Iterable[tuple[Slot, Span]],
    seed: int | None,
    given: Given = nothing,
) -> None:
    """Gives all variables of a deferred build their first values.

    Args:
        deferred: What the build left.
        slots: The model's slots, each with the step that made it.
        seed: The seed; None for values that no one can repeat.
        given: Values from elsewhere; nothing is computed for slots that have one.

    Raises:
        SpeccError: an initializer refuses a shape.
        AssertionError: a variable is left without a value, which is a bug.
    """
    found = {id(slot.variable): (slot, origin) for slot, origin in slots}
    for variable in deferred.variables:
        if has_value(variable):
            continue
        if id(variable) not in found:  # of a layer that its holder copied and threw away
            initialize(variable, deferred.assigned(variable))
            continue
        slot, origin = found[id(variable)]
        value = given(slot)
        if value is not None:
            initialize(variable, value, slot.trains)
            continue
        with at_step("S607", f"Keras can't initialize `{slot.key}`", origin):
            _fill_slot(slot, deferred.assigned(variable), seed)
    left = [variable.path for variable in deferred.variables if not has_value(variable)]
    if left:
        raise AssertionError(f"variables without a value: {left}")


def _fill_slot(slot: Slot, assigned: Any, seed: int | None) -> None:
    if assigned is not None or seed is None:
        initialize(slot.variable, assigned, slot.trains)
    elif slot.drawn:
        words = [derived_seed(seed, slot.key), 0]
        state = keras.ops.convert_to_tensor(words, dtype=slot.variable.dtype)
        initialize(slot.variable, state, slot.trains)
    else:
        with _seeded(slot, seed):
            initialize(slot.variable, None, slot.trains)


@contextmanager
def _seeded(slot: Slot, seed: int) -> Iterator[None]:
    """Within, the initializers that a slot's can reach draw from its seed; given seeds stay."""
    changed: list[tuple[Any, Any]] = []
    for path, found in _reachable(initializer_of(slot.variable), "", DEPTH):
        if _is_drawn(found, slot.layer):
            changed.append((found, found.seed))
            found.seed = derived_seed(seed, slot.key, path)
    try:
        yield
    finally:
        for found, before in changed:
            found.seed = before


def _is_drawn(initializer: Any, layer: Any) -> bool:
    """Whether Keras drew an initializer's seed.

    EinsumDense gives the copy that it makes of its initializer the seed that this one drew.
    """
    given = given_seed(initializer)
    return given is None or any(
        is_random(held) and given_seed(held) is None and held.seed == given
        for held in vars(layer).values()
    )


def _reachable(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The random initializers behind a callable, with the path to each.

    Itself, in its closure, of the object that it is bound to, or an attribute of one of these.
    """
    if is_random(value):
        yield path, value
    elif depth and value is not None:
        for name, part in _parts(value):
            yield from _reachable(part, f"{path}.{name}", depth - 1)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, keras.layers.Layer):  # its random initializers only
        yield from ((name, held) for name, held in vars(value).items() if is_random(held))
    elif isinstance(value, keras.Initializer):
        yield from vars(value).items()
    elif hasattr(value, "__func__"):
        yield "self", value.__self__
        yield from _parts(value.__func__)
    elif getattr(value, "__closure__", None):
        names = value.__code__.co_freevars
        yield from zip(names, map(_contents, value.__closure__), strict=True)


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a closure's cell may be empty
        return None

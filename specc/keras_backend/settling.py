"""What layers work out from their variables, once these have other values."""

from __future__ import annotations

from collections.abc import Iterable

import keras

from specc.keras_backend.slots import Slot


def settle(slots: Iterable[Slot]) -> None:
    """Has layers work out what they derive from their variables, as Keras does after loading.

    `Normalization` computes with constants that it makes of its mean and variance when it is built
    or adapted, and not again when these are assigned.
    """
    for layer in {id(slot.layer): slot.layer for slot in slots}.values():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()

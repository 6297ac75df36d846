"""What of a declared layer is frozen, or adapted by LoRA, by its paths below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.slots import slots_of
from specc.keras_backend.tuned import PartTuning, adapt_part


def tune_parts(layer: Any, tuning: PartTuning, resting: Sequence[Any]) -> None:
    """Adapts and freezes parts of a declared layer that was just built, at the end of its `build`.

    A variable is frozen by its own path, or that of what holds it. A sublayer all of whose
    variables are frozen is frozen itself: BatchNormalization keeps its statistics then. A layer
    that was made with `trainable=False` hands that on, as Keras's constructors don't.

    Args:
        layer: The layer.
        tuning: The paths of variables and sublayers that are frozen, and the adapters.
        resting: Sublayers that don't train at all.

    Raises:
        SpeccError: it has no such part, which only a config that specc didn't write says.
    """
    for each in (*resting, *(() if layer.trainable else (layer,))):
        _rest(each)
    for adapter in tuning.adapters:
        _adapt(layer, adapter)
    if tuning.frozen:
        _freeze(layer, tuning.frozen)


def _rest(layer: Any) -> None:
    """Freezes a layer with all that it holds: Keras hands on a change only."""
    for slot in slots_of(layer, ""):
        if not slot.is_generator:
            slot.variable.trainable = False
        slot.layer.trainable = False
    layer.trainable = False


def _adapt(layer: Any, adapter: Mapping[str, Any]) -> None:
    try:
        adapt_part(layer, adapter)
    except ValueError as error:
        raise SpeccError([Diagnostic("S505", str(error))]) from error


def _freeze(layer: Any, paths: Sequence[str]) -> None:
    slots = {slot.key: slot for slot in slots_of(layer, "") if not slot.is_generator}
    frozen = {key for path in paths for key in _covered(layer, slots, path)}
    for key in frozen:
        slots[key].variable.trainable = False
    for path, sublayer in _sublayers(layer, slots).items():
        if all(key in frozen for key in slots if key.startswith(f"{path}.")):
            sublayer.trainable = False


def _covered(layer: Any, slots: Mapping[str, Any], path: str) -> list[str]:
    """The keys of the variables at a path or below."""
    found = [key for key in slots if key == path or key.startswith(f"{path}.")]
    if not found:
        message = f"`{layer.name}` has no variables at `{path}`, which its config says is frozen"
        raise SpeccError([Diagnostic("S505", message)])
    return found


def _sublayers(layer: Any, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The layers inside that have variables of their own, by their paths."""
    found = {key.rpartition(".")[0]: slot.layer for key, slot in slots.items()}
    return {path: inner for path, inner in found.items() if inner is not layer}

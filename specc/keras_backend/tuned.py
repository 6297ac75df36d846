"""Keras's layers with a part of them frozen, or adapted by LoRA.

Keras's own forget both: a config says only whether a whole layer trains; the `lora_rank` of one
loses its alpha, and isn't there for layers inside of others; and a file holds the kernel with the
update merged in, beside zeros that no training gets away from. So specc gives each of Keras's layer
classes a subclass of the same name, whose config keeps what is frozen and adapted, and whose file
keeps kernel and update apart. Models that have neither hold none of these.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MethodType
from typing import Any

import keras

from specc import catalog
from specc.catalog import Kind
from specc.keras_backend.slots import slots_of

MODULE = __name__
PACKAGE = "specc.tuned"


@dataclass(frozen=True)
class PartTuning:
    """What a layer's config says; in an object, so that Keras doesn't track lists and dicts."""

    frozen: tuple[str, ...]
    adapters: tuple[Mapping[str, Any], ...]


def register_tuned() -> None:
    """Makes the subclasses known to Keras, so that files with them can be loaded."""
    for name in catalog.all_names(Kind.LAYER):
        entry = catalog.find(Kind.LAYER, name)
        if entry is not None and entry.module == "keras.layers":
            tuned_class(entry.class_name)


@functools.cache
def tuned_class(name: str) -> Any:
    """The subclass of a class in `keras.layers` of a name."""
    base = getattr(keras.layers, name)

    def __init__(  # noqa: N807 - a method of the class that is made below
        self: Any,
        *args: Any,
        frozen: Sequence[str] = (),
        adapters: Sequence[Mapping[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        base.__init__(self, *args, **kwargs)
        self._tuning = PartTuning(tuple(frozen), tuple(map(dict, adapters)))

    @functools.wraps(base.build)  # Keras reads its parameters
    def build(self: Any, *args: Any, **kwargs: Any) -> None:
        base.build(self, *args, **kwargs)
        tune(self, self._tuning)

    def get_config(self: Any) -> dict[str, Any]:
        """The layer's own, and what of it is frozen and adapted."""
        adapters = [dict(adapter) for adapter in self._tuning.adapters]
        own = {"frozen": list(self._tuning.frozen), "adapters": adapters}
        return {**base.get_config(self), **own}

    members = {"__init__": __init__, "build": build, "get_config": get_config}
    described = {"__module__": MODULE, "__qualname__": base.__qualname__, "__doc__": base.__doc__}
    made = type(base.__name__, (base,), {**members, **described})
    return keras.saving.register_keras_serializable(PACKAGE, base.__name__)(made)


def tune(layer: Any, tuning: PartTuning) -> None:
    """Adapts and freezes the parts of a layer that was just built; its `build` calls it at the end.

    Raises:
        ValueError: it has no such part, which only a config that specc didn't write says.
    """
    for adapter in tuning.adapters:
        adapt_part(layer, adapter)
    variables = {path: slot.variable for path, slot in _slots(layer)}
    for path in tuning.frozen:
        if path not in variables:
            raise ValueError(f"{layer.name} has no variable `{path}`")
        variables[path].trainable = False


def adapt_part(layer: Any, adapter: Mapping[str, Any]) -> None:
    """Adds one adapter to a layer, or to what it holds.

    Raises:
        ValueError: it has no such part.
    """
    _adapt(_layer_at(layer, adapter["path"]), adapter["rank"], adapter["alpha"])


def _slots(layer: Any) -> Iterator[tuple[str, Any]]:
    """The slots of a layer by their paths below it."""
    for slot in slots_of(layer, ""):
        yield slot.key.removeprefix("."), slot


def _layer_at(layer: Any, path: str) -> Any:
    """The layer inside that makes the variables below a path."""
    found = (slot.layer for key, slot in _slots(layer) if key.rpartition(".")[0] == path)
    inner = next(found, None)
    if not hasattr(inner, "enable_lora"):
        raise ValueError(f"{layer.name} has no layer `{path}` that LoRA can adapt")
    return inner


def _adapt(layer: Any, rank: int, alpha: float) -> None:
    """Adds the update; from now on the layer saves its variables as they are.

    A config that Keras wrote holds `lora_rank` too, so the update may be there without its alpha.
    """
    if layer.lora_enabled:
        layer.lora_alpha = alpha
    else:
        layer.enable_lora(rank, lora_alpha=alpha)
    layer.save_own_variables = MethodType(keras.layers.Layer.save_own_variables, layer)
    layer.load_own_variables = MethodType(_load, layer)


def _load(layer: Any, store: Any) -> None:
    """Loads what the layer has saved, or the variables of one without an update.

    These are as they were saved, so the update begins anew: its second matrix is zero.
    """
    base, second = layer.variables[:-2], layer.variables[-1]
    if len(store.keys()) != len(base):
        keras.layers.Layer.load_own_variables(layer, store)
        return
    for place, variable in enumerate(base):
        variable.assign(store[str(place)])
    second.assign(keras.ops.zeros_like(second))

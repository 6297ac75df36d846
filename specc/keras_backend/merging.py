"""Adapters folded into the kernels that they change, as Keras does when it saves a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specc.ir import Graph
from specc.keras_backend.compilation import MAX_PARAMETERS, compile_graph
from specc.keras_backend.records import Origin, Record, model_slots, recall, remember
from specc.keras_backend.settling import settle
from specc.keras_backend.slots import Slot


def merge_adapters(graph: Graph, adapted: Any, max_parameters: int = MAX_PARAMETERS) -> Any:
    """The model of a graph without adapters, with the weights of the one that has them.

    Args:
        graph: The same model's, without `lora`.
        adapted: The model with adapters and with its weights.
        max_parameters: As for `compile_graph`.

    Raises:
        SpeccError: Keras refuses a step.
    """
    slots = {slot.key: slot for slot in model_slots(adapted)}

    def given(slot: Slot) -> Any:
        return slots[slot.key].variable.value

    model = compile_graph(graph, None, max_parameters, given)
    merged = set()
    for slot in model_slots(model):
        layer = slots[slot.key].layer
        if getattr(layer, "lora_enabled", False) and id(layer) not in merged:
            merged.add(id(layer))
            slot.layer.load_own_variables(_as_saved(layer))
    settle(model_slots(model))
    _hand_on(adapted, model, {key for key, slot in slots.items() if id(slot.layer) in merged})
    return model


def _as_saved(layer: Any) -> Mapping[str, Any]:
    """What Keras saves of an adapted layer; ours keep the adapter apart, each by its instance."""
    store: dict[str, Any] = {}
    type(layer).save_own_variables(layer, store)
    return store


def _hand_on(adapted: Any, model: Any, changed: set[str]) -> None:
    """What is known of the weights: where they are from, and that some were merged."""
    known, own = recall(adapted) or Record(), recall(model) or Record()
    kept = {slot.key for slot in model_slots(model)}
    origins = {
        key: _merged(origin) if key in changed else origin
        for key, origin in known.origins.items()
        if key in kept
    }
    remember(model, replace(own, origins=origins, contents=known.contents, fresh=known.fresh))


def _merged(origin: Origin) -> Origin:
    how = f"{origin.how}, LoRA merged" if origin.how else "LoRA merged"
    return replace(origin, how=how, value="")

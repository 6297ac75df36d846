"""From which number Keras counts the calls of a model inside.

A functional model has a call of its own, from its inputs to its outputs, which no config holds.
Keras 3 counts it where it says what goes in and out; Keras 2 counted it everywhere; see
`Functional.get_config` of Keras 3, and `get_network_config` of tf.keras 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specc.importing.parts import Application, ImportedModel, Ref, Structure, map_refs, refs


def from_first_call(model: ImportedModel, old: bool) -> ImportedModel:
    """A model whose references count the calls of models inside from 0."""
    inner = {each.name: len(each.calls) for each in model.layers if each.model is not None}
    if not inner:
        return model
    applications = [call for each in model.layers for call in each.calls]
    inside = [[call.args, call.kwargs] for call in applications]
    shifted = {
        each.name
        for each in model.layers
        if each.model is not None and each.model.style == "functional" and not old
    }
    ends = _shift(model, shifted | _too_high([model.inputs, model.outputs], inner))
    if not old:
        return ends
    everywhere = _too_high([model.inputs, model.outputs, *inside], inner)
    layers = tuple(
        replace(
            each,
            calls=tuple(
                Application(
                    tuple(_lower(arg, everywhere) for arg in call.args),
                    {key: _lower(value, everywhere) for key, value in call.kwargs.items()},
                )
                for call in each.calls
            ),
        )
        for each in model.layers
    )
    return replace(_shift(model, everywhere), layers=layers)


def _shift(model: ImportedModel, names: set[str]) -> ImportedModel:
    return replace(model, inputs=_lower(model.inputs, names), outputs=_lower(model.outputs, names))


def _lower(structure: Structure, names: set[str]) -> Structure:
    def lower(ref: Ref) -> Ref:
        return replace(ref, call=ref.call - 1) if ref.layer in names and ref.call else ref

    return map_refs(structure, lower)


def _too_high(structures: Iterable[Structure], counts: dict[str, int]) -> set[str]:
    """The models of which a call is read that would be one too many."""
    return {
        ref.layer
        for ref in refs(list(structures))
        if ref.layer in counts and ref.call >= counts[ref.layer]
    }

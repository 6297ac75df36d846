"""A layer's call, by the rules and by Keras: they must agree on outputs, variables and refusals.

Import it inside a test (it imports Keras), or take the fixture `harness`. A test names a class and
says what it is called on; a plain tuple among the inputs is a shape of float32 values:

    harness.agree(Case("Conv2D", (None, 8, 8, 3), {"filters": 4, "kernel_size": 3}))
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from keras import KerasTensor, tree

from specc.catalog import Kind, find
from specc.catalog.rules import UNKNOWN, Inference, RuleError, SlotKind, TensorSpec, infer_layer
from specc.keras_backend.private import deferred_variables
from specc.keras_backend.slots import slots_of
from specc.keras_config.models import nested_config
from specc.keras_config.objects import object_config
from tests.catalog.rules.cases import Case, specs_of

Variable = tuple[tuple[int, ...], str, bool, bool]
"""Shape, dtype, whether the layer made it trainable, whether it is a generator's state."""


def agree(case: Case, *, known: bool = True) -> None:
    """Asserts that the rules say of a call what Keras says.

    Args:
        case: The call.
        known: Whether the rules must know all; else they may say unknown, but nothing wrong.

    Raises:
        AssertionError: They disagree.
        ConstructorError: The constructor refuses the arguments, so there is nothing to compare.
    """
    layer = made(case)
    try:
        outputs, variables = observed(layer, case)
    except Exception as refusal:
        _agree_on_refusal(case, refusal, known)
        return
    try:
        found = inferred(case)
    except RuleError as error:
        raise AssertionError(f"{case}: Keras takes it, but: {error.message}") from None
    _agree_on_outputs(case, outputs, found, known)
    _agree_on_variables(case, variables, found, known)


def all_agree(calls: SearchStrategy[Case], examples: int) -> None:
    """Asserts `agree` of drawn calls; those whose arguments Keras refuses don't count.

    Raises:
        AssertionError: They disagree on one.
    """

    @settings(max_examples=examples)
    @given(calls)
    def run(case: Case) -> None:
        with suppress(ConstructorError):
            agree(case)

    run()


def never_runs(case: Case) -> None:
    """Asserts that the rules refuse a call that Keras's symbolic one takes, but no real one does.

    Raises:
        AssertionError: They take it, or Keras runs it.
    """
    observed(made(case), case)
    with pytest.raises(RuleError):
        inferred(case)
    with pytest.raises(Exception):  # noqa: B017 - Keras raises what it likes
        made(case)(tree.map_structure(lambda x: np.zeros(x.shape, x.dtype), concrete(case)))


def concrete(case: Case) -> Any:
    """A case's inputs with a size for each that isn't known."""
    return tree.map_structure(
        lambda x: KerasTensor([2 if size is None else size for size in x.shape], x.dtype),
        symbolic(specs_of(case.inputs)),
    )


class ConstructorError(Exception):
    """A constructor refuses its arguments, which is no shape rule's affair."""


def inferred(case: Case) -> Inference:
    """What the rules say of a call.

    Raises:
        RuleError: They refuse it.
    """
    entry = find(Kind.LAYER, case.name)
    assert entry is not None, case.name
    call = {name: specs_of(value) for name, value in case.call.items()}
    return infer_layer(entry, case.arguments, case.dtype, specs_of(case.inputs), call)


def made(case: Case) -> Any:
    """The layer, not yet called.

    Raises:
        ConstructorError: Keras refuses the arguments.
    """
    use = {case.name: case.arguments, "name": "layer"}
    config = object_config(Kind.LAYER, use, "layer", case.dtype, nested_config)
    try:
        return keras.saving.deserialize_keras_object(config)
    except Exception as refusal:
        raise ConstructorError(str(refusal)) from None


def observed(layer: Any, case: Case) -> tuple[Any, dict[str, Variable]]:
    """Keras's outputs, and the variables that the layer has after the call."""
    call = {name: symbolic(specs_of(value)) for name, value in case.call.items()}
    with deferred_variables():
        outputs = layer(symbolic(specs_of(case.inputs)), **call)
    found = {
        slot.key.removeprefix("layer."): (
            tuple(slot.variable.shape),
            keras.backend.standardize_dtype(slot.variable.dtype),
            slot.trains,
            slot.is_generator,
        )
        for slot in slots_of(layer, "layer")
    }
    return outputs, found


def symbolic(specs: Any) -> Any:
    """The specs as Keras's symbolic tensors."""
    if isinstance(specs, TensorSpec):
        return KerasTensor(specs.shape, specs.dtype)
    if isinstance(specs, list | tuple):
        return type(specs)(symbolic(item) for item in specs)
    if isinstance(specs, dict):
        return {key: symbolic(item) for key, item in specs.items()}
    return specs


def _agree_on_refusal(case: Case, refusal: Exception, known: bool) -> None:
    """The rules refuse as well; or say unknown, where that is allowed."""
    try:
        found = inferred(case)
    except RuleError as error:
        assert error.message[:1].islower(), f"{case}: {error.message}"
        assert not error.message.endswith("."), f"{case}: {error.message}"
        return
    unknown = not known and found.outputs == UNKNOWN
    assert unknown, f"{case}: the rules say {found.outputs}, but Keras: {refusal!r}"


def _agree_on_outputs(case: Case, outputs: Any, found: Inference, known: bool) -> None:
    if found.outputs == UNKNOWN and not known:
        return
    theirs = tree.map_structure(_spec, outputs)
    ours = found.outputs
    if not known:
        ours = _filled(ours, theirs)
    assert ours == theirs, f"{case}: the rules say {ours}, Keras {theirs}"


def _spec(value: Any) -> Any:
    if isinstance(value, KerasTensor):
        return TensorSpec(tuple(value.shape), keras.backend.standardize_dtype(value.dtype))
    return value


def _filled(ours: Any, theirs: Any) -> Any:
    """The rules' specs, with what they don't know taken from Keras's."""
    if isinstance(ours, TensorSpec) and isinstance(theirs, TensorSpec):
        if ours.shape is None or theirs.shape is None:
            sizes = theirs.shape
        elif len(ours.shape) == len(theirs.shape):
            pairs = zip(ours.shape, theirs.shape, strict=True)
            sizes = tuple(theirs if own is None else own for own, theirs in pairs)
        else:
            sizes = ours.shape
        return replace(ours, shape=sizes, dtype=ours.dtype or theirs.dtype)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) == len(theirs):
            return type(ours)(map(_filled, ours, theirs))
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        return {key: _filled(value, theirs.get(key)) for key, value in ours.items()}
    return ours


def _agree_on_variables(
    case: Case, theirs: dict[str, Variable], found: Inference, known: bool
) -> None:
    if found.slots is None:
        assert not known, f"{case}: the rules know no variables, Keras makes {theirs}"
        return
    ours = {
        slot.path: (slot.shape, slot.dtype, slot.trainable, slot.kind is SlotKind.GENERATOR)
        for slot in found.slots
    }
    assert len(ours) == len(found.slots), f"{case}: a path twice in {found.slots}"
    assert ours == theirs, f"{case}: the rules say {ours}, Keras makes {theirs}"
    for slot in found.slots:
        trains = slot.kind is SlotKind.WEIGHT
        assert trains or not slot.trainable, f"{case}: {slot} trains"

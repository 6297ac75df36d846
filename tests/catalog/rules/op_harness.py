"""A function's call, by its rule and by Keras on symbolic tensors: they must agree.

Import it inside a test (it imports Keras), or take the fixture `op_harness`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras
from keras import KerasTensor, tree

from specc import catalog
from specc.catalog.rules import RuleError, Specs, TensorSpec, infer_op, leaves


def agree(name: str, arguments: Mapping[str, Any], *, known: bool = True) -> Any:
    """Asserts that a function's rule says what Keras says; what it says.

    Args:
        name: The function.
        arguments: Its arguments by name, tensors as TensorSpecs.
        known: Whether the rule must know all; else it may say unknown, but nothing wrong.

    Raises:
        AssertionError: They disagree.
    """
    try:
        theirs = observed(name, arguments)
    except Exception as refusal:
        _agree_on_refusal(name, arguments, refusal)
        return None
    try:
        ours = inferred(name, arguments)
    except RuleError as error:
        raise AssertionError(f"{name}({arguments}): Keras takes it: {error.message}") from None
    found = ours if known else filled(ours, theirs)
    assert found == theirs, f"{name}({arguments}): the rule says {ours}, Keras {theirs}"
    assert type(found) is type(theirs)
    return ours


def inferred(name: str, arguments: Mapping[str, Any]) -> Specs:
    """What the rule says, defaults filled in.

    Raises:
        RuleError: It refuses the arguments.
    """
    op = catalog.find_op(name)
    assert op is not None, name
    values = {each.name: each.default for each in op.parameters if not each.required}
    return infer_op(name, {**values, **arguments})


def observed(name: str, arguments: Mapping[str, Any]) -> Any:
    """What Keras says of the function on symbolic tensors, or gives for numbers."""
    positional, keywords = _bound(name, _symbolic(dict(arguments)))
    return tree.map_structure(_spec, getattr(keras.ops, name)(*positional, **keywords))


def computed(backend: Any, name: str, arguments: Mapping[str, Any]) -> Any:
    """What the backend makes of real tensors; None where it refuses them."""
    given = _symbolic(dict(arguments))
    flat = tree.flatten(given)
    tensors = [value for value in flat if isinstance(value, KerasTensor)]

    def call(*real: Any) -> Any:
        rest = iter(real)
        filled = [next(rest) if isinstance(value, KerasTensor) else value for value in flat]
        positional, keywords = _bound(name, tree.pack_sequence_as(given, filled))
        return getattr(keras.ops, name)(*positional, **keywords)

    try:
        return tree.map_structure(_spec, backend.compute_output_spec(call, *tensors))
    except Exception:
        return None


def _bound(name: str, arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments by position and by keyword, as the function takes them."""
    parameters = inspect.signature(getattr(keras.ops, name)).parameters
    kinds = [each.kind for each in parameters.values()]
    variadic = inspect.Parameter.VAR_POSITIONAL in kinds
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter in parameters.values():
        if parameter.name not in arguments:
            continue
        value = arguments[parameter.name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            keywords |= value
        elif variadic and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            positional.append(value)
        else:
            keywords[parameter.name] = value
    return positional, keywords


def _symbolic(value: Any) -> Any:
    if isinstance(value, TensorSpec):
        return KerasTensor(value.shape, value.dtype)
    if isinstance(value, list | tuple):
        return type(value)(_symbolic(item) for item in value)
    if isinstance(value, dict):
        return {key: _symbolic(item) for key, item in value.items()}
    return value


def _spec(value: Any) -> Any:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return TensorSpec(tuple(value.shape), keras.backend.standardize_dtype(value.dtype))
    return value


def _agree_on_refusal(name: str, arguments: Mapping[str, Any], refusal: Exception) -> None:
    try:
        found = inferred(name, arguments)
    except RuleError as error:
        assert error.message[:1].islower(), error.message
        assert not error.message.endswith("."), error.message
        return
    unknown = all(None in (spec.shape, spec.dtype) for spec in leaves(found))
    assert unknown, f"{name}({arguments}): the rule says {found}, but Keras: {refusal!r}"


def filled(ours: Any, theirs: Any) -> Any:
    """What the rule says, with what it doesn't know taken from what Keras says."""
    if isinstance(ours, TensorSpec):
        if not isinstance(theirs, TensorSpec):
            return theirs if ours == TensorSpec(None, None) else ours
        return TensorSpec(_filled_shape(ours.shape, theirs.shape), ours.dtype or theirs.dtype)
    both = isinstance(ours, list | tuple) and isinstance(theirs, list | tuple)
    if both and len(ours) == len(theirs):
        return type(theirs)(map(filled, ours, theirs))
    return ours


def _filled_shape(ours: Any, theirs: Any) -> Any:
    if ours is None:
        return theirs
    if len(ours) != len(theirs):
        return ours
    return tuple(b if a is None else a for a, b in zip(ours, theirs, strict=True))

"""What a declared layer's body depends on of what Keras gives: specs of tensors and of shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from specc.catalog.rules import TensorSpec
from specc.passes.expand import LayerAtRunTime, LayerText


def spec_of(value: Any) -> Any:
    """The specs of an argument. The batch is never known: a body is the same for any."""
    if value is None or isinstance(value, TensorSpec):
        return value
    if isinstance(value, list | tuple | dict):
        return _mapped(spec_of, value)
    shape = _shape(value)
    dtype = keras.backend.standardize_dtype(value.dtype) if hasattr(value, "dtype") else None
    return TensorSpec(shape and (None, *shape[1:]), dtype)


def form_of(value: Any, sizes: bool) -> object:
    """What a program depends on: an argument's structure and dtypes, its sizes if it reads them."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return tuple(form_of(item, sizes) for item in value)
    if isinstance(value, dict):
        return tuple((key, form_of(item, sizes)) for key, item in value.items())
    dtype = getattr(value, "dtype", None)
    name = getattr(dtype, "name", dtype)
    if not sizes:
        return name
    shape = _shape(value)
    return (name, "any") if shape is None else (name, len(shape), *shape[1:])


def _shape(value: Any) -> tuple[int | None, ...] | None:
    """The sizes of a tensor; None where even its rank isn't known."""
    shape = getattr(value, "shape", ())
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(shape)


def dtypes_of(value: Any) -> Any:
    """The dtypes of a structure of tensors, as plain data."""
    if isinstance(value, list | tuple):
        return [dtypes_of(item) for item in value]
    if isinstance(value, dict):
        return {key: dtypes_of(item) for key, item in value.items()}
    return keras.backend.standardize_dtype(value.dtype) if hasattr(value, "dtype") else None


def specs_of_shapes(
    text: LayerText,
    at_run_time: LayerAtRunTime,
    shapes: Mapping[str, Any],
    dtypes: Mapping[str, Any],
) -> list[Any]:
    """The specs of the inputs, of the shapes that `build` is given; None for absent ones."""
    names = [each.name for each in text.inputs]
    by_name = _by_name(text, names, shapes)
    specs = [_shaped(by_name.get(name), dtypes.get(name)) for name in names]
    if text.is_cell:
        specs.append([TensorSpec((None, size), None) for size in at_run_time.state_sizes()])
    return specs


def _by_name(text: LayerText, names: list[str], shapes: Mapping[str, Any]) -> Mapping[str, Any]:
    given = next(iter(shapes.values()), None)
    if text.form == "mapping":
        return given or {}
    if text.form:
        return dict(zip(names, given or () if text.form == "list" else [given], strict=False))
    by_name = {name.removesuffix("_shape"): shape for name, shape in shapes.items()}
    if len(by_name) == 1 and names[0] not in by_name:  # Keras's own name for it
        return {names[0]: given}
    return by_name


def _shaped(shape: Any, dtype: Any) -> Any:
    if shape is None:
        return None
    if isinstance(shape, dict):
        known = dtype if isinstance(dtype, dict) else {}
        return {key: _shaped(item, known.get(key)) for key, item in shape.items()}
    if all(size is None or isinstance(size, int) for size in shape):
        return TensorSpec((None, *shape[1:]) if len(shape) else (), dtype)
    each = dtype if isinstance(dtype, list) else [None] * len(shape)
    return [_shaped(item, own) for item, own in zip(shape, each, strict=True)]


def symbols(specs: Sequence[Any], layer: Any) -> list[Any]:
    """Symbolic tensors of specs, in the dtype that the layer computes in where none is known."""

    def symbol(spec: Any) -> Any:
        if isinstance(spec, TensorSpec):
            return keras.KerasTensor(spec.shape, spec.dtype or layer.compute_dtype)
        return _mapped(symbol, spec)

    return [symbol(spec) for spec in specs]


def input_specs(specs: Sequence[Any], names: Sequence[str], layer: Any) -> list[Any]:
    """Specs as Keras's export takes them, named."""

    def given(spec: Any, name: str) -> Any:
        if isinstance(spec, TensorSpec):
            dtype = spec.dtype or layer.compute_dtype
            return keras.InputSpec(shape=spec.shape, dtype=dtype, name=name)
        if isinstance(spec, dict):
            return {key: given(item, key) for key, item in spec.items()}
        if isinstance(spec, list | tuple):
            return [given(item, f"{name}_{place}") for place, item in enumerate(spec)]
        return None

    return [given(spec, name) for spec, name in zip(specs, names, strict=True)]


def _mapped(change: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(change(item) for item in value)
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    return value

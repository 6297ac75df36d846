"""The shapes that a caller gives for the inputs of a layer document."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog.rules import Specs, TensorSpec
from specc.diagnostics import Diagnostics, Source, Span
from specc.language import Layer
from specc.passes.inference import DEFAULT_DTYPE
from specc.passes.overrides import Setting
from specc.passes.poison import POISON
from specc.source import read_yaml, to_plain


def input_specs(
    document: Layer, shapes: Mapping[str, object], diagnostics: Diagnostics
) -> dict[str, Specs]:
    """What a layer is called on, by name.

    Args:
        document: The layer.
        shapes: A shape for each input, the batch first: a list of sizes, None where one isn't
            known; lists and mappings of shapes for inputs that are such. A `Setting` is their text.
        diagnostics: Where what is no shape is reported.
    """
    specs: dict[str, Specs] = {}
    declared = document.inputs.entries if document.inputs is not None else {}
    for name, shape in shapes.items():
        text = f"{name}={shape}"
        span = Span(Source("--input", text), 0, len(text))
        value = _plain(shape, diagnostics) if isinstance(shape, Setting) else shape
        if value is POISON:
            continue
        typed = name in declared and declared[name].dtype is not None
        try:
            specs[name] = _specs(value, None if typed else DEFAULT_DTYPE)
        except _NoShapeError:
            diagnostics.error(
                "S806", f"this is no shape of the input `{name}`", span,
                help=f"it is a list of sizes, the batch first: `{name}=[null, 8]`",
            )  # fmt: skip
    return specs


class _NoShapeError(ValueError):
    """A value that is neither a shape nor a structure of shapes."""


def _plain(text: str, diagnostics: Diagnostics) -> object:
    node = read_yaml(Source("--input", str(text)), diagnostics)
    return POISON if node is None else to_plain(node)


def _specs(value: object, dtype: str | None) -> Specs:
    if isinstance(value, Mapping):
        return {key: _specs(item, dtype) for key, item in value.items()}
    if not isinstance(value, list | tuple):
        raise _NoShapeError
    if any(isinstance(item, list | tuple | Mapping) for item in value):
        return [_specs(item, dtype) for item in value]
    if not all(size is None or _is_size(size) for size in value):
        raise _NoShapeError
    return TensorSpec((None, *value[1:]) if value else (), dtype)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0

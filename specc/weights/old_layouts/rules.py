"""The old layouts, each a rule from a layer's weights to its weights.

After `preprocess_weights_for_loading` in `keras/engine/saving.py` of Keras 2.3, which read files of
Keras 1, of other backends and of CuDNN's layers; and `keras/layers/` of Keras 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from specc.weights.mapping.axes import parse_pattern
from specc.weights.mapping.operations import Concat, Rearranged, Transpose
from specc.weights.old_layouts.changes import Change, Flipped, HalvesAdded
from specc.weights.old_layouts.parts import Layer, Part

GATES: Final = {"icfo": "ifco", "zrh": "zrh"}
"""The gates of Keras 1's LSTM and GRU, as they stand in files and as they stand in one array."""

WHOLE: Final = {"W": "kernel", "U": "recurrent_kernel", "b": "bias"}
KERNELS: Final = ("W", "kernel", "recurrent_kernel")
TRANSPOSED: Final = ("Deconvolution2D", "Deconvolution3D", "Conv2DTranspose", "Conv3DTranspose")

_GATE: Final = re.compile(r"(.+)_([WUb])_([a-z])")
_OWN: Final = re.compile(r"(?:.*[_/])?(W|U|b)")


def gates_joined(layer: Layer) -> Layer:
    """Keras 1 kept an array a gate: 12 of an LSTM, 9 of a GRU."""
    found = [_GATE.fullmatch(part.name) for part in layer.parts]
    groups: dict[tuple[str, str], dict[str, Part]] = {}
    for part, match in zip(layer.parts, found, strict=True):
        if match:
            groups.setdefault((match[1], match[2]), {})[match[3]] = part
    made: list[Part] = []
    for part, match in zip(layer.parts, found, strict=True):
        gates = groups[match[1], match[2]] if match else {}
        order = GATES.get("".join(gates))
        if match is None or order is None:
            made.append(part)
        elif part is next(iter(gates.values())):
            made.append(_joined(f"{match[1]}/{WHOLE[match[2]]}", [gates[gate] for gate in order]))
    return replace(layer, parts=tuple(made))


def _joined(name: str, parts: Sequence[Part]) -> Part:
    infos = tuple(info for part in parts for info in part.infos)
    axis = max(len(infos[0].shape) - 1, 0)
    return Part(name, infos, (Concat(axis, len(infos)),))


def rows_first(layer: Layer) -> Layer:
    """Keras 1's kernels had the order of its images: channels first, or last."""
    if not layer.keras1:
        return layer
    return _each_kernel(layer, _rows_first)


def _rows_first(layer: Layer, part: Part) -> list[Change]:
    shape = part.shape
    if len(shape) == 4 and _is_one_dimensional(layer, part):
        return _one_dimensional(shape, _filters(layer, part))
    transposed = layer.class_name in TRANSPOSED
    space = len(shape) - 2
    if _has_channels_first(layer, part):
        last = (0, 1) if transposed else (1, 0)
        return [Transpose((*range(2, space + 2), *last))]
    return [Transpose((*range(space), space + 1, space))] if transposed else []


def _is_one_dimensional(layer: Layer, part: Part) -> bool:
    if layer.class_name:
        return layer.class_name in ("Convolution1D", "AtrousConvolution1D")
    return "convolution1d" in part.name


def _one_dimensional(shape: tuple[int, ...], filters: int | None) -> list[Change]:
    """`(length, 1, channels, filters)`; up to Keras 1.1 `(filters, channels, length, 1)`."""
    if shape[1] == 1 and filters in (None, shape[3]):
        return [_rearranged("length 1 channels filters -> length channels filters")]
    return [_rearranged("filters channels length 1 -> length channels filters")]


def _has_channels_first(layer: Layer, part: Part) -> bool:
    if layer.first is not None:
        return layer.first
    filters = _filters(layer, part)
    return filters is not None and part.shape[0] == filters != part.shape[-1]


def _filters(layer: Layer, part: Part) -> int | None:
    """The length of the bias that follows a kernel."""
    after = layer.parts[layer.parts.index(part) + 1 :]
    lengths = [each.shape[0] for each in after if len(each.shape) == 1]
    return lengths[0] if lengths else None


def flipped(layer: Layer) -> Layer:
    """Theano convolves, where others correlate: its kernels point the other way."""
    if not layer.theano:
        return layer
    return _each_kernel(layer, lambda _, part: [Flipped(len(part.shape) - 2)])


def _each_kernel(layer: Layer, changes: Callable[[Layer, Part], list[Change]]) -> Layer:
    """Kernels of convolutions, changed; those of depthwise ones have names of their own."""
    made = [
        part.after(*changes(layer, part)) if _own_name(part) in KERNELS and len(part.shape) > 2
        else part
        for part in layer.parts
    ]  # fmt: skip
    return replace(layer, parts=tuple(made))


def _own_name(part: Part) -> str:
    match = _OWN.fullmatch(part.name)
    return match[1] if match else part.tail


def cudnn_as_plain(layer: Layer) -> Layer:
    """CuDNN's layers keep each gate's kernel turned, and a second bias."""
    made = list(layer.parts)
    for place in range(len(made) - 2):
        kernel, recurrent, bias = made[place : place + 3]
        tails = (kernel.tail, recurrent.tail, bias.tail)
        if tails == ("kernel", "recurrent_kernel", "bias"):
            made[place : place + 3] = _plain(kernel, recurrent, bias)
    return replace(layer, parts=tuple(made))


def _plain(kernel: Part, recurrent: Part, bias: Part) -> list[Part]:
    if len(recurrent.shape) != 2 or not recurrent.shape[0] or len(bias.shape) != 1:
        return [kernel, recurrent, bias]
    units, width = recurrent.shape
    gates = width // units
    if gates not in (3, 4) or bias.shape[0] != 2 * width:
        return [kernel, recurrent, bias]
    two = _rearranged("(two n) -> two n", two=2) if gates == 3 else HalvesAdded()
    return [
        kernel.after(
            _rearranged("size (gate unit) -> gate (size unit)", gate=gates, unit=units),
            _rearranged("gate (unit size) -> size (gate unit)", gate=gates, unit=units),
        ),
        recurrent.after(_rearranged("a (gate b) -> b (gate a)", gate=gates)),
        bias.after(two),
    ]


def _rearranged(pattern: str, **sizes: int) -> Rearranged:
    return Rearranged(parse_pattern(pattern, sizes))


RULES: Final = (gates_joined, rows_first, flipped, cudnn_as_plain)
"""In the order in which they are applied."""

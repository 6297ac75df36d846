"""How many outputs a call has, as far as names for them depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.importing.objects import plain
from specc.importing.parts import Application, ImportedLayer, ImportedModel, Plain, Ref

STATES = {"LSTM": 2, "LSTMCell": 2, "GRU": 1, "GRUCell": 1, "SimpleRNN": 1, "SimpleRNNCell": 1}
STATES |= {"ConvLSTM1D": 2, "ConvLSTM2D": 2, "ConvLSTM3D": 2}
TWO = frozenset(
    {"CTCDecode", "Eig", "Eigh", "FFT", "FFT2", "Histogram", "IFFT2", "LuFactor", "Moments"}
    | {"Qr", "RFFT", "STFT", "Slogdet", "TopK"}
)
"""Operations that give two tensors."""

SPLITS = frozenset({"ArraySplit", "Dsplit", "Hsplit", "Split", "Vsplit"})
"""Operations that give a tensor's parts, as many as `indices_or_sections` says."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of a call.

    Attributes:
        count: How many; 1 where it isn't known.
        is_list: Whether the step's name stands for a list of them.
        keys: The keys of a dict of them, in the order in which Keras counts them.
        names: What the step itself calls each of them.
    """

    count: int = 1
    is_list: bool = False
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def outputs_of(layer: ImportedLayer, call: Application) -> Outputs:
    """What a call of the layer gives."""
    if layer.model is not None:
        return _of_model(layer.model)
    if layer.class_name == "specc>Expression":
        return _of_program(layer.config.get("program"))
    count = _of_operation(layer, call)
    if count:
        return Outputs(count, is_list=True)
    if call.kwargs.get("return_attention_scores"):
        return Outputs(2)
    config = layer.config
    if layer.class_name == "Bidirectional":
        inner = config.get("layer")
        if isinstance(inner, Mapping) and _returns_state(inner.get("config")):
            return Outputs(1 + 2 * _states(str(inner.get("class_name")), inner.get("config")))
    elif config.get("return_state"):
        return Outputs(1 + _states(layer.class_name, config))
    return Outputs()


def _of_operation(layer: ImportedLayer, call: Application) -> int:
    """How many tensors an operation gives that gives several; 0 for all others."""
    if not layer.module.startswith("keras.src.ops"):
        return 0
    config, shape = layer.config, _shape_read(call)
    match layer.class_name:
        case name if name in TWO:
            return 0 if config.get("mode") == "r" else 2
        case "SVD":
            return 0 if config.get("compute_uv") is False else 3
        case name if name in SPLITS:
            parts = config.get("indices_or_sections")
            return parts if isinstance(parts, int) else len(_items(parts)) + 1
        case "Meshgrid":
            return len(call.args)
        case "UnravelIndex":
            return len(_items(config.get("shape")))
        case "Nonzero":
            return len(shape)
        case "Unstack":
            axis, number = config.get("axis", 0), config.get("num")
            known = isinstance(axis, int) and -len(shape) <= axis < len(shape)
            size = shape[axis] if isinstance(axis, int) and known else None
            return next((each for each in (number, size) if isinstance(each, int)), 1)
    return 0


def _shape_read(call: Application) -> tuple[int | None, ...]:
    """The shape of the tensor that an operation reads first."""
    first = call.args[0] if call.args else None
    return first.shape if isinstance(first, Ref) else ()


def _items(value: Plain) -> list[Plain]:
    found = plain(value)
    return list(found) if isinstance(found, list | tuple) else []


def _of_program(program: Plain) -> Outputs:
    """An expression's steps: each is an output under its own name."""
    names = [str(step[0]) for step in program if step] if isinstance(program, list) else []
    return Outputs(len(names), names=tuple(names)) if len(names) > 1 else Outputs()


def _of_model(model: ImportedModel) -> Outputs:
    found = model.outputs
    if isinstance(found, Ref) or found is None:
        return Outputs()
    if isinstance(found, Mapping):
        return Outputs(len(found), keys=tuple(sorted(found)))
    count = len(found) if isinstance(found, list | tuple) else 1
    return Outputs(count, is_list=True)


def _returns_state(config: Plain) -> bool:
    return isinstance(config, Mapping) and bool(config.get("return_state"))


def _states(class_name: str, config: Plain) -> int:
    if class_name in STATES:
        return STATES[class_name]
    cell = config.get("cell") if isinstance(config, Mapping) else None
    if not isinstance(cell, Mapping):
        return 1
    inner = cell.get("config")
    cells = inner.get("cells") if isinstance(inner, Mapping) else None
    if isinstance(cells, list):
        return sum(_states(str(each.get("class_name")), each.get("config")) for each in cells)
    return STATES.get(str(cell.get("class_name")), 1)

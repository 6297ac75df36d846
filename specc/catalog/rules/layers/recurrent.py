"""Recurrent layers: a cell, step by step along the second dimension."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import (
    at_least,
    channels_of,
    joined,
    ranked,
    repeated,
    space_of,
    window_count,
)
from specc.catalog.rules.inference import infer_nested
from specc.catalog.rules.layers.cells import (
    STATES,
    cell_slots,
    known_width,
    output_size,
    stack_slots,
    state_sizes,
)
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec, generator
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, show_shape

SPACE = {f"ConvLSTM{rank}D": rank for rank in (1, 2, 3)}
"""How many dimensions of space each class has."""


@shapes_of("SimpleRNN", "GRU", "LSTM")
def recurrent(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, time, n]` → `[batch, units]`, or with its time; and the states, if wanted."""
    shape = _sequence(a, x)
    if shape is None:
        return UNKNOWN
    state = TensorSpec((shape[0], a["units"]), a.policy.compute)
    return _with_states(a, shape, state, [state] * STATES[a.entry.name])


@shapes_of("RNN")
def rnn(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What a cell, or the last of several, gives at the end or at each step; and the states."""
    shape, sizes = _steps(a, x), state_sizes(a["cell"])
    if shape is None or sizes is None:
        return UNKNOWN
    size = output_size(a["cell"], TensorSpec((shape[0], *shape[2:]), a.policy.compute))
    if size is None:
        return UNKNOWN
    output = TensorSpec((shape[0], size), a.policy.compute)
    given = sizes if isinstance(sizes, list) else [sizes]
    if a["return_state"] and any(map(_is_deep, given)):
        raise RuleError("can't return the states of cells in cells", argument="return_state")
    return _with_states(a, shape, output, [_states(each, output) for each in given])


@shapes_of(*SPACE)
def conv_lstm(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, time, space…, n]` → `[batch, fewer…, filters]`; and the states, if wanted."""
    shape = _frames(a, x)
    if shape is None or 0 in repeated(a["strides"], SPACE[a.entry.name]):
        return UNKNOWN
    state = TensorSpec(_convolved(a, (shape[0], *shape[2:])), a.policy.compute)
    return _with_states(a, shape, state, [state, state])


@slots_of("SimpleRNN", "GRU", "LSTM")
def recurrent_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of its cell. What a stateful layer keeps is no variable of the model."""
    shape = _sequence(a, x)
    if shape is None:
        return None
    slots = cell_slots(a, TensorSpec((shape[0], shape[2])))
    return None if slots is None else [slot.below("cell") for slot in slots]


@slots_of("RNN")
def rnn_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of its cells."""
    shape, cell = _steps(a, x), a["cell"]
    if shape is None:
        return None
    step = (shape[0], *shape[2:])
    if isinstance(cell, list):
        slots = stack_slots(cell, a, step)
    else:
        found = infer_nested(cell, a.dtype, TensorSpec(step, a.policy.compute), {}).slots
        slots = None if found is None else list(found)
    return None if slots is None else [slot.below("cell") for slot in slots]


@slots_of(*SPACE)
def conv_lstm_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` for the inputs, `recurrent_kernel` for the state, `bias`; dropout's generator."""
    shape, dtype, filters = _frames(a, x), a.policy.variable, a["filters"]
    if shape is None or dtype is None:
        return None
    window = repeated(a["kernel_size"], SPACE[a.entry.name])
    channels = channels_of((shape[0], *shape[2:]), a.channels_first)
    slots = [
        generator("cell.seed_generator"),
        SlotSpec("cell.kernel", (*window, channels, 4 * filters), dtype),
        SlotSpec("cell.recurrent_kernel", (*window, filters, 4 * filters), dtype),
    ]
    return [*slots, SlotSpec("cell.bias", (4 * filters,), dtype)] if a["use_bias"] else slots


def _sequence(a: Arguments, x: Specs) -> Shape | None:
    """The shape of the sequences; that of a step is known."""
    shape = ranked(x, 3)
    if shape is not None:
        known_width(shape)
        _check_batch(a, shape)
    return shape


def _steps(a: Arguments, x: Specs) -> Shape | None:
    """The shape of the sequences that a cell of any kind takes; None: Keras may make no sense."""
    shape = at_least(x, 2)
    if shape is None or len(shape) < 3:
        return None
    _check_batch(a, shape)
    return shape


def _frames(a: Arguments, x: Specs) -> Shape | None:
    """The shape of the sequences of images; that of an image is known."""
    shape = ranked(x, SPACE[a.entry.name] + 3)
    if shape is not None:
        if None in shape[2:]:
            raise RuleError(
                f"needs to know the sizes of each step of its input, {show_shape(shape)}"
            )
        _check_batch(a, shape)
    return shape


def _check_batch(a: Arguments, shape: Shape) -> None:
    if a["stateful"] and shape[0] is None:
        raise RuleError(
            f"keeps its state from batch to batch, but {show_shape(shape)} has no known batch size",
            "give the input a fixed `batch`",
            "stateful",
        )


def _with_states(a: Arguments, shape: Shape, last: TensorSpec, states: list[Specs]) -> Specs:
    """The last output, or that of each step; and the states, if wanted."""
    assert last.shape is not None  # noqa: S101 - made with a shape by the rules
    output = last
    if a["return_sequences"]:
        output = TensorSpec((*shape[:2], *last.shape[1:]), last.dtype)
    return (output, *states) if a["return_state"] else output


def _is_deep(sizes: object) -> bool:
    """Whether the states are those of cells in cells."""
    return isinstance(sizes, list) and any(isinstance(size, list) for size in sizes)


def _states(sizes: object, output: TensorSpec) -> Specs:
    """The states of a cell."""
    if isinstance(sizes, list):
        return [_states(size, output) for size in sizes]
    assert output.shape is not None and isinstance(sizes, int)  # noqa: S101 - as made
    return TensorSpec((output.shape[0], sizes), output.dtype)


def _convolved(a: Arguments, shape: Shape) -> Shape:
    """The shape of a step's convolution."""
    rank, first, padding = SPACE[a.entry.name], a.channels_first, a["padding"]
    gaps = repeated(a["dilation_rate"], rank)
    windows = [
        (window - 1) * gap + 1
        for window, gap in zip(repeated(a["kernel_size"], rank), gaps, strict=True)
    ]
    steps = zip(space_of(shape, first), windows, repeated(a["strides"], rank), strict=True)
    space = [window_count(size, window, stride, padding) for size, window, stride in steps]
    if padding == "valid" and any(size is not None and size < 1 for size in space):
        raise RuleError(
            f"has a kernel that reaches over {show_shape(tuple(windows))}, more than each step "
            f"of its input, {show_shape(shape)}",
            "write `padding: same`, or take a smaller kernel",
            "kernel_size",
        )
    return joined(shape[0], space, a["filters"], first)

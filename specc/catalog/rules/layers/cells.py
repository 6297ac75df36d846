"""Cells: what a recurrent layer does at each step."""

from __future__ import annotations

from typing import TypeAlias

from specc.catalog.kinds import Resolved
from specc.catalog.rules.arithmetic import at_least, broadcast
from specc.catalog.rules.inference import infer_nested, nested_use
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec, generator
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape

GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
"""How often each kind of cell applies its kernels in a step."""

STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
"""How many tensors each kind of cell keeps from step to step."""

StateSizes: TypeAlias = "int | list[StateSizes]"
"""The size of a cell's state; a list for a cell that keeps several, or holds several cells."""


@shapes_of("SimpleRNNCell", "GRUCell", "LSTMCell")
def cell(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch, n]` and states `[batch, units]` → `[batch, units]`, and the new states."""
    states, units, count = call.get("states"), a["units"], STATES[kind_of(a.entry.name)]
    if states is None:
        return UNKNOWN
    given = states if isinstance(states, list | tuple) else [states]
    if len(given) < count:
        raise RuleError(f"needs {count} states, not {len(given)}")
    shapes = [each.shape if isinstance(each, TensorSpec) else None for each in given[:count]]
    for shape in shapes:
        if shape is not None and len(shape) == 2 and shape[-1] not in (units, 1, None):
            raise RuleError(f"needs states of {units} values, not {show_shape(shape)}")
    batch = _batch(x, shapes, units)
    if batch is None:
        return UNKNOWN
    made = TensorSpec((*batch, units), a.policy.compute)
    return made, [made] * count if isinstance(states, list | tuple) else made


@shapes_of("StackedRNNCells")
def stacked(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """What the last cell gives, and the new states of each."""
    cells, states = a["cells"], call.get("states")
    if not isinstance(states, list | tuple) or len(states) != len(cells):
        return UNKNOWN
    made = []
    for each, state in zip(cells, states, strict=True):
        outputs = infer_nested(each, a.dtype, x, {"states": state}).outputs
        if not isinstance(outputs, tuple):
            return UNKNOWN
        x, new = outputs
        made.append(new)
    return x, made[0] if len(made) == 1 else made


@slots_of("SimpleRNNCell", "GRUCell", "LSTMCell")
def cell_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` for the inputs, `recurrent_kernel` for the state, `bias`; dropout's generator."""
    shape, dtype, units = at_least(x, 1), a.policy.variable, a["units"]
    if shape is None or dtype is None:
        return None
    size = known_width(shape)
    wide = units * GATES[kind_of(a.entry.name)]
    slots = [
        generator(),
        SlotSpec("kernel", (size, wide), dtype),
        SlotSpec("recurrent_kernel", (units, wide), dtype),
    ]
    if a["use_bias"]:
        slots.append(SlotSpec("bias", (2, wide) if a.get("reset_after") else (wide,), dtype))
    return slots


@slots_of("StackedRNNCells")
def stacked_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """Those of each cell."""
    shape = at_least(x, 1)
    return None if shape is None else stack_slots(a["cells"], a, shape)


def stack_slots(cells: list[object], a: Arguments, shape: Shape) -> list[SlotSpec] | None:
    """The variables of cells on each other: each is built for what the one before gives."""
    slots: list[SlotSpec] = []
    for place, each in enumerate(cells):
        found = infer_nested(each, a.dtype, TensorSpec(shape, a.policy.compute), {}).slots
        size = output_size(each, TensorSpec(shape, a.policy.compute))
        if found is None or size is None:
            return None
        slots.extend(slot.below(f"cells.{place}") for slot in found)
        shape = (shape[0], size)
    return slots


def state_sizes(value: object) -> StateSizes | None:
    """The sizes of the state that a cell, or a list of them, keeps; None where that isn't known."""
    if isinstance(value, list):
        sizes = [state_sizes(each) for each in value]
        known = [size for size in sizes if size is not None]
        return known if len(known) == len(sizes) else None
    if isinstance(value, Resolved):
        own = value.state_sizes
        return own[0] if own is not None and len(own) == 1 else own  # type: ignore[return-value]  # lists are invariant
    entry, arguments, _ = nested_use(value) or (None, {}, None)
    if entry is None:
        return None
    if entry.name == "StackedRNNCells":
        return state_sizes(arguments["cells"])
    count, units = STATES.get(kind_of(entry.name)), arguments.get("units")
    if count is None or not isinstance(units, int):
        return None
    return units if count == 1 else [units] * count


def output_size(value: object, step: Specs) -> int | None:
    """How many values a cell, or the last one of several, gives at a step; None: not known."""
    if isinstance(value, list):
        size = None
        for each in value:
            size = output_size(each, step)
            step = resized(step, size)
        return size
    if isinstance(value, Resolved):
        return _last_size(value.infer(step).outputs)
    entry, arguments, _ = nested_use(value) or (None, {}, None)
    if entry is None:
        return None
    if entry.name == "StackedRNNCells":
        return output_size(arguments["cells"], step)
    units = arguments.get("units")
    return units if kind_of(entry.name) in STATES and isinstance(units, int) else None


def resized(step: Specs, size: int | None) -> Specs:
    """What a cell gives on which another stands."""
    if size is None or not isinstance(step, TensorSpec) or step.shape is None:
        return UNKNOWN
    return TensorSpec((step.shape[0], size), step.dtype)


def _last_size(outputs: Specs) -> int | None:
    """The width of the output, beside which a cell gives its next states."""
    output = outputs[0] if isinstance(outputs, list | tuple) and outputs else None
    return output.shape[-1] if isinstance(output, TensorSpec) and output.shape else None


def kind_of(name: str) -> str:
    """The kind of a cell, or of a layer around it: `LSTM` of `LSTMCell`."""
    return name.removesuffix("Cell")


def known_width(shape: Shape) -> int:
    """The last size of a step.

    Raises:
        RuleError: It isn't known.
    """
    if shape[-1] is None:
        raise RuleError(f"needs to know the last size of its input, {show_shape(shape)}")
    return shape[-1]


def _batch(x: Specs, states: list[Shape | None], units: int) -> tuple[Size] | None:
    """The batch of a step's output, where the input and the states are matrices of one batch."""
    if not isinstance(x, TensorSpec) or x.shape is None or len(x.shape) != 2:
        return None
    found: Shape | None = x.shape[:1]
    for state in states:
        if state is None or len(state) != 2 or state[-1] != units or found is None:
            return None
        found = broadcast(found, state[:1])
    return None if found is None else (found[0],)

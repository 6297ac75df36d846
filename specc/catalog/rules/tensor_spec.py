"""What is known of a tensor without building anything: its shape and dtype, as far as they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Size: TypeAlias = int | None
"""A dimension's size; None where it isn't known, as that of the batch."""

Shape: TypeAlias = tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor's shape and dtype.

    Attributes:
        shape: The sizes; None where even the rank isn't known.
        dtype: The dtype's standard name; None where it isn't known.
    """

    shape: Shape | None
    dtype: str | None = "float32"

    def __str__(self) -> str:
        return "an unknown shape" if self.shape is None else show_shape(self.shape)


UNKNOWN = TensorSpec(None, None)
"""What no rule tells. It spreads, and is never an error."""

Specs: TypeAlias = object
"""A TensorSpec, or lists, tuples and dicts of them; constants among them stay what they are."""


def show_shape(shape: Shape) -> str:
    """A shape as YAML writes it: `[null, 28, 28, 1]`."""
    return f"[{', '.join('null' if size is None else str(size) for size in shape)}]"


def leaves(specs: Specs) -> Iterator[TensorSpec]:
    """The specs in a structure, in the order in which Keras flattens it (dicts by sorted key)."""
    if isinstance(specs, TensorSpec):
        yield specs
    elif isinstance(specs, list | tuple):
        for item in specs:
            yield from leaves(item)
    elif isinstance(specs, dict):
        for key in sorted(specs):
            yield from leaves(specs[key])

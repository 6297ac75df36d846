"""A variable that a layer will make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from specc.catalog.rules.tensor_spec import Shape


class SlotKind(StrEnum):
    """What a variable is for."""

    WEIGHT = "weight"
    STATISTIC = "statistic"
    TABLE = "table"
    GENERATOR = "generator"


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A variable: where it stands below its layer, and what it holds.

    Attributes:
        path: The attribute path below the layer, joined with dots: `cell.recurrent_kernel`.
        shape: Its shape; None where it depends on what isn't known.
        dtype: Its dtype.
        kind: What it is for.
        trainable: Whether the layer makes it trainable, before any freezing.
    """

    path: str
    shape: Shape | None
    dtype: str = "float32"
    kind: SlotKind = SlotKind.WEIGHT
    trainable: bool = True

    @property
    def size(self) -> int | None:
        """The number of its values; None where that isn't known."""
        if self.shape is None or None in self.shape:
            return None
        return math.prod(size for size in self.shape if size is not None)

    @property
    def is_variable(self) -> bool:
        """Whether it is one that a user knows: no random generator's state, and no table."""
        return self.kind in (SlotKind.WEIGHT, SlotKind.STATISTIC)

    def below(self, path: str) -> SlotSpec:
        """The same variable, seen from a layer further out."""
        return SlotSpec(f"{path}.{self.path}", self.shape, self.dtype, self.kind, self.trainable)


def generator(path: str = "seed_generator") -> SlotSpec:
    """The state of a random generator, in the dtype that TensorFlow draws with."""
    return SlotSpec(path, (2,), "int64", SlotKind.GENERATOR, trainable=False)

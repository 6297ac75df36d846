"""What is done to arrays of old layouts, beyond what mappings do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from specc.weights.mapping.operations import Form

if TYPE_CHECKING:
    import numpy as np


class Change(Protocol):
    """What is done to a layer's arrays; one of `mapping.operations`, or one of these."""

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """What comes out, without values."""
        ...

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What comes out."""
        ...


@dataclass(frozen=True, slots=True)
class Flipped:
    """The first axes, those of space, in the other direction."""

    axes: int

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """As they are."""
        return list(forms)

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Views."""
        import numpy as np

        return [np.flip(array, tuple(range(self.axes))) for array in arrays]


@dataclass(frozen=True, slots=True)
class HalvesAdded:
    """The sum of the two halves: CuDNN has a bias for the input, and one for the state."""

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """Half as long."""
        return [replace(form, shape=(form.shape[0] // 2,)) for form in forms]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Half as long."""
        return [array[: len(array) // 2] + array[len(array) // 2 :] for array in arrays]

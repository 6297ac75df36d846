"""What a model needs of weight files: its slots, with every name that a file may have for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a slot is to its model."""

    WEIGHT = "weight"
    STATE = "state"
    TABLE = "table"
    GENERATOR = "generator"
    OPTIMIZER = "optimizer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slot of a model.

    Attributes:
        key: The slot's key.
        shape: The shape; None where it isn't known.
        dtype: The dtype's name.
        kind: What it is for; state is what never trains, such as moving statistics; a table is a
            vocabulary, of any length.
        trainable: Whether it trains, freezing taken into account.
        layers: The Keras names of the layers that lead to it, through models inside.
        path: The attributes below the innermost of these that lead to what holds it.
        name: The last name of its key: `kernel`.
        index: Its place among its holder's variables, those first that the layer made trainable.
        named: Whether its key stays when a layer is inserted; those of unnamed layers don't.
    """

    key: str
    shape: tuple[int | None, ...] | None
    dtype: str
    kind: Kind = Kind.WEIGHT
    trainable: bool = True
    layers: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    name: str = ""
    index: int = 0
    named: bool = True

    @property
    def keras_path(self) -> str:
        """The path that Keras gives it, counters of the process aside."""
        return "/".join((*self.layers[-1:], *self.path, self.name))

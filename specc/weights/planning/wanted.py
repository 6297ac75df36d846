"""What a model needs of weight files: its slots, with every name that a file may have for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
        twice: Whether the layer around its own holds it too, before all that it has itself.
        owner: Of an optimizer's slots, the optimizer's class.
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
    twice: bool = False
    owner: str = ""

    @property
    def keras_path(self) -> str:
        """The path that Keras gives it, counters of the process aside."""
        return "/".join((*self.layers[-1:], *self.path, self.name))


def held_twice(slots: Iterable[Wanted]) -> list[Wanted]:
    """The slots, with what `SpectralNormalization` holds: the kernel that it norms comes first.

    Its `vector_u` comes after that, and files of Keras's have the kernel twice.
    """
    found = list(slots)
    norms = {(slot.layers, slot.path) for slot in found if slot.name == _VECTOR}
    if not norms:
        return found
    return [_held_twice(slot, norms) for slot in found]


_VECTOR = "vector_u"


def _held_twice(slot: Wanted, norms: set[tuple[tuple[str, ...], tuple[str, ...]]]) -> Wanted:
    if slot.name == _VECTOR:
        return replace(slot, index=slot.index + 1)
    inside = slot.path[-1:] == ("layer",) and (slot.layers, slot.path[:-1]) in norms
    return replace(slot, twice=True) if inside and slot.name in ("kernel", "embeddings") else slot


def shape_text(shape: Iterable[int | None] | None) -> str:
    """`[3, 3, 1, 16]`; an unknown size is `?`."""
    if shape is None:
        return "[?]"
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


def fits(wanted: Sequence[int | None] | None, shape: Sequence[int]) -> bool:
    """Whether a tensor has the shape that is wanted, so far as that is known."""
    if wanted is None:
        return True
    return len(wanted) == len(shape) and all(
        size in (None, given) for size, given in zip(wanted, shape, strict=True)
    )

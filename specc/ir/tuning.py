"""What a model says of its training beyond `training`: freezing, adapters, renamed weights."""

from __future__ import annotations

from dataclasses import dataclass

from specc.diagnostics import Span
from specc.globs import Glob


@dataclass(frozen=True, slots=True)
class Pattern:
    """A glob, and where it is written."""

    glob: Glob
    origin: Span


@dataclass(frozen=True, slots=True)
class LowRank:
    """An entry of `lora`: the layers of some keys are adapted.

    Attributes:
        rank: The rank of the update.
        alpha: Its scale is `alpha / rank`.
        targets: Which layers.
        origin: The entry.
    """

    rank: int
    alpha: float
    targets: tuple[Pattern, ...]
    origin: Span


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of `moved`: an old weight's key, and today's; without wildcards, their beginning."""

    source: Pattern
    target: Pattern


@dataclass(frozen=True, slots=True)
class Tuning:
    """`freeze`, `lora` and `moved` of a model."""

    freeze: tuple[Pattern, ...] = ()
    lora: tuple[LowRank, ...] = ()
    moved: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """A low-rank update beside a kernel.

    Attributes:
        path: The adapted layer's attribute path below its operation; empty for that itself.
        rank: The rank of the update.
        alpha: Its scale is `alpha / rank`.
    """

    path: str
    rank: int
    alpha: float

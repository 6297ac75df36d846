"""Layers that change values only while training: dropout, noise, penalties."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import kept, ranked
from specc.catalog.rules.registry import (
    Arguments,
    CallArguments,
    shapes_of,
    slots_of,
    stateless,
)
from specc.catalog.rules.slot_spec import SlotSpec, generator
from specc.catalog.rules.tensor_spec import Specs

RANKS = {f"SpatialDropout{rank}D": rank + 2 for rank in (1, 2, 3)}
"""The rank of the input that a class takes, where it takes one only."""

RANDOM = ("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", *RANKS)

stateless("ActivityRegularization")


@shapes_of(*RANDOM, "ActivityRegularization")
def regularization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The input's shape."""
    rank = RANKS.get(a.entry.name)
    if rank is not None:
        ranked(x, rank)
    return kept(x, a.policy.compute)


@slots_of(*RANDOM)
def random_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The state of the random generator, where there is anything to draw."""
    amount = a["stddev"] if a.entry.name == "GaussianNoise" else a["rate"]
    return [generator()] if amount > 0 else []

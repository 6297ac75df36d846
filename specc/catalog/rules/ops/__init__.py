"""The rules of `keras.ops` functions, a module a family; importing this registers them all."""

from specc.catalog.rules.ops import (
    chance,
    creation,
    elementwise,
    indexing,
    joining,
    linear,
    matrices,
    neural,
    reductions,
    shaping,
    signals,
)
from specc.catalog.rules.registry import OP_RULES

__all__ = [
    "OP_RULES",
    "chance",
    "creation",
    "elementwise",
    "indexing",
    "joining",
    "linear",
    "matrices",
    "neural",
    "reductions",
    "shaping",
    "signals",
]

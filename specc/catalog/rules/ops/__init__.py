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

__all__ = [
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

"""The rules of layers, a module a family; importing this registers them all."""

from specc.catalog.rules.layers import (
    activations,
    attention,
    cells,
    convolution,
    core,
    einsum_dense,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    reshaping,
    wrappers,
)

__all__ = [
    "activations",
    "attention",
    "cells",
    "convolution",
    "core",
    "einsum_dense",
    "merging",
    "normalization",
    "pooling",
    "recurrent",
    "regularization",
    "reshaping",
    "wrappers",
]

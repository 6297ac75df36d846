"""The rules of layers, a module a family; importing this registers them all."""

from specc.catalog.rules.layers import (
    activations,
    attention,
    augmentation,
    categories,
    cells,
    convolution,
    core,
    einsum_dense,
    merging,
    normalization,
    pooling,
    preprocessing,
    recurrent,
    regularization,
    reshaping,
    wrappers,
)

__all__ = [
    "activations",
    "attention",
    "augmentation",
    "categories",
    "cells",
    "convolution",
    "core",
    "einsum_dense",
    "merging",
    "normalization",
    "pooling",
    "preprocessing",
    "recurrent",
    "regularization",
    "reshaping",
    "wrappers",
]

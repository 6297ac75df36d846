"""The rules of layers, a module a family; importing this registers them all."""

from specc.catalog.rules.layers import (
    activations,
    attention,
    convolution,
    core,
    einsum_dense,
    merging,
    normalization,
    pooling,
    regularization,
    reshaping,
)

__all__ = [
    "activations",
    "attention",
    "convolution",
    "core",
    "einsum_dense",
    "merging",
    "normalization",
    "pooling",
    "regularization",
    "reshaping",
]

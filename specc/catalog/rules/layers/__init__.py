"""The rules of layers, a module a family; importing this registers them all."""

from specc.catalog.rules.layers import (
    attention,
    convolution,
    core,
    merging,
    normalization,
    pooling,
    reshaping,
)

__all__ = ["attention", "convolution", "core", "merging", "normalization", "pooling", "reshaping"]

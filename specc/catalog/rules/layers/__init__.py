"""The rules of layers, a module a family; importing this registers them all."""

from specc.catalog.rules.layers import convolution, core

__all__ = ["convolution", "core"]

"""Weights that Keras 1, Theano and CuDNN laid out otherwise, seen as Keras 3 has them."""

from specc.weights.old_layouts.view import as_today

__all__ = ["as_today"]

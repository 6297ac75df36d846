"""The state of Keras 1 and 2's optimizers, seen as that of today's."""

from specc.weights.old_training.view import with_state

__all__ = ["with_state"]

"""The kinds of Keras objects that a spec can name."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """A kind of Keras object; its value is how messages speak of it."""

    LAYER = "layer"
    INITIALIZER = "initializer"
    REGULARIZER = "regularizer"
    CONSTRAINT = "constraint"
    ACTIVATION = "activation"
    DTYPE = "dtype policy"
    QUANTIZER = "quantizer"
    LOSS = "loss"
    METRIC = "metric"
    OPTIMIZER = "optimizer"
    SCHEDULE = "learning-rate schedule"

    @property
    def phrase(self) -> str:
        """The kind with its article: `an optimizer`."""
        return f"an {self}" if self[0] in "aeiou" else f"a {self}"


class Resolved:
    """Base of what the compiler puts where an object stands, once it knows it is one.

    A nested spec, a definition, a layer made elsewhere: the catalog accepts it for every kind
    of object and does not look inside.
    """

    __slots__ = ()

    @property
    def state_sizes(self) -> list[int] | None:
        """The sizes of the states that an RNN cell keeps; None if it is none, or isn't known."""
        return None

    def infer(self, inputs: Any) -> Any:
        """What it gives when it is called on inputs: an `Inference` of `catalog.rules`.

        Args:
            inputs: The specs of the first argument.
        """
        raise NotImplementedError

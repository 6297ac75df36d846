"""A scope with a value of every kind, for the evaluator's tables."""

from specc.expressions import Opaque


class Node(Opaque):
    def __init__(self, shape=(None, 28, 3)):
        self._shape = shape

    def expression_attribute(self, name):
        if name == "shape":
            return self._shape
        if name == "kernel":
            raise AttributeError("the weight `kernel` is not made yet")
        raise AttributeError


class UnknownSize(Opaque):
    expression_kind = "an unknown size"
    expression_help = "make it a param"


X, Y = Node(), Node()
SCOPE = {
    "width": 32,
    "rate": 0.5,
    "depths": [3, 4, 6, 3],
    "pair": (1, 2),
    "name": "res",
    "options": {"dropout": 0.1, "heads": 8},
    "flag": True,
    "nothing": None,
    "x": X,
    "skips": [X, Y],
    "dynamic": Node((UnknownSize(), 8)),
}

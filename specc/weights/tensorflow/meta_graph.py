"""Collections of a TensorFlow 1 graph: which of its variables were trainable.

A Saver writes the graph beside the checkpoint (`name.meta`); a SavedModel has it inside. It may be
large and may hold any operation; only the collections are read. tensorflow/core/protobuf/
meta_graph.proto and variable.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specc.weights.files import WeightFile
from specc.weights.tensorflow.protobuf import Budget, Message
from specc.weights.tensorflow.protobuf_file import fields_of, whole

MAX_COLLECTION_BYTES: Final = 32 * 2**20
"""Size of a collection. A variable takes some 300 bytes in it."""

_COLLECTIONS: Final = 4  # of MetaGraphDef
_TRAINABLE: Final = "trainable_variables"


def trainable_variables(meta_graph: WeightFile) -> frozenset[str] | None:
    """The names of the trainable variables, as checkpoints have them; None if it doesn't say.

    Raises:
        Malformed: if the file is no MetaGraphDef.
        TooLarge: if a collection is beyond `MAX_COLLECTION_BYTES`.
    """
    budget = Budget()
    for window in fields_of(meta_graph, _COLLECTIONS):
        entry = budget.message(whole(window, MAX_COLLECTION_BYTES, "a collection"))
        if entry.text(1) == _TRAINABLE:
            return frozenset(_names(budget.message(entry.data(2)), budget))
    return None


def _names(collection: Message, budget: Budget) -> Iterator[str]:
    """Of a list of VariableDefs, or of names as the first versions had it."""
    for value in budget.message(collection.data(2)).each(1):
        yield _name(budget.message(value))
    for name in budget.message(collection.data(1)).texts(1):
        yield _tensor(name)


def _name(variable: Message) -> str:
    """The name in a checkpoint: of a part of a partitioned variable, the whole's."""
    return variable.message(4).text(1) or _tensor(variable.text(1))


def _tensor(name: str) -> str:
    """An operation's name, from that of its output: `w:0`."""
    return name.partition(":")[0]

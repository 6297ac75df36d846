"""The layers that Keras 2 describes in a SavedModel: `keras_metadata.pb`, or its older place.

TensorFlow 2.0 to 2.4 have the same JSON in `saved_model.pb`, with each object. Only the layers are
read; the graph is never run. keras/src/protobuf/saved_metadata.proto of Keras 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from specc.weights.files import open_file
from specc.weights.headers import parse_json
from specc.weights.malformed import Decoding
from specc.weights.shards import check_beside
from specc.weights.tensorflow.checkpoint_dir import SAVED_MODEL
from specc.weights.tensorflow.protobuf import Budget, Buffer, Message
from specc.weights.tensorflow.protobuf_file import fields_of, whole
from specc.weights.tensorflow.saved_model import KERAS_METADATA, MAX_OBJECTS_BYTES

_META_GRAPHS: Final = 2  # of SavedModel
_OBJECT_GRAPH: Final = 7  # of MetaGraphDef
_IDENTIFIER: Final = "_tf_keras_"
_OTHERS: Final = ("_tf_keras_metric",)

Children = dict[str, int]


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """A layer, or the model itself.

    Attributes:
        path: The attributes that lead to it from the model, with dots; empty of the model.
        metadata: What Keras wrote of it: `class_name`, `config` and more.
    """

    path: str
    metadata: dict[str, Any]


def saved_layers(folder: Path) -> list[SavedLayer]:
    """The model and its layers; none, if Keras described none.

    Raises:
        SpeccError: S001 to S003 if a file can't be read, S903 if it contradicts itself, S904 if a
            link leads out of the folder, S906 beyond a limit.
    """
    if (folder / KERAS_METADATA).exists():
        return list(_described(folder))
    return list(_in_the_graph(folder))


def _described(folder: Path) -> Iterator[SavedLayer]:
    place = folder / KERAS_METADATA
    check_beside(place, folder / SAVED_MODEL)
    with closing(open_file(place)) as file, Decoding(place):
        budget = Budget()
        for data in budget.message(whole(file, MAX_OBJECTS_BYTES, "it")).each(1):
            node = budget.message(data)
            path = node.text(3).removeprefix("root").removeprefix(".")
            yield from _layer(path, node.text(4), node.data(5), place)


def _in_the_graph(folder: Path) -> Iterator[SavedLayer]:
    place = folder / SAVED_MODEL
    with closing(open_file(place)) as file, Decoding(place):
        for meta_graph in fields_of(file, _META_GRAPHS):
            for graph in fields_of(meta_graph, _OBJECT_GRAPH):
                budget = Budget()
                data = whole(graph, MAX_OBJECTS_BYTES, "the graph of its objects")
                nodes = [budget.message(each) for each in budget.message(data).each(1)]
                for number, path in _paths(nodes).items():
                    user = nodes[number].message(4)
                    yield from _layer(path, user.text(1), user.data(3), place)
            return


def _paths(nodes: list[Message]) -> dict[int, str]:
    """By which attributes each object is reached first, from the model on."""
    found = {0: ""} if nodes else {}
    reached = list(found)
    for number in reached:
        for child in nodes[number].messages(1):
            target, name = child.signed(1), child.text(2)
            if target not in found and 0 <= target < len(nodes) and name != "keras_api":
                found[target] = f"{found[number]}.{name}" if found[number] else name
                reached.append(target)
    return found


def _layer(path: str, identifier: str, metadata: Buffer, place: Path) -> Iterator[SavedLayer]:
    if identifier.startswith(_IDENTIFIER) and identifier not in _OTHERS and metadata:
        yield SavedLayer(path, parse_json(bytes(metadata), place, "the description of a layer"))

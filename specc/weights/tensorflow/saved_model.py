"""What a SavedModel says of its variables, read as data; its graph is never run.

`saved_model.pb` holds the objects as they were saved, with each variable's `trainable`; Keras 2
describes its layers there or in `keras_metadata.pb`, as JSON. tensorflow/core/protobuf/
saved_object_graph.proto, keras/src/protobuf/saved_metadata.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from specc.weights.files import WeightFile, open_file
from specc.weights.headers import parse_json
from specc.weights.malformed import Decoding
from specc.weights.shards import check_beside
from specc.weights.tensorflow.checkpoint_dir import SAVED_MODEL
from specc.weights.tensorflow.meta_graph import trainable_variables
from specc.weights.tensorflow.object_graph import ROOT
from specc.weights.tensorflow.protobuf import Budget, Buffer, Message
from specc.weights.tensorflow.protobuf_file import fields_of, whole
from specc.weights.tensorflow.tf2_names import Named

MAX_OBJECTS_BYTES: Final = 64 * 2**20
"""Size of the objects' graph and of the layers' metadata: configs of layers, 2 KB each."""

KERAS_METADATA: Final = "keras_metadata.pb"

_META_GRAPHS: Final = 2  # of SavedModel
_OBJECT_GRAPH: Final = 7  # of MetaGraphDef
_NODES: Final = 1
_LAYER_IDENTIFIERS: Final = "_tf_keras_"  # of layers, models, networks, rnn layers


@dataclass(frozen=True, slots=True)
class SavedObject:
    """An object of a SavedModel.

    Attributes:
        children: The numbers of its attributes that are objects.
        trainable: Of a variable, whether it was; None of all else.
        layer: Of a Keras layer, its name.
    """

    children: dict[str, int]
    trainable: bool | None
    layer: str


@dataclass(frozen=True, slots=True)
class SavedModel:
    """The objects of a SavedModel, and of TensorFlow 1's the trainable variables' names."""

    objects: list[SavedObject] = field(default_factory=list)
    trainable: frozenset[str] | None = None

    def completed(self, named: Named) -> Named:
        """A variable's names with its layer's, and whether it was trainable, if that is here."""
        objects = list(self._along(named.path))
        if len(objects) <= len(named.path):
            return named  # not all of the way is known
        layers = "/".join(found.layer for found in objects[1:] if found.layer)
        names = named.names | ({"layer_name": layers} if layers else {})
        trainable = objects[-1].trainable
        known = named.trainable if trainable is None else trainable
        return replace(named, names=names, trainable=known)

    def _along(self, path: tuple[str, ...]) -> Iterator[SavedObject]:
        """The objects that a path leads through, from the root on, as far as it is known."""
        number: int | None = ROOT
        for name in (*path, ""):
            if number is None or not 0 <= number < len(self.objects):
                return
            found = self.objects[number]
            yield found
            number = found.children.get(name)


def read_saved_model(folder: Path) -> SavedModel:
    """Reads what is of use for names.

    Raises:
        SpeccError: S001 to S003 if a file is missing or cannot be read, S903 if it contradicts
            itself, S904 if a link leads out of the folder, S906 beyond a limit.
    """
    place = folder / SAVED_MODEL
    with closing(open_file(place)) as file, Decoding(place):
        for meta_graph in fields_of(file, _META_GRAPHS):
            layers = _layers(folder)
            objects = [
                _object(message, layers.get(number, ""), place)
                for graph in fields_of(meta_graph, _OBJECT_GRAPH)
                for number, message in enumerate(_nodes(graph))
            ]
            return SavedModel(objects, trainable_variables(meta_graph))
    return SavedModel()


def _nodes(graph: WeightFile) -> Iterator[Message]:
    budget = Budget()
    data = whole(graph, MAX_OBJECTS_BYTES, "the graph of its objects")
    yield from map(budget.message, budget.message(data).each(_NODES))


def _object(message: Message, layer: str, place: Path) -> SavedObject:
    """Decodes a SavedObject; its layer's name is there in the files of TensorFlow 2.0 to 2.4."""
    user = message.message(4)
    return SavedObject(
        {child.text(2): child.signed(1) for child in message.messages(1)},
        bool(message.message(7).unsigned(3)) if message.has(7) else None,
        layer or _layer_name(user.text(1), user.data(3), place),
    )


def _layers(folder: Path) -> dict[int, str]:
    """The names of Keras's layers by the numbers of their objects."""
    place = folder / KERAS_METADATA
    if not place.exists():
        return {}
    check_beside(place, folder / SAVED_MODEL)
    with closing(open_file(place)) as file, Decoding(place):
        budget = Budget()
        nodes = budget.message(whole(file, MAX_OBJECTS_BYTES, "it")).each(_NODES)
        return {
            node.signed(2): _layer_name(node.text(4), node.data(5), place)
            for node in map(budget.message, nodes)
        }


def _layer_name(identifier: str, metadata: Buffer, place: Path) -> str:
    if not identifier.startswith(_LAYER_IDENTIFIERS) or not metadata:
        return ""
    name = parse_json(bytes(metadata), place, "the description of a layer").get("name")
    return name if isinstance(name, str) else ""

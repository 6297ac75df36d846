"""TensorFlow's checkpoints of every form as sources; no TensorFlow is imported."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.memory import no_collection
from specc.weights.dtypes import STRING
from specc.weights.extents import BaseSource
from specc.weights.files import open_file
from specc.weights.malformed import Decoding, Malformed, TooLarge
from specc.weights.problems import refused
from specc.weights.shards import check_beside
from specc.weights.source import Role, TensorInfo
from specc.weights.tensorflow.bundle import Bundle
from specc.weights.tensorflow.bundle_entry import BundleEntry
from specc.weights.tensorflow.checkpoint_dir import Checkpoint, find_checkpoint
from specc.weights.tensorflow.meta_graph import trainable_variables
from specc.weights.tensorflow.object_graph import GRAPH_KEY, MAX_GRAPH_BYTES, ObjectGraph
from specc.weights.tensorflow.saved_model import SavedModel, read_saved_model
from specc.weights.tensorflow.tf1_names import role_of
from specc.weights.tensorflow.tf1_table import SavedSlices
from specc.weights.tensorflow.tf2_names import GraphNames, Named

if TYPE_CHECKING:
    import numpy as np

    from specc.source.reader import AnyPath

_GRAPH_DTYPES: Final = {STRING, "uint8"}  # one real file has it as numbers


def open_tensorflow(path: AnyPath, *, verify: bool = False) -> TensorFlowSource:
    """Opens a checkpoint by its prefix, its folder or one of its files, or a SavedModel's folder.

    Args:
        path: Any of those.
        verify: Compare each tensor that is read with the checksum that TensorFlow wrote.

    Raises:
        SpeccError: S001 to S003 if a file is missing or cannot be read, S903 if one contradicts
            itself, S904 if what it names lies elsewhere, S906 beyond a limit, S950 if there is no
            checkpoint, S951 if a data file is missing.
    """
    place = Path(path)
    found = find_checkpoint(place)
    if found:
        return TensorFlowSource(place, found, verify=verify)
    if not place.is_dir():
        open_file(place).close()  # if that is what is wrong, it says that there is no such file
    kind = "folder" if place.is_dir() else "file"
    raise refused("S950", place, f"this {kind} is no TensorFlow checkpoint")


class TensorFlowSource(BaseSource):
    """An open checkpoint.

    Its `format` is `saved-model`, `tf2-checkpoint`, or, of one that has no object tree but only
    names, `tf1-checkpoint`.

    Its `metadata` has `prefix`, the path that the checkpoint's files begin with, and `trainable`,
    the sorted keys of the variables that were, where the files say so.
    """

    def __init__(self, path: Path, files: Checkpoint, *, verify: bool = False) -> None:
        """Opens what `find_checkpoint` found."""
        super().__init__(path)
        self._data: Bundle | SavedSlices
        if files.tables:
            self._data = SavedSlices(files.tables)
        else:
            with no_collection():
                self._data = Bundle(files.prefix, verify=verify)
        try:
            with no_collection():
                self._list(files)
        except BaseException:
            self.close()
            raise

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor; see `Source`.

        Raises:
            KeyError: if there is none of that key.
            SpeccError: S903 if its bytes contradict themselves, S905 if it is no array, S952 if it
                doesn't match its checksum.
        """
        if isinstance(self._data, Bundle):
            return self._data.read(key, mmap=mmap)
        return self._data.read(key)

    def close(self) -> None:
        """Closes the files."""
        self._data.close()

    def _list(self, files: Checkpoint) -> None:
        saved = read_saved_model(files.saved_model) if files.saved_model else SavedModel()
        graph = self._object_graph()
        named = self._by_graph(graph, saved) if graph else self._by_name(files, saved)
        plain = "tf2-checkpoint" if graph else "tf1-checkpoint"
        self.format = "saved-model" if files.saved_model else plain
        for key, entry in self._data.entries.items():
            what = named.get(key, Named("variable", {}))
            role: Role = "other" if key == GRAPH_KEY else what.role
            self._tensors[key] = TensorInfo(key, entry.shape, entry.dtype, what.names, role)
        self._metadata["prefix"] = str(files.prefix)
        known = [key for key in self._tensors if key in named]
        if any(named[key].trainable is not None for key in known):
            self._metadata["trainable"] = sorted(key for key in known if named[key].trainable)

    def _object_graph(self) -> ObjectGraph | None:
        """The object tree of a TensorFlow 2 checkpoint; None of one that has only names."""
        entry = self._data.entries.get(GRAPH_KEY)
        if not isinstance(self._data, Bundle) or entry is None or entry.dtype not in _GRAPH_DTYPES:
            return None
        with Decoding(self._data.index, GRAPH_KEY):
            if isinstance(entry, BundleEntry) and entry.size > 2 * MAX_GRAPH_BYTES:
                raise TooLarge(f"its object graph has {entry.size:,} bytes")
            stored = self._data.read(GRAPH_KEY)
            if entry.dtype == STRING and stored.size != 1:
                raise Malformed("its object graph is not one text")
            return ObjectGraph.decode(stored.item() if entry.dtype == STRING else stored.tobytes())

    def _by_graph(self, graph: ObjectGraph, saved: SavedModel) -> dict[str, Named]:
        with Decoding(self.path):
            named = GraphNames(graph).by_key()
        return {key: saved.completed(what) for key, what in named.items()}

    def _by_name(self, files: Checkpoint, saved: SavedModel) -> dict[str, Named]:
        trainable = saved.trainable or _trainable_by_meta(files.prefix)
        keys = self._data.entries
        return {
            key: Named(
                role_of(key, keys, trainable),
                {"full_name": key},
                (),
                None if trainable is None else key in trainable,
            )
            for key in keys
        }


def _trainable_by_meta(prefix: Path) -> frozenset[str] | None:
    """What the graph says that TensorFlow 1 wrote beside the checkpoint."""
    meta = prefix.with_name(prefix.name + ".meta")
    if not meta.exists():
        return None
    check_beside(meta, prefix)
    with closing(open_file(meta)) as file, Decoding(meta):
        return trainable_variables(file)

"""Several files that are one: an index that says which tensors are in which.

Of safetensors (`*.safetensors.index.json`, as the Hugging Face libraries write it) the map goes
from tensors to files; of Keras's sharded HDF5 (`*.weights.json`) from groups of variables to files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from specc.source.reader import display_name
from specc.weights.extents import BaseSource
from specc.weights.files import open_file
from specc.weights.headers import parse_json
from specc.weights.limits import MAX_HEADER_BYTES, MAX_SHARDS, MAX_TENSORS
from specc.weights.metadata import NAME, parse_document
from specc.weights.problems import refused, shown

if TYPE_CHECKING:
    import numpy as np

    from specc.source.reader import AnyPath
    from specc.weights.source import Source


def read_index(path: AnyPath) -> dict[str, object]:
    """The JSON object in a file of bounded size.

    Raises:
        SpeccError: S001 to S003 if it cannot be opened, S903 or S906 if it is none.
    """
    file = open_file(path)
    try:
        if file.size > MAX_HEADER_BYTES:
            raise refused("S906", path, f"an index of {file.size:,} bytes is not read")
        return parse_json(file.read(0, file.size), Path(path), "the index")
    finally:
        file.close()


class ShardedSource(BaseSource):
    """An index and the open files that it names."""

    format = "safetensors-sharded"

    def __init__(
        self, path: AnyPath, index: Mapping[str, object], open_shard: Callable[[Path], Source]
    ) -> None:
        """Opens all the files and checks that they hold what the index says.

        Args:
            path: The index.
            index: What is in it.
            open_shard: Opens one of the files.

        Raises:
            SpeccError: S903 if the index is damaged, S909 if the files are not those that it
                means, and whatever opening one of them raises.
        """
        super().__init__(Path(path))
        self._shards: dict[str, Source] = {}
        self._shard_of: dict[str, Source] = {}
        places = self._places(index)
        try:
            for name in dict.fromkeys(name for names in places.values() for name in names):
                self._add(name, self._open(open_shard, name))
            self._check(places)
            self._name()
            self._describe(index)
        except BaseException:
            self.close()
            raise

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        return self._shard_of[key].read(key, mmap=mmap)

    def close(self) -> None:
        """Lets go of all the files."""
        for shard in self._shards.values():
            shard.close()

    def _open(self, open_shard: Callable[[Path], Source], name: str) -> Source:
        place = self.path.with_name(name)
        if not place.exists():
            what = f"it belongs to `{display_name(self.path)}` and is missing"
            raise refused("S951", place, what, help="copy the data files along with the index")
        return open_shard(place)

    def _places(self, index: Mapping[str, object]) -> dict[str, list[str]]:
        """The names of files for each name in the index."""
        entries = index.get("weight_map")
        if not isinstance(entries, dict):
            raise refused("S903", self.path, "the index has no `weight_map`")
        places = {key: at if isinstance(at, list) else [at] for key, at in entries.items()}
        files = {json.dumps(name): name for names in places.values() for name in names}
        if len(files) > MAX_SHARDS:
            raise refused("S906", self.path, f"it names {len(files):,} files, more than are read")
        for name in files.values():
            if not _is_plain(name):
                what = f"it names `{shown(str(name))}`, which is no file beside it"
                raise refused("S904", self.path, what)
        return places

    def _add(self, name: str, shard: Source) -> None:
        self._shards[name] = shard
        self.format = f"{shard.format}-sharded"
        for key, info in shard.tensors().items():
            if key in self._tensors:
                raise refused("S909", self.path, f"a second one is in `{name}`", key=key)
            self._tensors[key] = info
            self._shard_of[key] = shard
        if len(self._tensors) > MAX_TENSORS:
            raise refused("S906", self.path, f"it has more than {MAX_TENSORS:,} tensors")

    def _check(self, places: Mapping[str, list[str]]) -> None:
        """Whether each tensor is where the index says, and nothing that it says is missing."""
        groups = not self.format.startswith("safetensors")
        found = {}
        for key, shard in self._shard_of.items():
            place = f"/{key.rpartition('/')[0]}" if groups else key
            name = shard.path.name
            found[place] = name
            if name not in places.get(place, ()):
                raise refused("S909", self.path, f"it is in `{name}`, not by the index", key=key)
        for place in sorted(places.keys() - found.keys()):
            raise refused("S909", self.path, f"it is not in `{places[place][0]}`", key=place)

    def _name(self) -> None:
        """Keras writes an object's name into the file where its first variable is, only."""
        from specc.weights.keras.keras3_source import Keras3Source, described

        shards = [shard for shard in self._shards.values() if isinstance(shard, Keras3Source)]
        if shards:
            names = {place: name for s in shards for place, name in s.object_names().items()}
            self._tensors = described(self._tensors, names)

    def _describe(self, index: Mapping[str, object]) -> None:
        """The metadata: the index's own, and the digests of the files, which must be the same."""
        texts = index.get("metadata", {})
        self._metadata |= texts if isinstance(texts, dict) else {}
        digests: dict[str, object] = {}
        for shard in self._shards.values():
            recorded = shard.metadata().get("digests")
            digests |= recorded if isinstance(recorded, dict) else {}
        if NAME in self._metadata:
            text = self._metadata[NAME]
            content, described = parse_document(text if isinstance(text, str) else "", self.path)
            self._metadata[NAME] = content
            for key, entry in described.items():
                if entry.digest != digests.get(key):
                    what = "its digest in the index is another than in the file"
                    raise refused("S909", self.path, what, key=key, help="save the set again")
        self._metadata["digests"] = digests


def _is_plain(name: object) -> bool:
    """Whether it is a file's name without any path."""
    if not isinstance(name, str) or not name or len(name.encode("utf-8", "replace")) > 255:
        return False
    return name not in (".", "..") and not any(char in name for char in "/\\:\0")

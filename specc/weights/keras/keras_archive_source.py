"""Keras 3's `.keras`: a zip of config, weights and assets, or a folder of the same.

The weights are an HDF5 file in the archive, stored as it is, and read where it lies. Vocabularies
of lookup layers are text files below `assets`; they are listed as tables of strings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.weights.extents import BaseSource
from specc.weights.files import WeightFile, open_file
from specc.weights.hdf5_source import open_hdf5
from specc.weights.headers import parse_json
from specc.weights.keras.config_names import names_by_config
from specc.weights.keras.keras3_source import (
    INNER_LOOKUP,
    Keras3Source,
    described,
    layer_names,
)
from specc.weights.limits import MAX_ASSET_BYTES, MAX_ZIP_MEMBERS
from specc.weights.metadata import DIGEST
from specc.weights.problems import refused, shown
from specc.weights.sharded_source import ShardedSource, read_index
from specc.weights.source import TensorInfo
from specc.weights.zip_archive import ZipArchive

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.weights.h5"
SHARDS: Final = "model.weights.json"
RECORD: Final = "specc.weights.json"
"""What specc writes about the weights; `docs/weights.md` describes it."""

_METADATA: Final = "metadata.json"
_ASSETS: Final = "assets/"
_TEXT: Final = ".txt"


class KerasArchiveSource(BaseSource):
    """An open `.keras`."""

    format = "keras"

    def __init__(
        self,
        path: Path,
        weights: Source,
        names: Iterable[str],
        read: Callable[[str], bytes],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Takes over open weights.

        Args:
            path: The archive.
            weights: What is in its weight file.
            names: Everything in the archive.
            read: Gives the content of a small one.
            close: Lets go of the archive.

        Raises:
            SpeccError: S903 or S906 if metadata or vocabularies cannot be read.
        """
        super().__init__(path)
        self._weights = weights
        self._close = close
        self._tables: dict[str, list[bytes]] = {}
        self._tensors |= weights.tensors()
        names = sorted(names)
        self._names = weights.object_names() if isinstance(weights, Keras3Source) else {}
        named = self._names or any("layer_name" in i.names for i in self._tensors.values())
        if CONFIG in names and not named:
            self._names = names_by_config(parse_json(read(CONFIG), path, f"`{CONFIG}`"))
            self._tensors = described(self._tensors, self._names)
        for name in names:
            if name.startswith(_ASSETS) and name.endswith(_TEXT):
                self._add_table(name, read(name))
        if _METADATA in names:
            self._metadata |= parse_json(read(_METADATA), path, f"`{_METADATA}`")
        if RECORD in names:
            self._metadata["digests"] = _digests(parse_json(read(RECORD), path, f"`{RECORD}`"))
        if CONFIG in names and str(self._metadata.get("keras_version")).startswith("2."):
            self._tell_training(parse_json(read(CONFIG), path, f"`{CONFIG}`"))

    def _tell_training(self, config: dict[str, object]) -> None:
        """What Keras 2 left in the config of its optimizer, and of the order of its state."""
        compiled = config.get("compile_config")
        self._metadata["optimizer"] = (
            compiled.get("optimizer") if isinstance(compiled, dict) else None
        )
        self._metadata["layer_paths"] = list(names_by_config(config))

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        if key not in self._tables:
            return self._weights.read(key, mmap=mmap)
        import numpy as np

        table = np.empty(len(self._tables[key]), object)
        table[:] = self._tables[key]
        return table

    def close(self) -> None:
        """Lets go of the archive."""
        self._weights.close()
        self._close()

    def _add_table(self, name: str, text: bytes) -> None:
        words = text.split(b"\n") if text else []
        folder, _, file = name.removeprefix(_ASSETS).rpartition("/")
        names = {
            "object_path": folder.removesuffix(INNER_LOOKUP),
            "index": file.removesuffix(_TEXT),
        }
        names |= layer_names(names["object_path"], self._names)
        self._tables[name] = words
        self._tensors[name] = TensorInfo(name, (len(words),), "string", names, "table")


def _digests(record: Mapping[str, object]) -> dict[str, str]:
    """The digests of tensors, so far as a record of this version says them."""
    variables = record.get("variables") if record.get("version") == 1 else None
    found: dict[str, str] = {}
    for entry in variables.values() if isinstance(variables, dict) else ():
        digest = entry.get(DIGEST) if isinstance(entry, dict) else None
        keys = entry.get("tensors") if isinstance(digest, str) else None
        for key in keys if isinstance(keys, list) else ():
            found[str(key)] = str(digest)
    return found


def open_archive(path: Path, file: WeightFile, archive: ZipArchive) -> KerasArchiveSource:
    """A zipped `.keras`, whose file is closed with it.

    Raises:
        SpeccError: S901 if it has no weights, S902 to S906 or S910 if it cannot be read.
    """
    if WEIGHTS not in archive.members:
        raise _no_weights(path, archive.members)
    weights = open_hdf5(path, archive.open(WEIGHTS))
    return KerasArchiveSource(
        path,
        weights,
        archive.members,
        lambda name: archive.read(name, MAX_ASSET_BYTES),
        file.close,
    )


def is_keras_folder(path: Path) -> bool:
    """Whether a folder has what Keras writes into one."""
    return (path / CONFIG).is_file() or any((path / name).is_file() for name in (WEIGHTS, SHARDS))


def open_folder(path: Path) -> KerasArchiveSource:
    """An unzipped `.keras`, its weights whole or in parts.

    Raises:
        SpeccError: S901 if it has no weights, others if they cannot be read.
    """
    if (path / WEIGHTS).is_file():
        weights: Source = _open_weights(path / WEIGHTS)
    elif (path / SHARDS).is_file():
        weights = ShardedSource(path / SHARDS, read_index(path / SHARDS), _open_weights)
    else:
        raise _no_weights(path, sorted(entry.name for entry in path.iterdir()))
    try:
        names = list(islice(_files(path), MAX_ZIP_MEMBERS))
        return KerasArchiveSource(path, weights, names, lambda name: _content(path / name))
    except BaseException:
        weights.close()
        raise


def _open_weights(path: Path) -> Source:
    return open_hdf5(path, open_file(path))


def _files(folder: Path) -> Iterator[str]:
    """Regular files below a folder by their paths in it; links are not followed."""
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place, name)
            if not file.is_symlink():
                yield file.relative_to(folder).as_posix()


def _content(path: Path) -> bytes:
    file = open_file(path)
    try:
        if file.size > MAX_ASSET_BYTES:
            raise refused("S906", path, f"it has {file.size:,} bytes, more than are read")
        return file.read(0, file.size)
    finally:
        file.close()


def _no_weights(path: Path, names: Iterable[str]) -> Exception:
    some = ", ".join(f"`{shown(name)}`" for name in islice(names, 5)) or "nothing"
    what = f"it is no weight file: it has {some}, and no `{WEIGHTS}`"
    return refused("S901", path, what)

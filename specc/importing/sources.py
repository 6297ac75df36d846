"""Where a config is in files: `.keras`, zipped or not, `.h5`, JSON. Nothing in them is run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from specc.importing.problems import Problems
from specc.importing.saved_models import saved_config
from specc.source.reader import AnyPath, display_name
from specc.weights.files import WeightFile, open_file
from specc.weights.hdf5 import read_tree
from specc.weights.headers import parse_json
from specc.weights.opening import HDF5
from specc.weights.tensorflow.checkpoint_dir import SAVED_MODEL
from specc.weights.tensorflow.saved_model import KERAS_METADATA
from specc.weights.zip_archive import ZipArchive

CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
SPEC: Final = "specc.yaml"
MAX_CONFIG: Final = 32 * 2**20
"""Bytes of a config: a hundred times that of a model of 1,000 layers."""

MAX_SPEC: Final = 8 * 2**20
"""Bytes of a spec that travels in an archive."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file tells of its model: its config, or the spec that it was compiled from."""

    config: dict[str, Any]
    text: str = ""


def read_source(path: AnyPath, problems: Problems) -> Found:
    """The config in a file or folder.

    Raises:
        SpeccError: S520 if there is none, others if the file is damaged or can't be read.
    """
    place = Path(path)
    if place.name == SAVED_MODEL and place.is_file():
        place = place.parent
    if place.is_dir():
        return _folder(place, problems)
    file = open_file(place)
    try:
        head = file.read(0, min(file.size, 64))
        if head.startswith(HDF5):
            return _hdf5(place, file, problems)
        if head.startswith((b"PK\3\4", b"PK\5\6")):
            return _archive(place, ZipArchive(file), problems)
        if head.lstrip()[:1] in (b"{", b'"'):
            return Found(_config(place, _whole(file, problems)))
    finally:
        file.close()
    problems.fail("S520", "it is no file that tells of a Keras model")


def _folder(path: Path, problems: Problems) -> Found:
    if (path / CONFIG).is_file():
        text = _member(path / SPEC, MAX_SPEC, problems) if (path / SPEC).is_file() else b""
        config = _config(path, _member(path / CONFIG, MAX_CONFIG, problems))
        if (path / METADATA).is_file():
            config = _with_version(path, config, _member(path / METADATA, MAX_CONFIG, problems))
        return Found(config, text.decode("utf-8", "replace"))
    if (path / SAVED_MODEL).is_file() or (path / KERAS_METADATA).is_file():
        return Found(saved_config(path, problems))
    problems.fail("S520", f"the folder has no `{CONFIG}`, and no `{SAVED_MODEL}`")


def _member(path: Path, limit: int, problems: Problems) -> bytes:
    file = open_file(path)
    try:
        return _whole(file, problems, limit)
    finally:
        file.close()


def _whole(file: WeightFile, problems: Problems, limit: int = MAX_CONFIG) -> bytes:
    if file.size > limit:
        problems.fail("S520", f"it has {file.size:,} bytes, more than any config")
    return file.read(0, file.size)


def _archive(path: Path, archive: ZipArchive, problems: Problems) -> Found:
    if CONFIG not in archive.members:
        problems.fail("S520", f"the archive has no `{CONFIG}`")
    text = archive.read(SPEC, MAX_SPEC) if SPEC in archive.members else b""
    config = _config(path, archive.read(CONFIG, MAX_CONFIG))
    if METADATA in archive.members:
        config = _with_version(path, config, archive.read(METADATA, MAX_CONFIG))
    return Found(config, text.decode("utf-8", "replace"))


def _hdf5(path: Path, file: WeightFile, problems: Problems) -> Found:
    root = read_tree(file).get("")
    attributes = root.attributes if root is not None else {}
    config = attributes.get("model_config")
    if not isinstance(config, bytes):
        help_ = "import the `.json` that was saved beside it, and bind these weights"
        problems.fail("S520", "it holds weights, and no config of a model", help_)
    found = _config(path, config)
    training = attributes.get("training_config")
    if isinstance(training, bytes):
        found = {**found, "training_config": parse_json(training, path, "`training_config`")}
    version = attributes.get("keras_version")
    if isinstance(version, bytes):
        found.setdefault("keras_version", version.decode("utf-8", "replace"))
    return Found(found)


def _with_version(path: Path, config: dict[str, Any], metadata: bytes) -> dict[str, Any]:
    version = parse_json(metadata, path, f"`{METADATA}`").get("keras_version")
    return {**config, "keras_version": version} if isinstance(version, str) else config


def _config(path: Path, data: bytes) -> dict[str, Any]:
    """A config of JSON; of JSON in JSON, too, as it gets by `json.dump(model.to_json())`."""
    text = data.strip()
    if text.startswith(b'"'):
        inner = parse_json(b'{"inner":' + text + b"}", path, "the config")["inner"]
        text = str(inner).encode("utf-8")
    return parse_json(text, path, "the config", constants=True)


def source_name(path: AnyPath) -> str:
    """What a file is called in messages."""
    return display_name(path)

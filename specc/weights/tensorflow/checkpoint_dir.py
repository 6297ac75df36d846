"""Which files a checkpoint is, from the path that a user has: a prefix, a folder, one of them."""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from specc.weights.files import open_file
from specc.weights.limits import MAX_SHARDS
from specc.weights.problems import refused, shown
from specc.weights.shards import check_beside
from specc.weights.tensorflow.checkpoint_state import STATE_NAME, latest_prefix
from specc.weights.tensorflow.tables import is_table

SAVED_MODEL: Final = "saved_model.pb"
INDEX: Final = ".index"

MAX_LISTED: Final = 10_000
"""Names in a folder that are looked at."""

_VARIABLES: Final = Path("variables", "variables")  # in a SavedModel
_PART: Final = re.compile(r"(?:\.meta|\.index|\.data-[0-9]{5}-of-[0-9]{5})$")
# The first Saver writes `?????` into the `checkpoint` file for all shards.
_SHARD: Final = re.compile(r"-(?:[0-9]{5}|\?{5})-of-([0-9]{5})$")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The files of a checkpoint.

    Attributes:
        prefix: What its files' names begin with.
        tables: The files of the first Saver's form; empty of a bundle, whose index is beside.
        saved_model: The folder of the SavedModel that it is in, if it is.
    """

    prefix: Path
    tables: tuple[Path, ...] = ()
    saved_model: Path | None = None


def find_checkpoint(path: Path) -> Checkpoint | None:
    """The checkpoint that a path means; None if nothing is there, or something of another kind.

    Raises:
        SpeccError: S950 if it is a folder with several checkpoints and no `checkpoint` file that
            says which; what `latest_prefix` raises, if it has one.
    """
    if path.is_dir():
        return _of_folder(path)
    if path.name == STATE_NAME and path.is_file() and not _ends_as_table(path):
        return _of_state(path)
    if path.name == SAVED_MODEL and path.is_file():
        return _of_folder(path.parent)
    names = dict.fromkeys((_PART.sub("", path.name), path.name))
    return next(filter(None, (_of_prefix(path.with_name(name)) for name in names if name)), None)


def _of_folder(folder: Path) -> Checkpoint | None:
    if (folder / SAVED_MODEL).is_file():
        return Checkpoint(folder / _VARIABLES, saved_model=folder)
    if (folder / STATE_NAME).is_file():
        return _of_state(folder / STATE_NAME)
    names = sorted(name.removesuffix(INDEX) for name in _names(folder) if name.endswith(INDEX))
    if len(names) > 1:
        listed = ", ".join(f"`{shown(name)}`" for name in names[:5])
        what = f"there are {len(names)} checkpoints in this folder: {listed}"
        help_ = "name one by its prefix: what stands before `.index`"
        raise refused("S950", folder, what, help=help_)
    # A SavedModel's variables without their model are a checkpoint, too.
    return Checkpoint(folder / names[0]) if names else _of_prefix(folder / _VARIABLES)


def _of_state(state: Path) -> Checkpoint:
    prefix = latest_prefix(state)
    found = _of_prefix(prefix)
    if found is None:
        what = f"the checkpoint that it names as the latest, `{shown(prefix.name)}`, is not here"
        raise refused("S950", state, what, help="name the checkpoint that you mean itself")
    for file in found.tables or (prefix.with_name(prefix.name + INDEX),):
        check_beside(file, state)
    return found


def _of_prefix(prefix: Path) -> Checkpoint | None:
    if not prefix.name:
        return None
    if prefix.with_name(prefix.name + INDEX).exists():
        return Checkpoint(prefix)
    if shard := _SHARD.search(prefix.name):
        return _of_shards(prefix.with_name(_SHARD.sub("", prefix.name)), int(shard[1]))
    if prefix.is_file():
        return Checkpoint(prefix, (prefix,)) if _ends_as_table(prefix) else None
    beginning = f"{prefix.name}-00000-of-"
    first = next((name for name in _names(prefix.parent) if name.startswith(beginning)), "")
    found = _SHARD.search(first)
    return _of_shards(prefix, int(found[1])) if found else None


def _of_shards(prefix: Path, count: int) -> Checkpoint | None:
    if not 0 < count <= MAX_SHARDS:
        return None
    names = (f"{prefix.name}-{number:05d}-of-{count:05d}" for number in range(count))
    return Checkpoint(prefix, tuple(map(prefix.with_name, names)))


def _ends_as_table(path: Path) -> bool:
    with closing(open_file(path)) as file:
        return is_table(file)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MAX_LISTED)]
    except (OSError, ValueError):
        return []

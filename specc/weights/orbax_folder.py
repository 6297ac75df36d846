"""Which folder of an Orbax checkpoint holds the arrays, from the path that a user has.

An item is a folder with `_METADATA`; a step holds one or several, by name; a manager's folder holds
steps, by number. https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Final

from specc.weights.problems import refused, shown

METADATA: Final = "_METADATA"
"""What says which arrays an item has."""

DATABASE: Final = "manifest.ocdbt"
"""What says where they are; without it each array is a folder of its own."""

_STEP: Final = "_CHECKPOINT_METADATA"
_OLD_TREE: Final = "checkpoint"
"""What versions before 0.6 wrote besides, or instead: the tree in msgpack."""

_TEMPORARY: Final = ".orbax-checkpoint-tmp"
_ARRAYS: Final = (".zarray", "zarr.json")
_MAX_LISTED: Final = 10_000
"""Names in a folder that are looked at."""


def is_orbax(path: Path) -> bool:
    """Whether a folder is a checkpoint of Orbax: an item, a step, or steps."""
    return any(
        (place / name).is_file()
        for place in (path, *_steps(path)[:1])
        for name in (METADATA, _STEP, DATABASE)
    ) or ((path / _OLD_TREE).is_file() and _has_arrays(path))


def find_item(path: Path) -> Path:
    """The folder that holds the arrays; of several steps the latest's.

    Raises:
        SpeccError: S950 if there is none, or more than one.
    """
    if _TEMPORARY in path.name:
        raise refused("S950", path, "it is what Orbax was writing when it was stopped")
    if (path / METADATA).is_file():
        return path
    if _has_arrays(path):
        what = f"it has no `{METADATA}`, which says what is in it"
        help_ = "Orbax before 0.4 wrote none: load it and save it with a newer version"
        raise refused("S950", path, what, help=help_)
    steps = _steps(path)
    step = steps[0] if steps else path
    items = [item for item in _folders(step) if (item / METADATA).is_file() and _has_arrays(item)]
    if len(items) != 1:
        names = ", ".join(f"`{shown(item.name)}`" for item in items[:5])
        what = (
            f"there are {len(items)} items in it: {names}" if items else "there are no arrays in it"
        )
        raise refused("S950", step, what, help="name the folder of the one that you mean")
    return items[0]


def _steps(path: Path) -> list[Path]:
    """The folders of steps, the latest first."""
    steps = [folder for folder in _folders(path) if folder.name.isdecimal()]
    return sorted(steps, key=lambda folder: int(folder.name), reverse=True)


def _folders(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as entries:
            found = islice(entries, _MAX_LISTED)
            return sorted(path / e.name for e in found if e.is_dir() and not e.is_symlink())
    except (OSError, ValueError):
        return []


def _has_arrays(item: Path) -> bool:
    if (item / DATABASE).is_file():
        return True
    return any((folder / name).is_file() for folder in _folders(item) for name in _ARRAYS)

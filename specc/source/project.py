"""Which files belong to a spec's project, and which files are specs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.limits import MAX_SNIFFED_BYTES
from specc.source.reader import AnyPath, display_name

ROOT_MARKS: Final = ("specc.toml", ".git")
"""What makes a folder the root of a project."""

_NOT_RELATIVE: Final = re.compile(r"[/\\]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://|.*\x00", re.DOTALL)
_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})
_FIRST_KEY: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|%[^\n]*|---[ \t]*(?:#[^\n]*)?)?\r?\n)*(?:---)?[ \t{]*"
    rb"(?:specc|\"specc\"|'specc')[ \t]*:"
)


def project_root(spec: AnyPath) -> Path:
    """The nearest folder upward with `specc.toml` or `.git`, else the spec's own folder."""
    folder = Path(spec).absolute().parent.resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in ROOT_MARKS):
            return candidate
    return folder


def resolve_inside(root: AnyPath, spec: AnyPath, relative: str) -> Path:
    """The file that a spec names, symbolic links followed, as an absolute path.

    Raises:
        SpeccError: S502 if the path is absolute or a URL, S501 if it leads out of `root`.
    """
    if not relative or _NOT_RELATIVE.match(relative):
        raise _error("S502", f"`{relative}` is not a relative path", "write it like `./name.yaml`")
    home = Path(root).resolve()
    try:
        found = (Path(spec).absolute().parent / relative).resolve()
    except (OSError, RuntimeError):  # a ring of symbolic links
        found = Path()
    if not found.is_relative_to(home):
        message = f"`{relative}` leads out of the project"
        raise _error("S501", message, f"the project is `{display_name(home)}`")
    return found


def find_specs(paths: Iterable[AnyPath]) -> list[Path]:
    """The specs that paths name: folders are searched, all else is taken as it is.

    In a folder, files `*.yaml` and `*.yml` count whose first key is `specc`; they come sorted.
    Hidden folders, virtual environments and the like are not searched. No file comes twice.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        found.update(dict.fromkeys(sorted(_search(path)) if path.is_dir() else [path]))
    return list(found)


def _search(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = [name for name in folders if not _is_skipped(here / name)]
        for name in files:
            path = here / name
            if path.suffix.lower() in _SUFFIXES and path.is_file() and is_spec(path):
                yield path


def _is_skipped(folder: Path) -> bool:
    name = folder.name
    return name.startswith(".") or name in _SKIPPED or (folder / "pyvenv.cfg").exists()


def is_spec(path: Path) -> bool:
    """Whether a file's first key is `specc`.

    A file that cannot be read is taken for a spec, so that reading it reports why.
    """
    try:
        with path.open("rb") as file:
            return _FIRST_KEY.match(file.read(MAX_SNIFFED_BYTES)) is not None
    except OSError:
        return True


def _error(code: str, message: str, advice: str) -> SpeccError:
    return SpeccError([Diagnostic(code, message, help=advice)])

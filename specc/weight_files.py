"""What specc does with weight files alone: looking into, comparing, checking. Row 7."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import AnyPath
from specc.weights import Provenance, Source, TensorInfo, digests, open_source, provenance
from specc.weights.compare import Comparison, compare
from specc.weights.problems import refused
from specc.weights.selecting import check_covering, is_selected, natural, read_globs, select
from specc.weights.tensorflow_source import open_tensorflow
from specc.weights.verify import verify

Progress = Callable[[int, int], None]
"""Is told how much is done, of how much."""

TENSORFLOW: Final = frozenset({"saved-model", "tf1-checkpoint", "tf2-checkpoint"})
"""Formats whose files have a checksum for each tensor."""

_CONVERT: Final = "`specc weights convert` writes files that have digests"


def silent(done: int, of: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a weight file.

    Attributes:
        path: The file.
        format: Its format's name.
        tensors: Those that were asked for, by key, `layer2` before `layer10`.
        count: How many there are in all.
        provenance: What specc wrote about it; None if specc didn't write it.
        metadata: What others wrote about it, by name.
        digests: SHA-256 of tensors, in hex, as far as they are recorded, by key.
    """

    path: Path
    format: str
    tensors: tuple[TensorInfo, ...]
    count: int
    provenance: Provenance | None
    metadata: dict[str, object]
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking a file found.

    Attributes:
        path: The file.
        checked: How many tensors were compared with what was recorded of them.
        unknown: Keys of which nothing is recorded.
        problems: What differs.
    """

    path: Path
    checked: int
    unknown: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def contents(path: AnyPath, globs: Sequence[str] = ()) -> Contents:
    """What is in a weight file; no tensor is read.

    Args:
        path: The file, or a checkpoint's folder or prefix.
        globs: Which tensors, by any of their names; all, if there are none.

    Raises:
        SpeccError: the file can't be opened, or a glob is none or covers nothing.
    """
    chosen = read_globs(globs)
    with open_source(path) as source:
        infos = sorted(source.tensors().values(), key=lambda info: natural(info.key))
        others = {
            name: value
            for name, value in source.metadata().items()
            if name not in ("specc", "digests", "trainable")
        }
        found = tuple(select(infos, chosen))
        known = provenance(source)
        return Contents(
            Path(path), source.format, found, len(infos), known, others, digests(source)
        )


def compare_files(
    first: AnyPath,
    second: AnyPath,
    globs: Sequence[str] = (),
    *,
    values: bool = True,
    progress: Progress = silent,
) -> Comparison:
    """Compares two weight files of any formats, tensor by tensor.

    Args:
        first: A file.
        second: The other.
        globs: Which tensors are compared; all, if there are none.
        values: Whether values are compared; without it no tensor is read.
        progress: Is told how many were compared, of how many.

    Raises:
        SpeccError: a file can't be read, or a glob is none or covers nothing.
    """
    chosen = read_globs(globs)
    with open_source(first) as one, open_source(second) as two:
        infos = [list(source.tensors().values()) for source in (one, two)]
        check_covering([*infos[0], *infos[1]], chosen)
        kept = [[info for info in of if not chosen or is_selected(info, chosen)] for of in infos]
        return compare((one, kept[0]), (two, kept[1]), values=values, progress=progress)


def verify_file(path: AnyPath, progress: Progress = silent) -> Verified:
    """Reads a weight file whole, and compares with the digests that were recorded in it.

    Of TensorFlow's checkpoints that is the checksum of each tensor.

    Raises:
        SpeccError: the file can't be read.
    """
    with open_source(path) as source:
        if source.format in TENSORFLOW:
            return _verify_checksums(path, progress)
        problems, unknown = verify(source, progress)
        checked = len(source.tensors()) - len(unknown)
        if not checked and not problems:
            what = "no digest of any of its tensors is recorded"
            problems += refused("S930", path, what, help=_CONVERT).diagnostics
        return Verified(Path(path), checked, tuple(unknown), tuple(problems))


def _verify_checksums(path: AnyPath, progress: Progress) -> Verified:
    problems: list[Diagnostic] = []
    with open_tensorflow(path, verify=True) as source:
        keys = list(source.tensors())
        for done, key in enumerate(keys):
            progress(done, len(keys))
            problems += _unreadable(source, key)
    return Verified(Path(path), len(keys), (), tuple(problems))


def _unreadable(source: Source, key: str) -> Sequence[Diagnostic]:
    try:
        source.read(key)
    except SpeccError as error:
        return error.diagnostics
    return ()

"""What specc does with weight files alone: looking into, comparing, converting. Row 7."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic, Diagnostics
from specc.errors import SpeccError
from specc.language import WeightMapping, read_document
from specc.source import DiskReader, read_yaml
from specc.source.reader import AnyPath
from specc.weights import Provenance, Source, TensorInfo, digests, open_source, provenance
from specc.weights.compare import Comparison, compare
from specc.weights.mapping import KeyMapping, MappedSource, map_source, read_rules
from specc.weights.merging import NOTHING, Allowed, Merged, merge, merged_provenance
from specc.weights.problems import refused
from specc.weights.renaming import read_renames, renamed
from specc.weights.safetensors_sink import Read
from specc.weights.selecting import check_covering, is_selected, natural, read_globs, select
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from specc.weights.verify import Seen, not_finite, verify
from specc.weights.writing import check_suffix, write_tensors

if TYPE_CHECKING:
    import numpy as np

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
        digests: BLAKE3 of tensors, in hex, as far as they are recorded, by key.
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
        warnings: Tensors with values that are NaN or infinite.
    """

    path: Path
    checked: int
    unknown: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]


NOT_TOLD: Final = ("specc", "digests", "trainable", "layer_names", "layer_paths", "optimizer")
"""What sources know of their files that is only for binding."""


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
        others = {name: value for name, value in source.metadata().items() if name not in NOT_TOLD}
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
    seen_as: Callable[[Source], Source] = lambda source: source,
    progress: Progress = silent,
) -> Comparison:
    """Compares two weight files of any formats, tensor by tensor.

    Args:
        first: A file.
        second: The other.
        globs: Which tensors are compared; all, if there are none.
        values: Whether values are compared; without it no tensor is read.
        seen_as: What is compared in place of each file, such as a view under other keys.
        progress: Is told how many were compared, of how many.

    Raises:
        SpeccError: a file can't be read, or a glob is none or covers nothing.
    """
    chosen = read_globs(globs)
    with seen_as(open_source(first)) as one, seen_as(open_source(second)) as two:
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
        warnings: list[Diagnostic] = []

        def seen(key: str, array: np.ndarray) -> None:
            warnings.extend(not_finite(source, key, array))

        problems, unknown = verify(source, progress, seen)
        problems += _unreadable(source, unknown, seen)
        checked = len(source.tensors()) - len(unknown)
        if not checked and not problems:
            what = "no digest of any of its tensors is recorded"
            problems += refused("S930", path, what, help=_CONVERT).diagnostics
        return Verified(Path(path), checked, tuple(unknown), tuple(problems), tuple(warnings))


def _verify_checksums(path: AnyPath, progress: Progress) -> Verified:
    problems: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    with open_tensorflow(path, verify=True) as source:

        def seen(key: str, array: np.ndarray) -> None:
            warnings.extend(not_finite(source, key, array))

        keys = list(source.tensors())
        for done, key in enumerate(keys):
            progress(done, len(keys))
            problems += _unreadable(source, [key], seen)
    return Verified(Path(path), len(keys), (), tuple(problems), tuple(warnings))


def _unreadable(source: Source, keys: Sequence[str], seen: Seen) -> Iterator[Diagnostic]:
    """What is wrong with tensors that have no digest."""
    for key in keys:
        try:
            seen(key, source.read(key))
        except SpeccError as error:
            yield from error.diagnostics


@dataclass(frozen=True, slots=True)
class Written:
    """What was written into a file.

    Attributes:
        path: The file.
        count: How many tensors.
        content: The content digest.
        left_out: Keys of the source that weren't selected, or that the mapping ignores.
        aside: Keys of training's state, which the mapping has no rule for.
        diagnostics: Warnings.
    """

    path: Path
    count: int
    content: str
    left_out: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def load_mapping(path: AnyPath) -> KeyMapping:
    """Reads a mapping's file.

    Raises:
        SpeccError: with every problem of it, S931 if it is another kind of document.
    """
    diagnostics = Diagnostics()
    node = read_yaml(DiskReader().read(path), diagnostics)
    document = None if node is None else read_document(node, diagnostics)
    if isinstance(document, WeightMapping):
        mapping = read_rules(document, diagnostics)
    elif document is not None:
        diagnostics.error("S931", "this is no `mapping` document", document.node.span)
    if diagnostics.has_errors or node is None:
        raise SpeccError(diagnostics.sorted())
    return mapping


def convert_file(
    source: AnyPath,
    output: AnyPath,
    globs: Sequence[str] = (),
    renames: Sequence[tuple[str, str]] = (),
    mapping: KeyMapping | None = None,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> Written:
    """Writes a file's tensors into another, of the format that the output's suffix says.

    Args:
        source: A weight file of any format.
        output: Ends in `.safetensors`, `.safetensors.index.json` or `.npz`.
        globs: Which tensors; all, if there are none.
        renames: Pairs of globs, of keys and what they become.
        mapping: What is made of the tensors first; `mapping.reversed()` takes it back.
        force: Whether an existing file may be replaced.
        progress: Is told how many tensors were written, of how many.

    Raises:
        SpeccError: the source can't be read, the mapping isn't for it, a glob is none or covers
            nothing, or the output can't be written.
    """
    check_suffix(output)
    chosen, pairs = read_globs(globs), read_renames(renames)
    warnings = Diagnostics()
    with open_source(source) as opened:
        mapped = opened if mapping is None else map_source(opened, mapping, warnings)
        infos = list(mapped.tensors().values())
        kept = renamed(select(infos, chosen), pairs)
        before = {info.key: key for key, info in kept.items()}
        left_out = tuple(info.key for info in infos if info.key not in kept)
        about = _kept_provenance(provenance(opened), bool(pairs or mapping), left_out)
        content = write_tensors(
            output, list(kept.values()),
            _counted(lambda key: mapped.read(before[key]), len(kept), progress),
            about, force=force,
        )  # fmt: skip
    aside = mapped.aside if isinstance(mapped, MappedSource) else ()
    ignored = mapped.ignored if isinstance(mapped, MappedSource) else ()
    found = tuple(warnings.sorted())
    return Written(Path(output), len(kept), content, left_out + ignored, aside, found)


def merge_files(
    base: AnyPath,
    deltas: Sequence[AnyPath],
    output: AnyPath,
    drop: Sequence[str] = (),
    allowed: Allowed = NOTHING,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> tuple[Written, Merged]:
    """Writes a base and the files over it as one; see `specc.weights.merging`.

    Raises:
        SpeccError: a file can't be read or written, or they don't belong together.
    """
    check_suffix(output)
    globs = read_globs(drop)
    with ExitStack() as stack:
        sources = [stack.enter_context(open_source(path)) for path in (base, *deltas)]
        merged = merge(sources[0], sources[1:], globs, allowed)
        infos = list(merged.tensors.values())
        about = merged_provenance(sources, merged.tensors)
        read = _counted(merged.read, len(infos), progress)
        content = write_tensors(output, infos, read, about, force=force)
    return Written(Path(output), len(infos), content, tuple(merged.dropped)), merged


def _kept_provenance(
    written: Provenance | None, renamed: bool, left_out: Sequence[str]
) -> Provenance:
    """What still holds of a file's tensors; under other keys it isn't the spec's any more."""
    if written is None:
        return Provenance()
    if renamed:
        return Provenance(versions=written.versions)
    # What was chosen may go with other files, so it isn't said what these must be.
    return replace(
        written, left_out={**written.left_out, **dict.fromkeys(left_out, "")}, content=""
    )


def _counted(read: Read, of: int, progress: Progress) -> Read:
    """The same, with progress told before each tensor."""
    done = count()

    def counted(key: str) -> np.ndarray:
        progress(min(next(done), of), of)
        return read(key)

    return counted

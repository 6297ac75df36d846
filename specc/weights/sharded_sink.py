"""Writes safetensors in several files, with the index that says which tensor is where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from specc.source.atomic import atomic_path
from specc.source.reader import AnyPath
from specc.weights.arrays import bytes_of
from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.hashing import Hasher
from specc.weights.metadata import NAME, Provenance, content_digest, document
from specc.weights.problems import refused
from specc.weights.safetensors_sink import Read, checked_array, write_safetensors
from specc.weights.source import TensorInfo
from specc.weights.strings import encode_strings

_NO_PROVENANCE: Final = Provenance()


def write_sharded(
    path: AnyPath,
    tensors: Iterable[TensorInfo],
    read: Read,
    provenance: Provenance = _NO_PROVENANCE,
    *,
    shard_bytes: int,
    force: bool = False,
) -> str:
    """Writes `NAME.safetensors.index.json` and the files that it names, the index last.

    The files' names hold the content digest: until the index is in place the old set is whole, and
    after that the new one. What the old index named is then removed. Each tensor is read twice.

    Args:
        path: The index to write, ending in `.safetensors.index.json`.
        tensors: What to write.
        read: Gives the array of a key.
        provenance: What to write about the set, in each file and in the index.
        shard_bytes: Length of a file that is not exceeded, except by a single larger tensor.
        force: Whether an existing index may be replaced.

    Returns:
        The content digest of the set.

    Raises:
        SpeccError: as `write_safetensors`.
    """
    index = Path(path)
    infos = sorted(tensors, key=lambda info: info.key)
    for info, after in pairwise(infos):
        if info.key == after.key:
            raise refused("S908", index, "the name is given twice", key=info.key)
    stem = index.name.removesuffix(".index.json").removesuffix(".safetensors")
    before = _named_by(index, stem)
    with _removed_on_failure(index, stem) as made, atomic_path(index, force) as temporary:
        digests = _digests(infos, read)
        content = content_digest(infos, digests)
        shards = _shards(f"{stem}-{content.rpartition(':')[2][:12]}", infos, shard_bytes)
        weight_map = {info.key: name for name, group in shards.items() for info in group}
        text = document(replace(provenance, content=content), infos, digests)
        table = {"metadata": {NAME: text}, "weight_map": weight_map}
        temporary.write_text(json.dumps(table, sort_keys=True, indent=1), "utf-8")
        for name, group in shards.items():
            shard = index.with_name(name)
            if not shard.exists():
                made.append(shard)
            # A file of that name holds the same tensors: its name says so.
            write_safetensors(shard, group, read, provenance, force=True)
    for name in before - shards.keys():
        with suppress(OSError):
            index.with_name(name).unlink()
    return content


@contextmanager
def _removed_on_failure(index: Path, stem: str) -> Iterator[list[Path]]:
    """A list of files, which are removed if what is done within fails.

    Those stay that the index names: it may be in place already, and the failure have come after.
    """
    files: list[Path] = []
    try:
        yield files
    except BaseException:
        named = _named_by(index, stem)
        for file in files:
            if file.name not in named:
                file.unlink(missing_ok=True)
        raise


def _digests(infos: Iterable[TensorInfo], read: Read) -> dict[str, str]:
    with Hasher() as hasher:
        for info in infos:
            array = read(info.key)
            written = encode_strings(array) if info.dtype == STRING else checked_array(info, array)
            hasher.add(info.key, bytes_of(written))
        return hasher.digests()


def _shards(stem: str, infos: Sequence[TensorInfo], limit: int) -> dict[str, list[TensorInfo]]:
    groups = list(_groups(infos, limit))
    names = (f"{stem}-{i:05}-of-{len(groups):05}.safetensors" for i in range(1, len(groups) + 1))
    return dict(zip(names, groups, strict=True))


def _groups(infos: Sequence[TensorInfo], limit: int) -> Iterator[list[TensorInfo]]:
    """Tensors in the order of their keys, cut where the length would be exceeded."""
    group: list[TensorInfo] = []
    length = 0
    for info in infos:
        size = 1 if info.dtype == STRING else numpy_dtype(info.dtype).itemsize
        for extent in info.shape:
            size *= extent
        if group and length + size > limit:
            yield group
            group, length = [], 0
        group.append(info)
        length += size
    if group:
        yield group


def _named_by(index: Path, stem: str) -> set[str]:
    """The files of an earlier set that are ours by their names."""
    try:
        text = index.read_text("utf-8", errors="replace")
    except OSError:
        return set()
    form = rf'"({re.escape(stem)}-[0-9a-f]{{12}}-\d{{5}}-of-\d{{5}}\.safetensors)"'
    return set(re.findall(form, text))

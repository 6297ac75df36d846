"""What specc writes into its weight files about them, and what it makes of it when reading.

One JSON document, described in docs/weights.md: the same in safetensors (entry `specc` of
`__metadata__`), in sharded sets (also in the index) and in npz (array `__specc__`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from blake3 import blake3

from specc.weights.dtypes import ML_DTYPES, NUMPY, STRING
from specc.weights.headers import is_size, parse_json
from specc.weights.limits import MAX_RANK
from specc.weights.problems import refused, shown
from specc.weights.source import Source, TensorInfo

VERSION: Final = 1
"""Of the metadata's form. A reader refuses a newer one: it could mean tensors otherwise."""

NAME: Final = "specc"
"""Its place among a file's metadata."""

CONTENT: Final = "weights1-blake3"
"""Form and version of the digest of a file's tensors."""

DIGEST: Final = "blake3"
"""The digest of a tensor, by the name of what makes it."""

_DTYPES: Final = frozenset({"", STRING} | ML_DTYPES | NUMPY)
_ROLES: Final = ("variable", "table", "optimizer", "metric", "generator", "other")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file's weights are from and what they are for; empty is unknown.

    Attributes:
        architecture: The architecture digest of the spec.
        slots: The slot digest of the spec.
        spec: The spec's path, as the user gave it.
        variant: The variant of the spec.
        params: The params that the spec was compiled with.
        only: `all`, `trainable` or `changed`: which variables the file was asked to hold.
        left_out: The model's variables that are not in the file: their keys, and the digest of
            what they were when it was written, empty where that isn't known.
        base: The content digest of the file that this one completes.
        versions: Of specc, Keras, the backend.
        content: The digest over all tensors, made when writing.
    """

    architecture: str = ""
    slots: str = ""
    spec: str = ""
    variant: str = ""
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    only: str = "all"
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)
    base: str = ""
    versions: Mapping[str, str] = field(default_factory=dict, hash=False)
    content: str = ""


def digest_of(data: Iterable[memoryview | bytes]) -> str:
    """BLAKE3, in hex, of a tensor's little-endian bytes in C order."""
    state = blake3()
    for part in data:
        state.update(part)
    return state.hexdigest()


def content_digest(infos: Iterable[TensorInfo], digests: Mapping[str, str]) -> str:
    """One digest for a set of tensors: their keys, dtypes, shapes and bytes, in no order.

    The same for the same tensors in any format and any sharding.
    """
    rows = sorted([info.key, info.dtype, list(info.shape), digests[info.key]] for info in infos)
    text = json.dumps(rows, separators=(",", ":"))
    return f"{CONTENT}:{digest_of([text.encode('ascii')])}"


def document(
    provenance: Provenance, infos: Iterable[TensorInfo], digests: Mapping[str, str]
) -> str:
    """The JSON text for these tensors; the same text for the same values."""
    entries = {info.key: _entry(info, digests[info.key]) for info in infos}
    head = {name: value for name, value in asdict(provenance).items() if value}
    content = {"version": VERSION, **head, "tensors": entries}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _entry(info: TensorInfo, digest: str) -> dict[str, object]:
    entry: dict[str, object] = {DIGEST: digest}
    if info.names:
        entry["names"] = dict(info.names)
    if info.role != "variable":
        entry["role"] = info.role
    if info.dtype in ML_DTYPES or info.dtype == STRING:  # what a format may not have
        entry |= {"dtype": info.dtype, "shape": list(info.shape)}
    return entry


@dataclass(frozen=True, slots=True)
class Described:
    """What a file's metadata says of one tensor."""

    digest: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    role: Any = "variable"
    dtype: str = ""
    shape: tuple[int, ...] = ()


def parse_document(text: str | bytes, path: Path) -> tuple[dict[str, object], dict[str, Described]]:
    """The metadata without its tensors, and what it says of each of them.

    Raises:
        SpeccError: S903 if it is not of the form that specc writes, S910 if it is of a newer one.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    content = parse_json(data, path, "specc's metadata")
    version = content.get("version")
    if version != VERSION:
        what = f"its metadata is of version {shown(str(version))}, and this specc reads {VERSION}"
        raise refused("S910", path, what, help="use a newer specc")
    tensors = content.pop("tensors", None)
    if not isinstance(tensors, dict):
        raise refused("S903", path, "specc's metadata has no `tensors`")
    parse_provenance(content, path)
    return content, {key: _described(key, entry, path) for key, entry in tensors.items()}


def _described(key: str, entry: object, path: Path) -> Described:
    if not isinstance(entry, dict):
        raise refused("S903", path, "specc's metadata of it is no object", key=key)
    names, shape = entry.get("names", {}), entry.get("shape", [])
    digest, role, dtype = (
        entry.get(DIGEST, ""),
        entry.get("role", "variable"),
        entry.get("dtype", ""),
    )
    good = (
        isinstance(digest, str)
        and isinstance(names, dict)
        and all(isinstance(name, str) for name in names.values())
        and role in _ROLES
        and isinstance(dtype, str)
        and dtype in _DTYPES
        and isinstance(shape, list)
        and len(shape) <= MAX_RANK
        and all(map(is_size, shape))
    )
    if not good:
        raise refused("S903", path, "specc's metadata of it is of the wrong form", key=key)
    return Described(digest, names, role, dtype, tuple(shape))


def parse_provenance(content: Mapping[str, object], path: Path) -> Provenance:
    """The provenance in a file's metadata.

    Raises:
        SpeccError: S903 if a value is of the wrong kind.
    """
    texts = ("architecture", "slots", "spec", "variant", "only", "base", "content")
    maps = ("params", "versions")
    left_out = content.get("left_out", {})
    good = (
        all(isinstance(content.get(name, ""), str) for name in texts)
        and all(isinstance(content.get(name, {}), dict) for name in maps)
        and isinstance(left_out, dict)
        and all(isinstance(digest, str) for digest in left_out.values())
    )
    if not good:
        raise refused("S903", path, "specc's metadata is of the wrong form")
    known = {name: content[name] for name in (*texts, *maps) if name in content}
    return Provenance(**known, left_out=left_out)  # type: ignore[arg-type] # just checked


def provenance(source: Source) -> Provenance | None:
    """What specc wrote into a file about it; None if specc didn't write it."""
    content = source.metadata().get(NAME)
    return parse_provenance(content, source.path) if isinstance(content, dict) else None


def digests(source: Source) -> Mapping[str, str]:
    """The digests of tensors recorded in a file, by key; empty if it has none."""
    recorded = source.metadata().get("digests")
    return recorded if isinstance(recorded, dict) else {}

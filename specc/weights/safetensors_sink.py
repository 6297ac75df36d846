"""Writes safetensors: specc's own format.

The same tensors and provenance give the same bytes. Tensors whose length is a multiple of 64 come
first and the header is padded to such a multiple, so that they can be mapped without a copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from specc.source.atomic import atomic_path
from specc.source.reader import AnyPath
from specc.weights.arrays import ALIGNMENT, bytes_of, little_endian
from specc.weights.dtypes import STRING, dtype_name, numpy_dtype
from specc.weights.flushing import EarlyFlush
from specc.weights.hashing import Hasher
from specc.weights.metadata import NAME, Provenance, content_digest, document
from specc.weights.problems import refused
from specc.weights.safetensors_header import CODES, METADATA
from specc.weights.source import TensorInfo
from specc.weights.strings import encode_strings

if TYPE_CHECKING:
    import numpy as np

Read = Callable[[str], "np.ndarray"]

_CODE_OF: Final = {name: code for code, name in CODES.items()}
_NO_DIGEST: Final = "0" * 64
_NO_PROVENANCE: Final = Provenance()


def write_safetensors(
    path: AnyPath,
    tensors: Iterable[TensorInfo],
    read: Read,
    provenance: Provenance = _NO_PROVENANCE,
    *,
    force: bool = False,
) -> str:
    """Writes a file whole, or leaves what was there.

    Args:
        path: The file to write.
        tensors: What to write: `Source.tensors().values()`, or made for a model's variables.
        read: Gives the array of a key, once; they are asked for one at a time, in file order.
        provenance: What to write about the file.
        force: Whether an existing file may be replaced.

    Returns:
        The content digest.

    Raises:
        SpeccError: S801 if the file exists and `force` is not given, S802 if it cannot be written,
            S908 if the format cannot hold a tensor.
    """
    writer = _Writer(Path(path), tensors, read, provenance)
    with atomic_path(path, force) as temporary:
        return writer.write(temporary)


class _Writer:
    """One file being written: lengths first, bytes and their digests next, the header last."""

    def __init__(
        self, path: Path, tensors: Iterable[TensorInfo], read: Read, provenance: Provenance
    ) -> None:
        self._path = path
        self._read = read
        self._provenance = provenance
        infos = list(tensors)
        self._sizes: dict[str, int] = {}
        # Tables of strings are small, and their length is known only once they are encoded.
        self._tables: dict[str, np.ndarray] = {}
        for info in infos:
            self._sizes[info.key] = self._size(info)
        self._infos = sorted(infos, key=self._place)

    def write(self, temporary: Path) -> str:
        """Writes the file's content; gives its content digest."""
        digests = dict.fromkeys(self._sizes, _NO_DIGEST)
        content = content_digest(self._infos, digests)
        with (
            temporary.open("wb", buffering=0) as file,
            Hasher() as hasher,
            EarlyFlush(file.fileno()) as flush,
        ):
            # Digests are of fixed length, so the header's length is known before they are.
            file.seek(len(self._header(digests, content)))
            for info in self._infos:
                data = bytes_of(self._array(info))
                hasher.add(info.key, data)
                _write_all(file, data)
                flush.wrote(data.nbytes)
            digests = hasher.digests()
            content = content_digest(self._infos, digests)
            file.seek(0)
            _write_all(file, memoryview(self._header(digests, content)))
        return content

    def _header(self, digests: Mapping[str, str], content: str) -> bytes:
        provenance = replace(self._provenance, content=content)
        table: dict[str, object] = {
            METADATA: {NAME: document(provenance, self._infos, digests)},
        }
        at = 0
        for info in self._infos:
            end = at + self._sizes[info.key]
            table[info.key] = {
                "dtype": _CODE_OF.get(info.dtype, "U8"),
                "shape": [end - at] if info.dtype == STRING else list(info.shape),
                "data_offsets": [at, end],
            }
            at = end
        text = json.dumps(table, separators=(",", ":")).encode("ascii")
        text += b" " * (-(8 + len(text)) % ALIGNMENT)
        return len(text).to_bytes(8, "little") + text

    def _size(self, info: TensorInfo) -> int:
        if info.key == METADATA or info.key in self._sizes:
            why = "the format's own" if info.key == METADATA else "given twice"
            raise refused("S908", self._path, f"the name is {why}", key=info.key)
        if info.dtype == STRING:
            table = self._tables[info.key] = encode_strings(self._read(info.key))
            return table.nbytes
        stored = numpy_dtype(info.dtype)
        if info.dtype not in _CODE_OF and stored.itemsize != 1:
            raise refused("S908", self._path, f"safetensors has no `{info.dtype}`", key=info.key)
        size = stored.itemsize
        for length in info.shape:
            size *= length
        return size

    def _place(self, info: TensorInfo) -> tuple[bool, int, int, str]:
        """Lengths of whole alignments first; then wide dtypes, which keeps those aligned."""
        size = self._sizes[info.key]
        width = 1 if info.dtype == STRING else numpy_dtype(info.dtype).itemsize
        return size % ALIGNMENT != 0, -width, -size, info.key

    def _array(self, info: TensorInfo) -> np.ndarray:
        if info.dtype == STRING:
            return self._tables[info.key]
        return checked_array(info, self._read(info.key))


def checked_array(info: TensorInfo, array: np.ndarray) -> np.ndarray:
    """The array as it is written, C-contiguous and little-endian, if it is what was promised.

    Raises:
        ValueError: if it isn't: a fault of the caller's.
    """
    if (dtype_name(array.dtype), array.shape) != (info.dtype, tuple(info.shape)):
        raise ValueError(f"{info.key}: {array.dtype} {array.shape} is not what {info} promises")
    return little_endian(array)


def _write_all(file: IO[bytes], data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]

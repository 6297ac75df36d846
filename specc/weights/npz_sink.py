"""Writes npz: arrays that numpy reads by itself, with specc's metadata beside them.

The same tensors and provenance give the same bytes. Each array's values start on a 64-byte boundary
of the file, so that they can be mapped. What numpy has no dtype for stands there as bytes of the
right width, and tables of strings as `strings.py` says; the metadata tells which.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from specc.source.atomic import atomic_path
from specc.source.reader import AnyPath
from specc.weights.arrays import ALIGNMENT, bytes_of
from specc.weights.dtypes import NUMPY, STRING
from specc.weights.hashing import Hasher
from specc.weights.metadata import Provenance, content_digest, document
from specc.weights.npz_source import OWN
from specc.weights.problems import refused
from specc.weights.safetensors_sink import Read, checked_array
from specc.weights.source import TensorInfo
from specc.weights.strings import encode_strings

if TYPE_CHECKING:
    import numpy as np

_NO_PROVENANCE: Final = Provenance()
_LOCAL_HEADER: Final = 30 + 20  # with the field for 64-bit sizes, which is always written
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the first moment of zip: no save has a time of its own
_WRITTEN_AT_ONCE: Final = 2**24


def write_npz(
    path: AnyPath,
    tensors: Iterable[TensorInfo],
    read: Read,
    provenance: Provenance = _NO_PROVENANCE,
    *,
    force: bool = False,
) -> str:
    """Writes a file whole, or leaves what was there: arguments, errors as `write_safetensors`.

    Returns:
        The content digest.
    """
    infos = sorted(tensors, key=lambda info: info.key)
    _check(Path(path), infos)
    with (
        Hasher() as hasher,
        atomic_path(path, force) as temporary,
        temporary.open("wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        for info in infos:
            array = _array(info, read(info.key))
            hasher.add(info.key, bytes_of(array))
            _add(archive, file, info.key, array)
        digests = hasher.digests()
        content = content_digest(infos, digests)
        text = document(replace(provenance, content=content), infos, digests)
        _add(archive, file, OWN, _bytes(text.encode("ascii")))
    return content


def _check(path: Path, infos: list[TensorInfo]) -> None:
    seen = set()
    for info in infos:
        steps = info.key.replace("\\", "/").split("/")
        bad = info.key in seen or info.key == OWN or not info.key or "\0" in info.key
        if bad or steps[0] == "" or ".." in steps or ":" in steps[0] or "\\" in info.key:
            raise refused("S908", path, "an npz cannot have a member of that name", key=info.key)
        seen.add(info.key)


def _array(info: TensorInfo, array: np.ndarray) -> np.ndarray:
    return encode_strings(array) if info.dtype == STRING else checked_array(info, array)


def _bytes(data: bytes) -> np.ndarray:
    import numpy as np

    return np.frombuffer(data, np.uint8)


def _add(archive: zipfile.ZipFile, file: IO[bytes], key: str, array: np.ndarray) -> None:
    member = zipfile.ZipInfo(f"{key}.npy", _LONG_AGO)
    member.create_system = 3  # of Unix, wherever it is written
    member.external_attr = 0o600 << 16
    begin = file.tell() + _LOCAL_HEADER + len(member.filename.encode("utf-8"))
    with archive.open(member, "w", force_zip64=True) as target:
        target.write(_header(array, begin))
        data = bytes_of(array)
        for at in range(0, len(data), _WRITTEN_AT_ONCE):
            target.write(data[at : at + _WRITTEN_AT_ONCE])


def _header(array: np.ndarray, begin: int) -> bytes:
    """Numpy's header, filled up so that the values behind it start on a boundary of the file."""
    plain = array.dtype.name in NUMPY
    descr = array.dtype.newbyteorder("<").str if plain else f"|V{array.dtype.itemsize}"
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {array.shape}, }}".encode()
    text += b" " * (-(begin + 10 + len(text) + 1) % ALIGNMENT) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text

"""The header of a safetensors file: 8 bytes of length, then JSON, then the tensors' bytes.

The format: https://huggingface.co/docs/safetensors. Everything in it is checked here, before any of
it is used, as strictly as the reference does: no overlap, no hole, nothing behind the last tensor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from specc.weights.dtypes import numpy_dtype
from specc.weights.extents import Extent
from specc.weights.files import WeightFile
from specc.weights.headers import is_size, parse_json
from specc.weights.limits import MAX_HEADER_BYTES, MAX_KEY_CHARACTERS, MAX_RANK, MAX_TENSORS
from specc.weights.problems import refused, shown

CODES: Final = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}
"""The format's dtypes that fill whole bytes, and ours."""

BITS: Final = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
"""Its dtypes that don't: their tensors are listed, and refused when read."""

METADATA: Final = "__metadata__"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file holds.

    Attributes:
        extents: Of every tensor, offsets from the file's begin.
        dtypes: The name of each one's dtype.
        metadata: The file's own texts.
    """

    extents: dict[str, Extent]
    dtypes: dict[str, str]
    metadata: dict[str, str]


def read_header(file: WeightFile) -> Header:
    """Reads and checks the header.

    Raises:
        SpeccError: S902 if the file is cut short, S903 if it is damaged, S906 if it declares more
            than is read.
    """
    begin, content = _parse(file)
    metadata = _metadata(content.pop(METADATA, {}), file.path)
    if len(content) > MAX_TENSORS:
        raise refused("S906", file.path, f"it has {len(content):,} tensors, more than are read")
    places: list[tuple[int, int, str]] = []
    header = Header({}, {}, metadata)
    for key, entry in content.items():
        dtype, shape, (start, end) = _entry(key, entry, file.path)
        places.append((start, end, key))
        header.dtypes[key] = dtype
        stored = numpy_dtype("uint8" if dtype in BITS else dtype)
        header.extents[key] = Extent(begin + start, shape, stored)
    _check_places(sorted(places), file.size - begin, file.path)
    return header


def _parse(file: WeightFile) -> tuple[int, dict[str, Any]]:
    """Where the tensors begin, and the header."""
    if file.size < 10:
        raise refused("S902", file.path, f"{file.size} bytes are no safetensors file")
    length = int.from_bytes(file.read(0, 8), "little")
    if length > file.size - 8:
        what = f"its header should have {length:,} bytes, and the file has {file.size:,}"
        raise refused("S902", file.path, what)
    if length > MAX_HEADER_BYTES:
        raise refused("S906", file.path, f"its header has {length:,} bytes, more than are read")
    return 8 + length, parse_json(file.read(8, length), file.path, "its header")


def _metadata(content: object, path: Path) -> dict[str, str]:
    if isinstance(content, dict) and all(isinstance(text, str) for text in content.values()):
        return content
    raise refused("S903", path, f"`{METADATA}` holds something else than texts")


def _entry(key: str, entry: object, path: Path) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """The dtype's name, shape, and begin and end of a tensor."""
    if len(key) > MAX_KEY_CHARACTERS:
        raise refused("S906", path, "its name is longer than any that is read", key=key)
    if not (isinstance(entry, dict) and entry.keys() == {"dtype", "shape", "data_offsets"}):
        what = "it should have `dtype`, `shape` and `data_offsets`, and nothing else"
        raise refused("S903", path, what, key=key)
    code, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not (isinstance(code, str) and (code in CODES or code in BITS)):
        raise refused("S905", path, f"its dtype `{shown(str(code))}` is not known", key=key)
    if not (isinstance(shape, list) and len(shape) <= MAX_RANK and all(map(is_size, shape))):
        raise refused("S903", path, f"its shape `{shown(str(shape))}` is none", key=key)
    if not (isinstance(place, list) and len(place) == 2 and all(map(is_size, place))):
        raise refused("S903", path, f"its offsets `{shown(str(place))}` are none", key=key)
    bits = BITS[code] if code in BITS else 8 * numpy_dtype(CODES[code]).itemsize
    if math.prod(shape) * bits != 8 * (place[1] - place[0]):
        what = f"{place[1] - place[0]:,} bytes are not what {code} of shape {tuple(shape)} takes"
        raise refused("S903", path, what, key=key)
    return CODES.get(code, code), tuple(shape), (place[0], place[1])


def _check_places(places: list[tuple[int, int, str]], size: int, path: Path) -> None:
    """Each tensor begins where the one before it ends, the last ends where the file does."""
    at = 0
    for start, end, key in places:
        if end > size:
            raise refused("S902", path, "its bytes lie past the end of the file", key=key)
        if start != at:
            what = "its bytes overlap another's" if start < at else "there is a hole before it"
            raise refused("S903", path, what, key=key)
        at = end
    if at != size:
        raise refused("S903", path, f"{size - at:,} bytes follow its last tensor")

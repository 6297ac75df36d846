"""Datatypes and shapes, as messages of datasets and attributes hold them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from specc.weights.dtypes import STRING
from specc.weights.hdf5.block import Block, DamagedError, UnreadError
from specc.weights.limits import MAX_RANK

_FIXED, _FLOAT, _STRING, _OPAQUE, _COMPOUND, _ENUM, _VLEN = 0, 1, 3, 5, 6, 8, 9
_NAMES: Final = {
    2: "time",
    4: "bitfield",
    5: "opaque",
    7: "reference",
    10: "array",
}

# Size, exponent's place and width, mantissa's place and width, bias.
_FLOATS: Final[dict[tuple[int, ...], str]] = {
    (2, 10, 5, 0, 10, 15): "float16",
    (4, 23, 8, 0, 23, 127): "float32",
    (8, 52, 11, 0, 52, 1023): "float64",
    (2, 7, 8, 0, 7, 127): "bfloat16",
    (1, 3, 4, 0, 3, 7): "float8_e4m3fn",
    (1, 2, 5, 0, 2, 15): "float8_e5m2",
}

_COMPLEX: Final = (8, 16)

VLEN_STRING: Final = "vlen string"
OPAQUE: Final = "opaque"


@dataclass(frozen=True, slots=True)
class Datatype:
    """What one element is.

    Attributes:
        name: Of the dtype, as specc has it; `string` of fixed-length ones, `vlen string` of others;
            HDF5's word for what specc has no dtype for.
        size: Bytes of an element.
        big: Whether the most significant byte comes first.
        known: Whether specc reads arrays of it.
    """

    name: str
    size: int
    big: bool = False
    known: bool = True


def read_datatype(block: Block) -> Datatype:
    """The datatype that begins there; the cursor is behind it only for plain ones."""
    head = block.uint(1)
    kind, version = head & 15, head >> 4
    flags = block.uint(3)
    size = block.uint(4)
    if not 1 <= version <= 5 or size == 0:
        raise DamagedError("it has no datatype")
    if kind == _FIXED:
        return _integer(block, size, flags)
    if kind == _FLOAT:
        return _float(block, size, flags)
    if kind == _STRING:
        return Datatype(STRING, size)
    if kind == _ENUM:
        return _enum(block, size, flags & 0xFFFF, version)
    if kind == _COMPOUND:
        return _complex(block, size, flags & 0xFFFF, version)
    if kind == _VLEN:
        text = flags & 15 == 1
        return Datatype(VLEN_STRING if text else "vlen", size, known=False)
    return Datatype(_NAMES.get(kind, f"class {kind}"), size, known=False)


def _integer(block: Block, size: int, flags: int) -> Datatype:
    offset, precision = block.uints(2, 2)
    name = f"{'' if flags & 8 else 'u'}int{8 * size}"
    whole = size in (1, 2, 4, 8) and (offset, precision) == (0, 8 * size)
    return Datatype(name if whole else f"int of {precision} bits", size, bool(flags & 1), whole)


def _float(block: Block, size: int, flags: int) -> Datatype:
    offset, precision = block.uints(2, 2)
    form = (size, *block.uints(4, 1), block.uint(4))
    name = _FLOATS.get(form)
    plain = name is not None and (offset, precision) == (0, 8 * size) and not flags & 0x40
    return Datatype(name or f"float of {precision} bits", size, bool(flags & 1), plain)


def _enum(block: Block, size: int, count: int, version: int) -> Datatype:
    """h5py's bool is an enumeration of FALSE and TRUE."""
    if count != 2 or _kind(block) != _FIXED or read_datatype(block).name != "int8":
        return Datatype("enumeration", size, known=False)
    names = []
    for _ in range(count):
        start = block.at
        names.append(block.text())
        if version < 3:
            block.align(start)
    values = block.uints(2, 1)
    is_bool = dict(zip(names, values, strict=True)) == {"FALSE": 0, "TRUE": 1}
    return Datatype("bool" if is_bool else "enumeration", size, known=is_bool)


def _complex(block: Block, size: int, count: int, version: int) -> Datatype:
    """h5py's complex numbers are pairs of two floats, `r` and `i`."""
    unknown = Datatype("compound", size, known=False)
    half = size // 2
    if count != 2 or size not in _COMPLEX:
        return unknown
    first = _float_member(block, size, version, ("r", 0))
    second = first and _float_member(block, size, version, ("i", half))
    if first is None or first != second or first.size != half:
        return unknown
    return Datatype(f"complex{8 * size}", size, first.big, first.known)


def _float_member(
    block: Block, size: int, version: int, wanted: tuple[str, int]
) -> Datatype | None:
    """The datatype of a float of this name at this place; None of other members."""
    start = block.at
    name = block.text()
    if version < 3:
        block.align(start)
    place = block.uint(4 if version < 3 else (size.bit_length() + 7) // 8)
    dimensions = block.take(28)[0] if version == 1 else 0
    plain = (name, place) == wanted and not dimensions and _kind(block) == _FLOAT
    return read_datatype(block) if plain else None


def _kind(block: Block) -> int:
    """The class of the datatype that begins there, which stays to be read."""
    return block.data[block.at] & 15 if len(block) else -1


def read_shape(block: Block) -> tuple[int, ...] | None:
    """The sizes in a dataspace message; None if it says that there is no value."""
    version, rank, flags = block.uint(1), block.uint(1), block.uint(1)
    if rank > MAX_RANK:
        raise DamagedError(f"it has {rank} dimensions")
    if version == 1:
        block.take(5)
    elif version == 2:
        if block.uint(1) == 2:
            return None
    else:
        raise UnreadError(f"version {version} of a shape")
    shape = tuple(block.uints(rank, 8))
    if flags & 1:
        block.take(8 * rank)
    if math.prod(shape) >= 2**63 or max(shape, default=0) >= 2**63:
        raise DamagedError("its shape is larger than any memory")
    return shape

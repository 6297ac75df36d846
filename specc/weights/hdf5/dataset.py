"""Datasets: what form an array has, and its values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from specc.weights.arrays import aligned_empty, bytes_of
from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.extents import Extent, read_extent
from specc.weights.files import WeightFile
from specc.weights.hdf5.attributes import Value
from specc.weights.hdf5.block import (
    UNDEFINED,
    Block,
    DamagedError,
    ForeignError,
    UnreadError,
)
from specc.weights.hdf5.chunks import Filter, read_chunks, read_filters
from specc.weights.hdf5.datatype import Datatype, read_datatype, read_shape
from specc.weights.hdf5.header import (
    DATASPACE,
    DATATYPE,
    EXTERNAL,
    FILTERS,
    LAYOUT,
    Message,
)

if TYPE_CHECKING:
    import numpy as np

_COMPACT, _CONTIGUOUS, _CHUNKED, _VIRTUAL = range(4)


@dataclass(frozen=True, slots=True)
class Dataset:
    """An array in a file.

    Attributes:
        shape: None if it says that it has no value.
        datatype: Of an element.
        address: Of the values, or of the tree of chunks; `UNDEFINED` if there are none.
        compact: The values, if they stand in the header.
        chunk: The shape of a chunk, if the values are in chunks.
        filters: What was done to the chunks.
        attributes: By name.
    """

    shape: tuple[int, ...] | None
    datatype: Datatype
    address: int = UNDEFINED
    compact: bytes | None = None
    chunk: tuple[int, ...] | None = None
    filters: tuple[Filter, ...] = ()
    attributes: dict[str, Value] = field(default_factory=dict, hash=False)

    @property
    def nbytes(self) -> int:
        """The length of the values, as the shape says."""
        return math.prod(self.shape or ()) * self.datatype.size if self.shape is not None else 0

    @property
    def is_contiguous(self) -> bool:
        """Whether the values lie in the file as they are, at `address`."""
        return self.chunk is None and self.compact is None and self.nbytes > 0


def read_dataset(messages: list[Message], attributes: dict[str, Value]) -> Dataset:
    """What the messages of a header say.

    Raises:
        DamagedError, UnreadError, ForeignError: if it cannot be read.
    """
    by_kind = {message.kind: message for message in messages}
    if EXTERNAL in by_kind:
        raise ForeignError("its values are in other files")
    if not by_kind.keys() >= {DATASPACE, DATATYPE, LAYOUT}:
        raise DamagedError("it is neither a group nor a dataset")
    if any(by_kind[kind].shared for kind in (DATASPACE, DATATYPE, LAYOUT)):
        raise UnreadError("datatypes that have names")
    datatype = _datatype(by_kind[DATATYPE].data)
    shape = _shape(by_kind[DATASPACE].data)
    filters = read_filters(Block(by_kind[FILTERS].data)) if FILTERS in by_kind else ()
    address, compact, chunk = _layout(Block(by_kind[LAYOUT].data), shape, datatype)
    dataset = Dataset(shape, datatype, address, compact, chunk, filters, attributes)
    if filters and chunk is None:
        raise DamagedError("it has filters, and no chunks")
    if compact is not None and len(compact) < dataset.nbytes:
        raise DamagedError("it has fewer bytes than its shape says")
    return dataset


@lru_cache(256)  # a model has few of each
def _datatype(data: bytes) -> Datatype:
    return read_datatype(Block(data))


@lru_cache(256)
def _shape(data: bytes) -> tuple[int, ...] | None:
    return read_shape(Block(data))


def _layout(
    block: Block, shape: tuple[int, ...] | None, datatype: Datatype
) -> tuple[int, bytes | None, tuple[int, ...] | None]:
    """Address, values in the header, shape of chunks."""
    version, kind = block.uints(2, 1)
    if kind == _VIRTUAL and version == 4:
        raise ForeignError("it is put together of other datasets")
    if version not in (3, 4) or (version == 4 and kind == _CHUNKED):
        raise UnreadError(f"version {version} of where values are")
    if kind == _COMPACT:
        return UNDEFINED, block.take(block.uint(2)), None
    if kind == _CONTIGUOUS:
        address, size = block.uints(2, 8)
        need = math.prod(shape) * datatype.size if shape is not None else 0
        if address != UNDEFINED and size < need:
            raise DamagedError(f"it has {size:,} bytes, and its shape takes {need:,}")
        return address, None, None
    if kind != _CHUNKED:
        raise DamagedError("its values are nowhere")
    rank = block.uint(1)
    address = block.uint(8)
    *chunk, width = block.uints(rank, 4) if rank else [0]
    if shape is None or len(chunk) != len(shape) or width != datatype.size or 0 in chunk:
        raise DamagedError("its chunks have another form than itself")
    return address, None, tuple(chunk)


def stored_dtype(datatype: Datatype) -> np.dtype[Any]:
    """The numpy dtype of a known datatype, of the file's byte order."""
    import numpy as np

    if datatype.name == STRING:
        return np.dtype(f"S{datatype.size}")
    dtype = numpy_dtype(datatype.name)
    return dtype.newbyteorder(">") if datatype.big else dtype


def read_values(
    file: WeightFile, dataset: Dataset, dtype: np.dtype[Any], *, mmap: bool = False
) -> np.ndarray:
    """The array: native, contiguous, aligned, writable.

    Args:
        file: The file.
        dataset: Of that file, with a shape.
        dtype: What its elements are taken for, of the same size.
        mmap: Whether to map it where that is possible.
    """
    shape = dataset.shape or ()
    if dataset.nbytes == 0:
        return aligned_empty(shape, dtype.newbyteorder("="))
    if dataset.compact is not None:
        array = aligned_empty(shape, dtype)
        bytes_of(array)[:] = dataset.compact[: dataset.nbytes]
    elif dataset.address == UNDEFINED:
        raise DamagedError(f"its {dataset.nbytes:,} bytes were never written")
    elif dataset.chunk is None:
        return read_extent(file, Extent(dataset.address, shape, dtype), mmap=mmap)
    else:
        array = aligned_empty(shape, dtype)
        read_chunks(file, dataset.address, dataset.chunk, dataset.filters, array)
    if not array.dtype.isnative:
        array = array.byteswap(inplace=True).view(dtype.newbyteorder("="))
    return array

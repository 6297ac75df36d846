"""The checkpoints of TensorFlow's first Saver (V1): one table with the tensors' values in it.

Under the empty key stands what there is (SavedTensorSliceMeta); each slice of a tensor has its
values under a key of name and extents. tensorflow/core/util/saved_tensor_slice.proto and
tensor_slice_reader.cc.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.weights.arrays import aligned_empty
from specc.weights.dtypes import numpy_dtype
from specc.weights.files import WeightFile
from specc.weights.limits import MAX_TENSORS
from specc.weights.malformed import Decoding, Malformed, TooLarge
from specc.weights.shards import open_beside
from specc.weights.tensorflow.protobuf import Budget, Message
from specc.weights.tensorflow.tables import Table
from specc.weights.tensorflow.tensor_proto import decode_tensor
from specc.weights.tensorflow.tensor_slices import TensorSlice, check_cover, shape_of_slice
from specc.weights.tensorflow.tf_dtypes import dtype_name, shape_of

if TYPE_CHECKING:
    import numpy as np

_MOST_BYTES_OF_A_VALUE: Final = 16  # of a complex128; a varint has ten
_FREE_BLOCK_BYTES: Final = 2**20  # what small tensors share a block with


@dataclass(frozen=True, slots=True)
class SavedTensor:
    """A tensor that some of the files have parts of."""

    dtype: str
    shape: tuple[int, ...]
    slices: tuple[tuple[TensorSlice, int], ...]  # each with the number of its file


class SavedSlices:
    """The open files of a V1 checkpoint.

    Attributes:
        entries: Each tensor by its name.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Opens the files: one, or all shards.

        Raises:
            SpeccError: S001 to S003 if a file is missing or cannot be read, S903 if one contradicts
                itself or the slices don't make up the tensors, S906 beyond a limit.
        """
        self.entries: dict[str, SavedTensor] = {}
        self._files: list[WeightFile] = []
        self._tables: list[Table] = []
        try:
            for number, path in enumerate(paths):
                self._add(number, open_beside(path, paths[0]))
            self._check()
        except BaseException:
            self.close()
            raise

    def read(self, key: str) -> np.ndarray:
        """One tensor, put together from its slices.

        Raises:
            KeyError: if there is none of that key.
            SpeccError: S903 if its values are missing or not as many as its shape says.
        """
        entry = self.entries[key]
        if len(entry.slices) == 1:
            return self._slice(key, entry, *entry.slices[0])
        whole = aligned_empty(entry.shape, numpy_dtype(entry.dtype))
        for part, number in entry.slices:
            whole[part.within(entry.shape)] = self._slice(key, entry, part, number)
        return whole

    def close(self) -> None:
        """Closes the files."""
        for file in self._files:
            file.close()

    def _add(self, number: int, file: WeightFile) -> None:
        self._files.append(file)
        with Decoding(file.path) as place:
            table = Table(file)
            self._tables.append(table)
            content = table.get(b"")
            if content is None:
                raise Malformed("it has no list of tensors: it is no checkpoint")
            budget = Budget()
            for tensor in budget.message(Message(bytes(content)).data(1)).each(1):
                self._list(budget.message(tensor), number, place)

    def _list(self, tensor: Message, number: int, place: Decoding) -> None:
        place.key = tensor.text(1)
        slices = tuple((TensorSlice.of(part), number) for part in tensor.messages(4))
        saved = SavedTensor(dtype_name(tensor.unsigned(3)), shape_of(bytes(tensor.data(2))), slices)
        before = self.entries.get(place.key)
        if before:
            if (before.dtype, before.shape) != (saved.dtype, saved.shape):
                raise Malformed("two files disagree on its shape or dtype")
            saved = replace(before, slices=before.slices + slices)
        self.entries[place.key] = saved
        if len(self.entries) > MAX_TENSORS:
            raise TooLarge(f"it lists more than {MAX_TENSORS:,} tensors")

    def _check(self) -> None:
        with Decoding(self._files[0].path) as place:
            for place.key, entry in self.entries.items():
                check_cover([part.within(entry.shape) for part, _ in entry.slices], entry.shape)

    def _slice(self, key: str, entry: SavedTensor, part: TensorSlice, number: int) -> np.ndarray:
        shape = shape_of_slice(part.within(entry.shape))
        count = math.prod(shape)
        limit = _FREE_BLOCK_BYTES + _MOST_BYTES_OF_A_VALUE * count
        with Decoding(self._files[number].path, key):
            value = self._tables[number].get(part.key(key), limit)
            if value is None:
                raise Malformed("its values are missing")
            data = Message(value).message(2)
            return decode_tensor(data.message(3), entry.dtype, shape, count)

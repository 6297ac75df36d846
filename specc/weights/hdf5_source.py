"""Weights in HDF5: what the files of Keras 3, Keras 2 and others have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.extents import BaseSource
from specc.weights.hdf5.block import DamagedError, UnreadError
from specc.weights.hdf5.dataset import Dataset, read_values, stored_dtype
from specc.weights.hdf5.datatype import OPAQUE
from specc.weights.hdf5.tree import Group, as_refusal, read_tree
from specc.weights.limits import MAX_TENSORS
from specc.weights.problems import refused
from specc.weights.source import TensorInfo

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.files import WeightFile
    from specc.weights.hdf5.attributes import Value

NULL = "null"
"""The dtype of a dataset that says it has no value."""


class Hdf5Source(BaseSource):
    """An HDF5 file of which only the datasets and their paths are known.

    Subclasses know more of the names and override `_describe`.
    """

    format = "hdf5"

    def __init__(
        self,
        path: Path,
        file: WeightFile,
        tree: Mapping[str, Group | Dataset] | None = None,
    ) -> None:
        """Takes over an open file.

        Args:
            path: What is shown to the user.
            file: The file, or a window on the HDF5 file in an archive; closed with the source.
            tree: What is in it, if that is known already.

        Raises:
            SpeccError: S902 to S906 or S910 if it cannot be read.
        """
        super().__init__(path)
        self._file = file
        self._tree = read_tree(file) if tree is None else tree
        self._datasets = {
            key: item for key, item in self._tree.items() if isinstance(item, Dataset)
        }
        if len(self._datasets) > MAX_TENSORS:
            what = f"it has {len(self._datasets):,} tensors, more than are read"
            raise refused("S906", path, what)
        for key, dataset in self._datasets.items():
            self._tensors[key] = TensorInfo(key, dataset.shape or (), _dtype_name(dataset))
        self._describe()

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        info, dataset = self._tensors[key], self._datasets[key]
        dtype = self._dtype(info, dataset)
        try:
            array = read_values(self._file, dataset, dtype, mmap=mmap)
        except (DamagedError, UnreadError) as error:
            raise as_refusal(error, self._file, key) from None
        return array.astype(object) if info.dtype == STRING else array

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _describe(self) -> None:
        """Adds names and roles to `_tensors`, and fills `_metadata`."""

    def _dtype(self, info: TensorInfo, dataset: Dataset) -> np.dtype[Any]:
        if dataset.datatype.known and dataset.shape is not None:
            return stored_dtype(dataset.datatype)
        try:
            return numpy_dtype(info.dtype)  # its name is in an attribute
        except KeyError:
            what = f"its dtype `{info.dtype}` is not one of a model's variables"
            raise refused("S905", self.path, what, key=info.key) from None

    def _attributes(self, path: str) -> Mapping[str, Value]:
        item = self._tree.get(path)
        return item.attributes if item is not None else {}

    def _rename(self, key: str, **changes: Any) -> None:
        self._tensors[key] = replace(self._tensors[key], **changes)


def _dtype_name(dataset: Dataset) -> str:
    if dataset.shape is None:
        return NULL
    # HDF5 has no bfloat16; Keras says so beside the bytes.
    said = dataset.attributes.get("dtype")
    datatype = dataset.datatype
    if datatype.name == OPAQUE and datatype.size == 2 and said == b"bfloat16":
        return "bfloat16"
    return datatype.name


def open_hdf5(path: Path, file: WeightFile) -> Hdf5Source:
    """Finds by its content which Keras wrote the file.

    Raises:
        SpeccError: S902 to S906 or S910 if it cannot be read; the file is then closed.
    """
    from specc.weights.keras.keras2_source import Keras2Source
    from specc.weights.keras.keras3_source import Keras3Source, is_keras3

    try:
        tree = read_tree(file)
        kind = Hdf5Source
        if is_keras3(tree):
            kind = Keras3Source
        elif any(Keras2Source.holds(tree, path) for path in ("", "model_weights")):
            kind = Keras2Source
        return kind(path, file, tree)
    except BaseException:
        file.close()
        raise

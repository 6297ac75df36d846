"""Weight files read and written: ours against the packages that others use, in one run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.clock import interleaved
from benchmarks.result import Result

if TYPE_CHECKING:
    import numpy as np

MANY: Final = {f"layer{number}.kernel": (32, 32) for number in range(10_000)}
"""Small tensors, where the table of contents costs more than the numbers."""

LARGE: Final = {f"stage{number // 27}.block{number}.kernel": (2048, 2048) for number in range(88)}
"""As many bytes as ConvNeXtXLarge has, 1.4 GB."""


def run(rounds: int) -> list[Result]:
    """10,000 small tensors."""
    return _measure(MANY, rounds, "10,000 tensors")


def run_large(rounds: int) -> list[Result]:
    """1.4 GB."""
    return _measure(LARGE, rounds, "1.4 GB")


def _measure(shapes: Mapping[str, tuple[int, ...]], rounds: int, what: str) -> list[Result]:
    with TemporaryDirectory() as folder:
        return list(_results(_arrays(shapes), Path(folder), rounds, what))


def _arrays(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    import numpy as np

    random = np.random.default_rng(0)
    return {key: random.standard_normal(shape, "float32") for key, shape in shapes.items()}


def _results(
    arrays: Mapping[str, np.ndarray], folder: Path, rounds: int, what: str
) -> Iterable[Result]:
    import h5py
    from safetensors.numpy import save_file

    ours, theirs, h5 = folder / "ours.safetensors", folder / "st.safetensors", folder / "w.h5"
    pair = interleaved(partial(_write, ours, arrays), partial(_raw, folder / "raw", arrays), rounds)
    parts = pair.parts("with digests, on the disk", "its bytes alone, on the disk")
    yield Result(f"writing safetensors, {what}", pair.ratio, None, "×", parts)

    save_file(dict(arrays), theirs)
    reading = (partial(_read_all, theirs), partial(_read_by_package, theirs))
    pair = interleaved(*reading, rounds)
    parts = pair.parts("specc", "the package safetensors")
    yield Result(f"reading safetensors, {what}", pair.ratio, None, "×", parts)

    with h5py.File(h5, "w") as file:
        for key, array in arrays.items():
            file[key.replace(".", "/")] = array
    pair = interleaved(partial(_read_all, h5), partial(_read_by_h5py, h5), rounds)
    yield Result(f"reading HDF5, {what}", pair.ratio, None, "×", pair.parts("specc", "h5py"))


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    from specc.weights import TensorInfo, write_safetensors

    infos = [TensorInfo(key, array.shape, array.dtype.name) for key, array in arrays.items()]
    write_safetensors(path, infos, arrays.__getitem__, force=True)


def _raw(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with path.open("wb", buffering=0) as file:
        for array in arrays.values():
            file.write(array.data)
        os.fsync(file.fileno())


def _read_all(path: Path) -> None:
    from specc.weights import open_source

    with open_source(path) as source:
        for key in source.tensors():
            source.read(key)


def _read_by_package(path: Path) -> None:
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        for key in file.keys():  # noqa: SIM118 - it is no mapping
            file.get_tensor(key)


def _read_by_h5py(path: Path) -> None:
    import h5py

    def read(_name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            item[()]

    with h5py.File(path) as file:
        file.visititems(read)

"""A few tensors, the sinks that write them, and whether what was written is whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from specc.weights import (
    TensorInfo,
    open_source,
    provenance,
    verify,
    write_npz,
    write_safetensors,
    write_sharded,
)

SHAPE = (100, 100)
INFOS = [TensorInfo(f"w{i}", SHAPE, "float32") for i in range(5)]


def value(number: int) -> Callable[[str], np.ndarray]:
    """Gives every tensor the same numbers."""
    return lambda key: np.full(SHAPE, number, "float32")


def sharded(path: Path, *args: object, **more: bool) -> str:
    """Writes two tensors a file."""
    return write_sharded(path, *args, **more, shard_bytes=80_000)


SINKS = {
    "a.safetensors": write_safetensors,
    "a.npz": write_npz,
    "a.safetensors.index.json": sharded,
}


def content(path: Path) -> str:
    """The content digest, of a file that holds what it says."""
    with open_source(path) as source:
        assert verify(source) == ([], [])
        return provenance(source).content

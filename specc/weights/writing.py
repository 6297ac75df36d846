"""Writes tensors in the format that a file's name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import display_name
from specc.weights.dtypes import is_dtype
from specc.weights.metadata import Provenance
from specc.weights.npz_sink import write_npz
from specc.weights.safetensors_sink import Read, write_safetensors
from specc.weights.sharded_sink import write_sharded
from specc.weights.source import TensorInfo

if TYPE_CHECKING:
    from specc.source.reader import AnyPath

SHARD_BYTES: Final = 5 * 10**9
"""What the hubs that hold models take as the largest file."""

INDEX: Final = ".safetensors.index.json"
SUFFIXES: Final = (".safetensors", INDEX, ".npz")
OF_MODELS: Final = (".weights.h5", ".keras", ".ckpt")
"""What is written of models only, by Keras and TensorFlow."""


def check_suffix(path: AnyPath) -> None:
    """Checks that a file's name says a format that can be written.

    Raises:
        SpeccError: S805 if it doesn't.
    """
    if not Path(path).name.endswith(SUFFIXES):
        known = ", ".join(f"`{suffix}`" for suffix in SUFFIXES)
        message = f"`{display_name(path)}` ends in none of {known}"
        built = Path(path).name.endswith(OF_MODELS)
        hint = "it holds the weights of a model: give its spec, `--spec`" if built else ""
        raise SpeccError([Diagnostic("S805", message, help=hint)])


def write_tensors(
    path: AnyPath,
    tensors: Sequence[TensorInfo],
    read: Read,
    provenance: Provenance,
    *,
    shard_bytes: int = SHARD_BYTES,
    force: bool = False,
) -> str:
    """Writes a file, or a set of them, whole or not at all; gives the content digest.

    Raises:
        SpeccError: S805 if the name says no format, others as `write_safetensors`.
    """
    check_suffix(path)
    for info in tensors:
        if not is_dtype(info.dtype):
            read(info.key)  # which can't be read, and says so
    name = Path(path).name
    if name.endswith(INDEX):
        return write_sharded(path, tensors, read, provenance, shard_bytes=shard_bytes, force=force)
    write = write_npz if name.endswith(".npz") else write_safetensors
    return write(path, tensors, read, provenance, force=force)

"""What every format of weight file looks like to the rest of specc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self

if TYPE_CHECKING:
    import numpy as np

Role = Literal["variable", "table", "optimizer", "metric", "generator", "other"]
"""What a tensor is to its model. Only variables, and tables such as vocabularies, are wanted unless
training goes on."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A tensor of a file, as known without reading it.

    Attributes:
        key: The name in the file.
        shape: The sizes, `()` of a scalar.
        dtype: The dtype's name as Keras and ml_dtypes know it (`float32`, `bfloat16`,
            `float8_e4m3fn`, `int4`, `bool`, `uint32`), or `string`.
        names: Other names that it is known by: `specc_key`, `keras_path`, `layer_name`,
            `object_path`, `full_name`, …
        role: What it is to its model.
    """

    key: str
    shape: tuple[int, ...]
    dtype: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    role: Role = "variable"


class Source(Protocol):
    """An open weight file: a list of its tensors, each read when asked for.

    Everything that a file declares is checked when it is opened, by reading no tensor's data.

    Attributes:
        format: What the format is called in reports (`safetensors`, `keras3-h5`, …).
        path: The file, or the folder or index that stands for several.
    """

    format: str
    path: Path

    def tensors(self) -> Mapping[str, TensorInfo]:
        """Every tensor, by its key, in the file's order."""
        ...

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor; no other is read.

        The array is contiguous, of native byte order and writable, its data starts on a 64-byte
        boundary (TensorFlow ends the process on others when it is given them without a copy), and
        writing to it never changes the file. bfloat16, float8 and int4 are arrays of `ml_dtypes`;
        strings are object arrays of `bytes`.

        Args:
            key: One of `tensors()`.
            mmap: Give a view of a private map of the file where alignment allows it, else a copy
                as without. What another process writes into the file then shows, and cutting the
                file short ends the process: only for files that nobody else changes.

        Raises:
            KeyError: if there is no such tensor.
            SpeccError: if its data is damaged, or no longer there.
        """
        ...

    def metadata(self) -> Mapping[str, object]:
        """What the file says of itself: of ours digests and versions; empty if nothing."""
        ...

    def close(self) -> None:
        """Lets go of the file. Arrays that were read stay."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

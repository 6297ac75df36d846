"""Large tensors read in other threads, while the caller builds what they are for."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from specc.weights.dtypes import STRING, is_dtype, numpy_dtype

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source

LARGE: Final = 2**20
"""Bytes from which a tensor is read ahead: small ones are read sooner than they are handed over."""

_SWITCH: Final = 0.0003
"""Seconds that a reader who comes back from the system waits for Python's lock while the caller
computes. By default it is 0.005, as long as reading 8 MB takes."""

_MOST_THREADS: Final = 2
"""Copying is bound by the memory, which two threads keep busy; the caller's own is one more."""

Request = tuple["Source", str]


class ReadAhead:
    """Tensors of open files, each asked for once; large ones are read before they are.

    Whoever asks for one that nobody has begun with reads it himself. So it is the largest that are
    read first: both then seldom want the same one, and wait for each other.

    Within `with` the files must stay open. What is read ahead stays in memory until it is asked
    for, so only tensors that are sure to be used belong here.
    """

    def __init__(self, requests: Iterable[Request]) -> None:
        """Starts reading.

        Args:
            requests: What will be asked for; the largest are read first.
        """
        self._interval = sys.getswitchinterval()
        sizes = [(_size(source, key), source, key) for source, key in requests]
        large = sorted((each for each in sizes if each[0] >= LARGE), key=lambda each: -each[0])
        self._threads = ThreadPoolExecutor(_readers(), "specc-read")
        self._coming: dict[tuple[int, str], Future[np.ndarray]] = {}
        try:
            for _, source, key in large:
                self._coming[id(source), key] = self._threads.submit(source.read, key)
        except RuntimeError:  # the system has no thread, or no memory for one
            self._threads.shutdown(wait=False, cancel_futures=True)

    def read(self, source: Source, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        coming = self._coming.pop((id(source), key), None)
        if coming is None or coming.cancel():
            return source.read(key, mmap=mmap)
        return coming.result()

    def __enter__(self) -> Self:
        if self._coming:
            sys.setswitchinterval(min(_SWITCH, self._interval))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._coming.clear()
        sys.setswitchinterval(self._interval)


def _readers() -> int:
    """How many read: a core is left to the caller, if there are two."""
    return max(1, min(_MOST_THREADS, (os.cpu_count() or 1) - 1))


def _size(source: Source, key: str) -> int:
    info = source.tensors()[key]
    if info.dtype == STRING or not is_dtype(info.dtype):
        return 0
    return math.prod(info.shape) * numpy_dtype(info.dtype).itemsize

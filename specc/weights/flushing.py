"""A file brought to the disk while more of it is made: the last flush is then short."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

EVERY: Final = 64 * 2**20
"""Bytes between flushes. By itself the system begins only when gigabytes are waiting."""

_flush = getattr(os, "fdatasync", os.fsync)


class EarlyFlush:
    """Flushes in another thread what was written so far, while the caller writes on."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._threads = ThreadPoolExecutor(1, "specc-flush")
        self._last: Future[None] | None = None
        self._since = 0

    def wrote(self, count: int) -> None:
        """Takes note of bytes; begins to flush if there are enough, and the last is done.

        Raises:
            OSError: the last one failed. The system tells that once, so it mustn't be missed.
        """
        self._since += count
        if self._since < EVERY or (self._last is not None and not self._last.done()):
            return
        self._check()
        try:
            self._last = self._threads.submit(_flush, self._descriptor)
        except RuntimeError:  # the system has no thread: all is flushed at the end
            self._last = None
        self._since = 0

    def _check(self) -> None:
        if self._last is not None:
            self._last.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        if error is None:
            self._check()

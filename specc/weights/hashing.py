"""Digests made beside the writing: hashing takes about as long as a disk does."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from specc.weights.metadata import digest_of

_MOST_THREADS: Final = 4
_MOST_WAITING: Final = 256 * 2**20
"""Bytes of tensors that are kept until they are hashed, the last one aside."""


class Hasher:
    """Digests of many tensors, made in other threads, in bounded memory."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
        self._waiting: deque[tuple[str, int, Future[str]]] = deque()
        self._bytes = 0
        self._digests: dict[str, str] = {}

    def add(self, key: str, data: memoryview) -> None:
        """Starts on a tensor, whose bytes must stay as they are; waits if many are behind."""
        try:
            digest = self._threads.submit(digest_of, [data])
        except RuntimeError:  # the system has no thread, or no memory for one
            self._digests[key] = digest_of([data])
            return
        self._waiting.append((key, data.nbytes, digest))
        self._bytes += data.nbytes
        while self._bytes > _MOST_WAITING and len(self._waiting) > 1:
            self._take()

    def digests(self) -> dict[str, str]:
        """The digest of every tensor, by its key."""
        while self._waiting:
            self._take()
        return self._digests

    def _take(self) -> None:
        key, size, digest = self._waiting.popleft()
        self._digests[key] = digest.result()
        self._bytes -= size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

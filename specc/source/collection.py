"""Pausing Python's garbage collection while many objects are made and none become garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keeps the collector from walking what is being built, again and again.

    A tree of nodes has no cycles, so there is nothing for it to find; it cost a third of the time
    of reading a large file, and more than in proportion to the file.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

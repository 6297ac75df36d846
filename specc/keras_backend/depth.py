"""Builds models of more layers in a row than Python's stack has room for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEEP = 250
"""Layers in a row from which Keras's recursion (three frames a layer) nears Python's limit."""

FRAMES_A_LAYER = 12
"""Measured at 3 to 6 frames; twice that is room for nested models."""

STACK_BYTES = 1 << 29
"""Half a gigabyte of address space; only what is used becomes memory."""


def with_deep_stack(layers: int, act: Callable[[], T]) -> T:
    """Runs `act`, on a thread with a large stack if there are many layers.

    Raises:
        Exception: whatever `act` raises.
    """
    if layers < DEEP:
        return act()
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(act())
        except BaseException as error:
            failure.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(max(limit, 1000 + layers * FRAMES_A_LAYER))
    try:
        thread = threading.Thread(target=run, name="specc-build")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]

"""When Python looks for garbage: not while much is made and nothing thrown away."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Within, cycles are not collected.

    Compiling makes hundreds of thousands of objects that all stay; each collection walks them
    all, so with it the cost of a layer grows with the number of layers.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

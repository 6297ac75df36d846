"""Builds models of more layers in a row than Python's stack has room for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError

T = TypeVar("T")

DEEP = 250
"""Layers in a row from which Keras's recursion (three frames a layer) nears Python's limit."""

FRAMES_A_LAYER = 12
"""Measured at 3 to 6 frames; twice that is room for nested models."""

STACK_BYTES = 1 << 29
"""Half a gigabyte of address space; only what is used becomes memory."""


def with_deep_stack(layers: int, act: Callable[[], T], span: Span | None) -> T:
    """Runs `act`, on a thread with a large stack if there are many layers.

    Args:
        layers: How many there are.
        act: What builds them.
        span: The model's place in the text.

    Raises:
        SpeccError: even that stack is too small, or there is no memory.
        Exception: whatever else `act` raises.
    """
    try:
        return act() if layers < DEEP else _on_thread(layers, act)
    except RecursionError as error:
        message = f"the model's {layers:,} layers are nested too deep for Keras"
        hint = "Keras follows a model from layer to layer, and Python bounds how far"
        raise SpeccError([Diagnostic("S703", message, span, help=hint)]) from error
    except MemoryError as error:
        raise SpeccError([Diagnostic("S704", "there is no memory for the model", span)]) from error


def _on_thread(layers: int, act: Callable[[], T]) -> T:
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
        thread = threading.Thread(target=run, name="specc-build", daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]

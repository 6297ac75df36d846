"""Keras's exceptions become diagnostics at the step that caused them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError

ARGUMENTS = "Arguments received by"


@contextmanager
def at_step(code: str, what: str, span: Span) -> Iterator[None]:
    """Within, what Keras raises is reported at a step, with Keras's message below.

    Raises:
        SpeccError: instead of any exception of Keras's or TensorFlow's.
    """
    try:
        yield
    except (SpeccError, RecursionError, MemoryError):
        raise
    except Exception as error:
        message = first_words(error)
        raise SpeccError([Diagnostic(code, what, span, help=f"Keras says: {message}")]) from error


def first_words(error: Exception) -> str:
    """Keras's message without the list of arguments that it appends, and on one line."""
    text = str(error).partition(ARGUMENTS)[0]
    text = text.partition("Exception encountered when calling")[2] or text
    text = text.partition("\x1b[1m")[2] or text
    text = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    return " ".join(text.split()) or type(error).__name__

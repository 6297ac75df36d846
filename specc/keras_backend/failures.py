"""Keras's exceptions become diagnostics at the step that caused them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError

LONGEST = 400
"""Characters of a message that are shown; Keras appends configs and whole arrays to some."""

NOISE = (
    r"\s*Arguments received by.*",  # what the call got, which the spec shows
    r"Exception encountered when calling .*?\x1b\[1m|\x1b\[0m",
    r"Error when deserializing class .*?Exception encountered:",
    r"Could not automatically infer .*?Error encountered:",
    r"\{\{function_node [^}]*\}\}|\[Op:\w+\]( name:)?",  # TensorFlow's addresses
    r" for '\{\{node [^']*'",
    r" with name 'None'",
)
"""What Keras and TensorFlow write around what they mean."""


@contextmanager
def at_step(code: str, what: str, span: Span | None, who: str = "Keras") -> Iterator[None]:
    """Within, what Keras raises is reported at a step, with Keras's message below.

    `who` raises it: Keras, or a class of the user's.

    Raises:
        SpeccError: instead of any exception of Keras's or TensorFlow's.
    """
    try:
        yield
    except (SpeccError, RecursionError, MemoryError):
        raise
    except Exception as error:
        message = first_words(error)
        raise SpeccError([Diagnostic(code, what, span, help=f"{who} says: {message}")]) from error


def first_words(error: BaseException) -> str:
    """What Keras means, on one line, without what it writes around it."""
    text = str(error)
    for noise in NOISE:
        text = re.sub(noise, "", text, flags=re.DOTALL)
    text = " ".join(text.split())
    if isinstance(error, IndexError):
        return f"an axis is outside of the input's shape ({text})"
    if len(text) > LONGEST:
        text = f"{text[:LONGEST].rstrip()} …"
    return text or type(error).__name__

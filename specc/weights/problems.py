"""A refusal of a weight file: which file, which tensor, what is wrong, what to do."""

from __future__ import annotations

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import AnyPath, display_name

_SHOWN_CHARACTERS = 200


def refused(code: str, path: AnyPath, what: str, *, key: str = "", help: str = "") -> SpeccError:  # noqa: A002  # the field's name in Diagnostic
    """The error to raise: `` `run.safetensors`, tensor `head.kernel`: … ``.

    Args:
        code: A code of `specc/diagnostics/codes/weights.py`.
        path: The file.
        what: What is wrong with it, a clause without a full stop.
        key: The tensor that it is about; cut if a stranger made it very long.
        help: What the user can do.
    """
    tensor = f", tensor `{shown(key)}`" if key else ""
    message = f"`{display_name(path)}`{tensor}: {what}"
    return SpeccError([Diagnostic(code, message, help=help)])


def shown(text: str) -> str:
    """A text from a file, cut to what a message can bear."""
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[:_SHOWN_CHARACTERS]}… ({len(text):,} characters)"

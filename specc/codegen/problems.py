"""What can't be written as plain Keras code."""

from __future__ import annotations

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError

HELP = "`-o model.keras` or `-o model.json` keep all that a spec says"


class Refused(Exception):  # noqa: N818 - becomes a diagnostic at the step that it is raised for
    """Plain Keras code can't say something."""


def refused(message: str, origin: Span | None) -> SpeccError:
    """The error of a step that can't be written."""
    return SpeccError([Diagnostic("S807", message, origin, help=HELP)])

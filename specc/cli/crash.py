"""What is said when specc itself fails."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic

if TYPE_CHECKING:
    from specc.cli.console import Console

SHOWN = "SPECC_TRACEBACK"
"""With this variable set, the traceback is written to stderr instead of a file."""


def report_crash(error: Exception, console: Console) -> None:
    """Reports a bug of ours: what it was, where the traceback is, and to whom to tell it."""
    details = _details(error)
    if os.environ.get(SHOWN):
        console.err.write(details)
        kept = "the traceback is above"
    else:
        kept = f"the traceback is in {_keep(details)}"
    words = str(error).strip().partition("\n")[0]
    message = f"{type(error).__name__}{': ' if words else ''}{words}"
    advice = (
        f"this is a bug in specc, not your mistake; {kept}\n"
        "please report it where you got specc from, with the traceback and the spec"
    )
    console.problems([Diagnostic("S900", message, help=advice)])


def _details(error: Exception) -> str:
    from specc import __version__

    lines = traceback.format_exception(error)
    return f"specc {__version__}, Python {platform.python_version()}\n{''.join(lines)}"


def _keep(details: str) -> Path:
    with tempfile.NamedTemporaryFile(
        "w", prefix="specc-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(details)
    return Path(file.name)

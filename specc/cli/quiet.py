"""Keeps TensorFlow's log noise off the terminal, without hiding what matters."""

from __future__ import annotations

import os
import re
import signal
import sys
import warnings
from functools import partial
from typing import Final

from specc.cli.console import Console

NOISE: Final = re.compile(rb"[IW]\d{4} |WARNING: All log messages before absl::InitializeLog|\s*$")
"""Lines of level INFO and WARNING in absl's format."""


def quiet_tensorflow(console: Console) -> None:
    """Imports TensorFlow and Keras without what they log while being loaded.

    A level for their log is a variable, but their libraries write some lines before they look at
    it. So what comes on stderr meanwhile goes through a filter in a process of its own: whatever
    isn't noise is written at once, even if the import ends in a crash.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        return
    warnings.showwarning = partial(_show_warning, console)
    with console.progress("loading TensorFlow"):
        if not hasattr(os, "fork"):
            _load()
            return
        sys.stderr.flush()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writer)
            _filter(reader)
        os.close(reader)
        try:
            _load_into(writer)
        finally:
            os.waitpid(child, 0)


def _show_warning(console: Console, message: Warning | str, *_: object) -> None:
    """A warning of Keras's without the line of Keras's that it came from."""
    console.say(f"warning from Keras: {message}")


def _load() -> None:
    import specc.keras_backend  # noqa: F401 - for what the import does


def _load_into(writer: int) -> None:
    """Loads while stderr goes to a pipe, which is closed after."""
    stderr = os.dup(2)
    os.dup2(writer, 2)
    os.close(writer)
    try:
        _load()
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)


def _filter(reader: int) -> None:
    """Copies lines that aren't noise to stderr, until the pipe is closed; then ends the process."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the pipe, and not before
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with os.fdopen(reader, "rb") as lines:
            for line in lines:
                if not NOISE.match(line):
                    os.write(2, line)
    finally:
        os._exit(0)  # whatever happens: a second specc must not go on here

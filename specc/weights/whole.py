"""Whether a file is, as a whole, the one that is meant."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import display_name
from specc.weights.files import open_file

if TYPE_CHECKING:
    from specc.source.reader import AnyPath

_AT_ONCE: Final = 2**22


def file_sha256(path: AnyPath) -> str:
    """SHA-256, in hex, of a file's bytes, as `sha256sum` prints it.

    Raises:
        SpeccError: it is no regular file, or can't be read.
    """
    state = hashlib.sha256()
    file = open_file(path)
    try:
        buffer = memoryview(bytearray(_AT_ONCE))
        for start in range(0, file.size, _AT_ONCE):
            part = buffer[: min(_AT_ONCE, file.size - start)]
            file.read_into(start, part)
            state.update(part)
    finally:
        file.close()
    return state.hexdigest()


def check_sha256(path: AnyPath, expected: str) -> None:
    """Compares a file with the digest that is said of it.

    Raises:
        SpeccError: S942 if it has another, or what reading raises.
    """
    found = file_sha256(path)
    if found != expected:
        message = f"`{display_name(path)}` has the SHA-256 {found}, and {expected} is asked for"
        raise SpeccError([Diagnostic("S942", message)])

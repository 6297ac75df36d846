"""Where texts come from: a disk, or memory. Others (a git revision, an editor) look the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn, Protocol

from specc.diagnostics import Diagnostic, Source, Span, did_you_mean
from specc.errors import SpeccError
from specc.source.limits import MAX_BYTES, MAX_NEIGHBOURS

AnyPath = str | os.PathLike[str]

_OF_MODELS: Final = (
    "`specc import` makes a spec of a model's file; `specc weights ls` looks into its weights"
)
_BOM: Final = b"\xef\xbb\xbf"
_OPEN_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that took the file's place must not make us wait
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class Reader(Protocol):
    """Anything that turns a path into a text with a name."""

    def read(self, path: AnyPath) -> Source:
        """The text at `path`.

        Raises:
            SpeccError: if there is none, or it cannot be read as text.
        """
        ...


class DiskReader:
    """Reads regular UTF-8 files of bounded size."""

    def read(self, path: AnyPath) -> Source:
        """The text of a file.

        Raises:
            SpeccError: S001 to S005, if it is missing, no regular file, unreadable, too large, or
                not UTF-8.
        """
        name = display_name(path)
        return decode(read_bytes(path, name), name)


class MemoryReader:
    """Reads from a mapping of paths to texts, as tests and editors have."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {_normal(path): text for path, text in texts.items()}

    def read(self, path: AnyPath) -> Source:
        """The text held under `path`.

        Raises:
            SpeccError: S001, if there is none.
        """
        name = display_name(path)
        text = self._texts.get(_normal(path))
        if text is None:
            _fail("S001", f"`{name}` does not exist", label=did_you_mean(name, self._texts))
        return Source(name, text.removeprefix("\ufeff"))


def display_name(path: AnyPath) -> str:
    """The path as it is shown: relative to the working directory where it lies below it."""
    text = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
    return text.removeprefix(f"{Path.cwd()}{os.sep}")


def read_bytes(path: AnyPath, name: str) -> bytes:
    """The content of a regular file no larger than `MAX_BYTES`.

    The kind and the size are those of the descriptor that is read, not of a name that may change.

    Raises:
        SpeccError: S001 to S004, S024.
    """
    try:
        _check_kind(Path(path).stat(), name)  # before opening: that alone may act on a device
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            _check_kind(status, name)
            _check_content(file.read(9), name)
            _check_size(status.st_size, name)
            file.seek(0)
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        _fail("S001", f"`{name}` does not exist", help=_neighbour(Path(path)))
    except (OSError, ValueError) as error:
        _fail("S003", f"`{name}` cannot be read: {_words(error)}")
    _check_size(len(data), name)
    return data


def decode(data: bytes, name: str) -> Source:
    """Bytes as UTF-8 text, without a byte order mark.

    Raises:
        SpeccError: S005 at the first byte that isn't UTF-8.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:2]:
        _fail("S005", f"`{name}` is not UTF-8: it looks like UTF-16", help="save it as UTF-8")
    data = data.removeprefix(_BOM)
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        _fail_at(data, error.start, name)


def _fail_at(data: bytes, offset: int, name: str) -> NoReturn:
    before = data[:offset].decode("utf-8")
    source = Source(name, before + data[offset:].decode("utf-8", "replace"))
    span = Span(source, len(before), len(before) + 1)
    message = f"`{name}` is not UTF-8: byte 0x{data[offset]:02X} has no meaning here"
    _fail("S005", message, span, label="save the file as UTF-8")


def _check_kind(status: os.stat_result, name: str) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    kind = kinds.get(stat.S_IFMT(status.st_mode), "a device")
    _fail("S002", f"`{name}` is {kind}, not a file")


def _check_content(start: bytes, name: str) -> None:
    """Tells a model or weight file by its first nine bytes."""
    kinds = {b"PK\x03\x04": "a zip archive, as `.keras` is", b"\x89HDF\r\n": "an HDF5 file"}
    kind = next((kind for magic, kind in kinds.items() if start.startswith(magic)), None)
    if kind is None and start[6:] == b"\0\0{":  # a length of 64 bits, then JSON
        kind = "a safetensors file"
    if kind is not None:
        _fail("S024", f"`{name}` is {kind}, not a spec", help=_OF_MODELS)


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        more = f"more than {MAX_BYTES:,} bytes, the largest size of a spec"
        _fail("S004", f"`{name}` has {more}", help="is it a weight file or an archive?")


def _neighbour(path: Path) -> str:
    """The offer of a file of a like name in the same folder."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, MAX_NEIGHBOURS)]
    except (OSError, ValueError):
        return f"there is no folder `{display_name(path.parent)}`"
    return did_you_mean(path.name, names)


def _normal(path: AnyPath) -> str:
    return os.path.normpath(Path(path).absolute())


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _fail(code: str, message: str, span: Span | None = None, **more: str) -> NoReturn:
    raise SpeccError([Diagnostic(code, message, span, **more)]) from None  # type: ignore[arg-type] # only text fields are given

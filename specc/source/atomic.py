"""Files that appear whole or not at all.

A temporary file in the same folder is written, flushed to the disk, and renamed; a crash leaves the
old file or the new one. Where the output is a symbolic link the file that it leads to is replaced,
and the link stays: whoever made it wanted the output there.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import AnyPath, display_name

TEMPORARY_PREFIX: Final = ".specc-"
"""Start of the names of our temporary files; a kill leaves one behind, and this tells whose."""

_KEPT_NAME: Final = 57
"""Characters kept of the output's name, its end: writers look at suffixes, and names are bounded by
255 bytes, of which a character may take four."""


def write_atomic(path: AnyPath, data: bytes | str, force: bool = False) -> None:
    """Writes a file whole, or leaves what was there. Text is written as UTF-8.

    Raises:
        SpeccError: S801 if it exists and `force` is not given, S802 if it cannot be written.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    with atomic_path(path, force) as temporary:
        temporary.write_bytes(content)


@contextmanager
def atomic_path(path: AnyPath, force: bool = False) -> Iterator[Path]:
    """Gives the name of a temporary file for others to write, and puts it in place at the end.

    The name ends like the output's, because Keras goes by suffixes. If the body raises anything,
    an interrupt too, the temporary file is removed and the output is as it was. What the body
    raises as an OSError comes out as S802.

    Raises:
        SpeccError: S801 if the output exists and `force` is not given, S802 if it cannot be
            written.
    """
    name = display_name(path)
    try:
        target = Path(os.path.realpath(path))
        mode = _check_target(target, name, force)
    except (OSError, ValueError) as error:
        _cannot_write(name, error)
    token = os.urandom(8).hex()
    temporary = target.with_name(f"{TEMPORARY_PREFIX}{token}-{target.name[-_KEPT_NAME:]}")
    try:
        _create(temporary)
        yield temporary
        _sync(temporary, mode)
        _publish(temporary, target, name, force)
        _sync_folder(target.parent)
    except OSError as error:
        _cannot_write(name, error)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _check_target(target: Path, name: str, force: bool) -> int | None:
    """The permissions of the file to replace, None if there is none."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise SpeccError([Diagnostic("S802", f"`{name}` cannot be written: it is {kind}")])
    if not force:
        _exists(name)
    return stat.S_IMODE(status.st_mode)


def _create(temporary: Path) -> None:
    """Takes the name, before a writer that would follow a link or use a file put there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
    os.close(os.open(temporary, flags, 0o666))  # less the umask, as for any new file


def _sync(temporary: Path, mode: int | None) -> None:
    descriptor = os.open(temporary, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        if mode is not None:
            temporary.chmod(mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(temporary: Path, target: Path, name: str, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)  # unlike a rename, it fails if someone made the file meanwhile
    except FileExistsError:
        _exists(name)
    except OSError:  # a file system without hard links
        if target.exists():
            _exists(name)
        temporary.replace(target)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there, and renames are journalled
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise  # those two: the file system has no such operation
    finally:
        os.close(descriptor)


def _exists(name: str) -> NoReturn:
    message = f"`{name}` exists, and is not overwritten"
    raise SpeccError([Diagnostic("S801", message, help="give another name, or `--force`")])


def _cannot_write(name: str, error: Exception) -> NoReturn:
    words = (getattr(error, "strerror", None) or str(error)).lower()
    raise SpeccError([Diagnostic("S802", f"`{name}` cannot be written: {words}")]) from error

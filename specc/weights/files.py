"""Regular files opened for reading at offsets, and windows on parts of them."""

from __future__ import annotations

import mmap
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.source.reader import AnyPath, display_name
from specc.weights.problems import refused

if TYPE_CHECKING:
    import numpy as np

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that took the file's place must not make us wait
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_PAGE: Final = 4096
_KEPT_PAGES: Final = 4096
_MOST_AT_ONCE: Final = 2**30  # one call to the system reads at most 2 GiB


class WeightFile:
    """A regular file, its size as it was when opened, read by offset.

    A window is the same file with a start and a size: an archive's member.

    Attributes:
        path: As the user gave it.
        size: Bytes.
        start: Where the window begins in the file, 0 of a whole file.
    """

    def __init__(
        self,
        path: Path,
        descriptor: int,
        start: int,
        size: int,
        whole: WeightFile | None = None,
    ) -> None:
        self.path = path
        self.start = start
        self.size = size
        self._descriptor = descriptor
        self._whole = whole
        self._pages: dict[int, bytes] = {}
        self._map: mmap.mmap | None = None

    def window(self, start: int, size: int) -> WeightFile:
        """A part, which must lie inside, and is open as long as the whole is."""
        if not 0 <= start <= start + size <= self.size:
            raise refused("S902", self.path, f"{size:,} bytes at {start:,} lie past its end")
        return WeightFile(self.path, self._descriptor, self.start + start, size, self)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of metadata, from pages that are kept: they are small and stand close together.

        Raises:
            SpeccError: S902 if the file is shorter, S003 if the system cannot read it.
        """
        if min(offset, length) < 0 or offset + length > self.size:
            what = f"{length:,} bytes at {offset:,} were to be read, and it has {self.size:,}"
            raise refused("S902", self.path, what)
        first, last = offset // _PAGE, (offset + length - 1) // _PAGE
        if last - first > 16:
            return self._pread(offset, length)
        at = offset - first * _PAGE
        if first == last:
            return self._page(first)[at : at + length]
        pages = b"".join([self._page(number) for number in range(first, last + 1)])
        return pages[at : at + length]

    def read_into(self, offset: int, target: memoryview) -> None:
        """Fills `target` with the bytes at `offset`, past every buffer.

        Raises:
            SpeccError: S902 if the file is shorter, S003 if the system cannot read it.
        """
        if offset < 0 or offset + len(target) > self.size:
            raise refused("S902", self.path, f"it ends before byte {offset + len(target):,}")
        done = 0
        while done < len(target):
            part = target[done : done + _MOST_AT_ONCE]
            try:
                count = os.preadv(self._descriptor, [part], self.start + offset + done)
            except OSError as error:
                raise _unreadable(self.path, error) from error
            if not count:
                raise refused("S902", self.path, "it became shorter while it was read")
            done += count

    def mapped(self, offset: int, length: int) -> np.ndarray:
        """A view of a private map of the file: pages are read when used, and writes stay ours."""
        import numpy as np

        if offset < 0 or offset + length > self.size:
            raise refused("S902", self.path, f"it ends before byte {offset + length:,}")
        if self._whole is not None:  # one map for all windows: a process may have some thousands
            return self._whole.mapped(self.start - self._whole.start + offset, length)
        if os.fstat(self._descriptor).st_size < self.size:
            raise refused("S902", self.path, "it became shorter while it was read")
        if self._map is None:
            try:
                self._map = mmap.mmap(self._descriptor, self.size, access=mmap.ACCESS_COPY)
            except OSError as error:  # no address space, or a file system that has no maps
                raise _unreadable(self.path, error) from error
        return np.frombuffer(self._map, np.uint8, length, offset)

    def close(self) -> None:
        """Closes the descriptor; maps live as long as arrays on them."""
        self._map = None
        self._pages.clear()
        if self._whole is None and self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _KEPT_PAGES:
                self._pages.clear()
            start = number * _PAGE
            page = self._pages[number] = self._pread(start, min(_PAGE, self.size - start))
        return page

    def _pread(self, offset: int, length: int) -> bytes:
        data = bytearray(length)
        self.read_into(offset, memoryview(data))
        return bytes(data)


def open_file(path: AnyPath) -> WeightFile:
    """Opens a regular file. Its kind and size are those of the descriptor that is read.

    Raises:
        SpeccError: S001 if there is none, S002 if it is no regular file, S003 if it cannot be read.
    """
    place = Path(path)
    descriptor = -1
    try:
        _check_kind(place, place.stat())  # before opening: that alone may act on a device
        descriptor = os.open(place, _FLAGS)
        status = os.fstat(descriptor)
        _check_kind(place, status)
        return WeightFile(place, descriptor, 0, status.st_size)
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(place) from None
    except (OSError, ValueError) as error:
        raise _unreadable(place, error) from error
    except SpeccError:
        if descriptor >= 0:
            os.close(descriptor)
        raise


def _check_kind(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        kind = kinds.get(stat.S_IFMT(status.st_mode), "a device")
        raise SpeccError([Diagnostic("S002", f"`{display_name(path)}` is {kind}, not a file")])


def _missing(path: Path) -> SpeccError:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())[:1000]
    except OSError:
        names = []
    message = f"`{display_name(path)}` does not exist"
    return SpeccError([Diagnostic("S001", message, help=did_you_mean(path.name, names))])


def _unreadable(path: Path, error: Exception) -> SpeccError:
    words = (getattr(error, "strerror", None) or str(error)).lower()
    return SpeccError([Diagnostic("S003", f"`{display_name(path)}` cannot be read: {words}")])

"""Saves that are killed or fail at one of their calls to the system, in processes of their own.

`python -m tests.weights.crashing WHAT PATH` saves over a file once for each call that a save makes,
each time in a fork that meets its fate there, and prints a line for each that left anything but the
old file or the new one, whole; the last line is how many calls there were.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from specc import SpeccError
from specc.source.atomic import TEMPORARY_PREFIX
from tests.weights.saving import INFOS, SINKS, content, value

NAMES = frozenset(
    {"open", "write", "pwrite", "writev", "fsync", "close", "chmod", "rename", "replace", "link"}
    | {"unlink", "__exit__", "flush", "truncate"}
)
"""What a save calls that the system may refuse, or after which it may end."""

FILES = (io.FileIO, io.BufferedWriter, io.BufferedRandom, io.TextIOWrapper)
Fate = Callable[[], None]
MOST = 500


class AtCall:
    """A profiler that does something at the nth call: before it, or after it."""

    def __init__(self, number: int, fate: Fate, events: tuple[str, ...]) -> None:
        self._left = number
        self._fate = fate
        self._events = events

    def __call__(self, _frame: FrameType, event: str, function: object) -> None:
        if event not in self._events or not _is_call_to_system(function):
            return
        self._left -= 1
        if self._left == 0:
            self._fate()


def _is_call_to_system(function: object) -> bool:
    if getattr(function, "__name__", "") not in NAMES:
        return False
    of_files = isinstance(getattr(function, "__self__", None), FILES)
    return of_files or getattr(function, "__module__", "") in ("posix", "io", "_io")


def kill() -> None:
    """As by `kill -9`, or the power."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    """As a disk that is broken."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def interrupt() -> None:
    """As Ctrl-C."""
    raise KeyboardInterrupt


FATES: dict[str, tuple[Fate, tuple[str, ...]]] = {
    "kill": (kill, ("c_call", "c_return")),
    "fail": (fail, ("c_call",)),
    "interrupt": (interrupt, ("c_call",)),
}


def save_until(path: Path, number: int, what: str) -> int:
    """Saves over a file and meets the fate at the nth call; 0 if it was never met, else 1."""
    save = SINKS[path.name]
    profiler = AtCall(number, *FATES[what])
    sys.setprofile(profiler)
    try:
        save(path, INFOS, value(2), force=True)
    except SpeccError as error:
        sys.setprofile(None)
        [found] = error.diagnostics
        named = path.name.split(".")[0] in found.message  # of a set, any of its files
        return 1 if found.code == "S802" and named else 3
    except KeyboardInterrupt:
        return 1
    finally:
        sys.setprofile(None)
    return 1 if profiler._left <= 0 else 0


def main(what: str, path: Path) -> None:
    """Goes through all calls."""
    save = SINKS[path.name]
    whole = _whole(path)
    for number in range(1, MOST):
        save(path, INFOS, value(1), force=True)
        child = os.fork()
        if not child:
            code = 9
            try:
                code = save_until(path, number, what)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        left = [each for each in path.parent.iterdir() if each.name.startswith(TEMPORARY_PREFIX)]
        for each in left:
            each.unlink()
        expected = -signal.SIGKILL if what == "kill" else 1
        if os.waitstatus_to_exitcode(status) == 0:
            break
        if os.waitstatus_to_exitcode(status) != expected:
            print(number, "ended with", os.waitstatus_to_exitcode(status))
        if what != "kill" and left:
            print(number, "left", [each.name for each in left])
        if content(path) not in whole:
            print(number, "left a mixture")
    print(number)


def _whole(path: Path) -> set[str]:
    """The content digests of the old file and of the new one."""
    save, found = SINKS[path.name], set()
    for number in (2, 1):
        save(path, INFOS, value(number), force=True)
        found.add(content(path))
    assert threading.active_count() == 1  # or forks would lack what other threads hold
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""The command line's entry: which command, and what comes of what it raises."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from specc.cli.commands import COMMANDS
from specc.cli.console import Console
from specc.cli.parser import UsageError, make_parser, parse
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source.reader import display_name

DONE: Final = 0
PROBLEMS: Final = 1
WRONG_USAGE: Final = 2
INTERNAL_ERROR: Final = 70  # sysexits.h, EX_SOFTWARE
OF_SIGNAL: Final = 128  # plus its number, as shells count


class Terminated(BaseException):
    """SIGTERM came. An exception, so that what was begun is cleaned up."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: The arguments; the process's own, if not given.

    Returns:
        The exit code: 0 done, 1 the input has problems, 2 wrong usage, 70 an internal error, 130
        and 143 interrupted.
    """
    signal.signal(signal.SIGTERM, _terminate)
    _save_time()
    _open_closed_streams()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _leave(OF_SIGNAL + signal.SIGINT)
    except Terminated:
        _leave(OF_SIGNAL + signal.SIGTERM)
    except BrokenPipeError:
        _leave(OF_SIGNAL + signal.SIGPIPE)  # whoever read our output has enough; say nothing
    except OSError as error:  # stdout can't be written, maybe not before this flush
        reason = os.strerror(error.errno or 0).lower()
        Console().problems([Diagnostic("S802", f"the output cannot be written: {reason}")])
        _leave(PROBLEMS)
    return code


def _run(argv: Sequence[str]) -> int:
    console = Console()
    try:
        args = parse(make_parser(COMMANDS), argv)
        console = Console(args)
        return COMMANDS[args.command].run(args, console)
    except UsageError as error:
        console.usage(error)
        return WRONG_USAGE
    except SpeccError as error:
        console.problems(error.diagnostics)
        return PROBLEMS
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno not in OF_THE_SYSTEM:
            return _crashed(error, console)
        if error.filename is None:
            raise
        reason = os.strerror(error.errno).lower()
        message = f"`{display_name(error.filename)}` cannot be reached: {reason}"
        console.problems([Diagnostic("S003", message)])
        return PROBLEMS
    except MemoryError:
        console.problems([Diagnostic("S704", "there is no memory left for this")])
        return PROBLEMS
    except Exception as error:
        return _crashed(error, console)


def _crashed(error: Exception, console: Console) -> int:
    from specc.cli.crash import report_crash

    report_crash(error, console)
    return INTERNAL_ERROR


OF_THE_SYSTEM: Final = frozenset(
    {errno.EACCES, errno.EDQUOT, errno.EIO, errno.ENAMETOOLONG, errno.ENOSPC, errno.EPERM}
    | {errno.EROFS, errno.ESTALE}
)
"""What isn't a mistake of ours: paths that nobody can follow, and disks that are full."""


def _open_closed_streams() -> None:
    """What a closed stream would get goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - till the end
            setattr(sys, name, nowhere)


def _save_time() -> None:
    """Saves a sixth of what a short command takes.

    At the end, and whenever 700 more were made, Python would walk objects in search of cycles,
    though nearly all that a command makes stays. And Pydantic would read the metadata of every
    installed package in search of plugins for itself.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def _leave(code: int) -> NoReturn:
    """Ends the process now: TensorFlow's threads, or one of ours that builds, may run on else."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)

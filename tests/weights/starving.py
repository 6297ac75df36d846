"""Commands under ever less memory, each in a fork of its own: `python -m tests.weights.starving`.

Prints, for each limit, the exit code and what the command wrote.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path

from specc.cli.main import main

MIB = 2**20  # STEPS are halves of it
STEPS = [0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 200]


def address_space() -> int:
    """Bytes of addresses that the process has now."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def starve(argv: list[str], more: int) -> tuple[int, str]:
    """Runs a command with so many bytes of memory more than there are."""
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if not child:
            code = 99
            try:
                os.dup2(told.fileno(), 1)
                os.dup2(told.fileno(), 2)
                limit = address_space() + more
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
                code = main(argv)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        return os.waitstatus_to_exitcode(status), told.read()


if __name__ == "__main__":
    import ml_dtypes
    import numpy

    import specc.api.weight_files
    import specc.weights.safetensors_source

    assert ml_dtypes and numpy and specc  # what a command imports is not what is measured
    for step in STEPS:
        code, words = starve(sys.argv[1:], step * MIB // 2)
        print(step, code, " ".join(words.split()))

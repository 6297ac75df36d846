"""Reads weight files whole, and compares them with the digests that were written into them.

Exit code 1 if something differs, or if a file has nothing to compare with. Values that are NaN or
infinite are a warning.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from specc.cli.console import Console
from specc.cli.options import add_output_flags
from specc.diagnostics import Diagnostic
from specc.diagnostics.render.visible import visible
from specc.errors import SpeccError

if TYPE_CHECKING:
    from specc.api.weight_files import Verified

HELP = "check files by the digests written into them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+",
        help="a weight file, or a checkpoint's folder or prefix",
    )  # fmt: skip
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Checks every file, though others have problems."""
    from specc.api.weight_files import verify_file

    problems: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    for path in args.files:
        try:
            with console.counting(f"reading {path}") as progress:
                found = verify_file(path, progress)
        except SpeccError as error:
            problems += error.diagnostics
            continue
        problems += found.problems
        warnings += found.warnings
        if not found.problems:
            console.say(_words(found))
    if problems or warnings or console.format != "text":
        console.problems([*problems, *warnings], console.out)
    return 1 if problems else 0


def _words(found: Verified) -> str:
    noun = "tensor" if found.checked == 1 else "tensors"
    text = f"{visible(str(found.path))}: {found.checked:,} {noun} as recorded"
    if found.unknown:
        text += f"; of {len(found.unknown):,} nothing is recorded"
    return text

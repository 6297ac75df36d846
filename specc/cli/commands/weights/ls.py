"""Lists what is in weight files: keys, shapes, dtypes, sizes. No tensor is read."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from specc.cli.commands.weights.options import add_select_flag
from specc.cli.console import Console
from specc.cli.options import add_output_flags

if TYPE_CHECKING:
    from specc.api.weight_files import Contents

HELP = "list a file's tensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+",
        help="a weight file, or a checkpoint's folder or prefix",
    )  # fmt: skip
    add_select_flag(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true",
        help="each tensor's other names too, and what is written about the file",
    )  # fmt: skip
    add_output_flags(parser, ("text", "json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the tables.

    Raises:
        SpeccError: a file can't be opened, or a glob covers nothing.
    """
    from specc.api.weight_files import contents

    found = [contents(path, args.select) for path in args.files]
    console.result(_as_json(found) if console.format == "json" else _as_text(found, args.verbose))
    return 0


def _as_text(found: list[Contents], verbose: bool) -> str:
    from specc.cli.weight_table import table_of

    return "\n".join(
        "".join(f"{line}\n" for line in table_of(contents, verbose)) for contents in found
    )


def _as_json(found: list[Contents]) -> str:
    from specc.cli.weight_table import facts_of

    document = {"version": 1, "files": [facts_of(contents) for contents in found]}
    return f"{json.dumps(document, indent=2, default=str)}\n"

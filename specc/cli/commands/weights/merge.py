"""Writes a base and the files over it as one file: later ones win.

Tensors are paired by key, or by a name that both files have. If a file says which weights it
completes, those must be what it is merged into.
"""

from __future__ import annotations

import argparse

from specc.cli.console import Console
from specc.cli.options import add_force_flag, add_output_flags

HELP = "write a base and what completes it as one file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument("base", metavar="BASE", help="a weight file")
    parser.add_argument("deltas", metavar="DELTA", nargs="+", help="files over it")
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT",
        help="ends in .safetensors, .safetensors.index.json (several files) or .npz",
    )  # fmt: skip
    parser.add_argument(
        "--drop", action="append", default=[], metavar="GLOB",
        help="tensors of BASE that are left out; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--add", action="store_true", help="add tensors that BASE doesn't have: an adapter's"
    )
    parser.add_argument(
        "--any-base", action="store_true", help="merge what names another base, too"
    )
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Merges, and says what of what.

    Raises:
        SpeccError: a file can't be read or written, or they don't belong together.
    """
    from specc.api.weight_files import merge_files
    from specc.weights.merging import Allowed

    with console.counting("merging") as progress:
        done, merged = merge_files(
            args.base, args.deltas, args.output, args.drop,
            Allowed(args.add, args.any_base), force=args.force, progress=progress,
        )  # fmt: skip
    counts = [f"{merged.replaced:,} replaced", f"{len(merged.added):,} added"]
    if merged.dropped:
        counts.append(f"{len(merged.dropped):,} dropped")
    console.say(f"wrote {args.output}: {done.count:,} tensors, {', '.join(counts)}")
    return 0

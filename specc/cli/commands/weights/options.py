"""The flags that verbs of `specc weights` share."""

from __future__ import annotations

import argparse


def add_select_flag(parser: argparse.ArgumentParser) -> None:
    """`--select`."""
    parser.add_argument(
        "--select", action="append", default=[], metavar="GLOB",
        help="only tensors with such a key, or other name; `!GLOB` takes back; may be repeated",
    )  # fmt: skip

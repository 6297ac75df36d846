"""Explains a diagnostic's code: what it means, an example, the mend. Without CODE, lists all."""

from __future__ import annotations

import argparse

from specc.cli.console import Console
from specc.cli.options import add_quiet_flags
from specc.cli.parser import UsageError
from specc.diagnostics import CODES, did_you_mean
from specc.diagnostics.render.explain import explain

HELP = "say what a diagnostic's code means"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as S204")
    add_quiet_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints an explanation, or all titles.

    Raises:
        UsageError: there is no such code.
    """
    if args.code is None:
        console.result("".join(f"{code}  {CODES[code].title}\n" for code in sorted(CODES)))
        return 0
    try:
        console.result(explain(args.code))
    except LookupError as error:
        hint = did_you_mean(args.code.upper(), CODES) or "`specc explain` lists all"
        raise UsageError("specc explain", str(error), hint) from None
    return 0

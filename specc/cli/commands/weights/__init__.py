"""Looks into weight files of every format, compares, checks, joins and converts them.

TensorFlow is needed for `save` alone: the formats are read by specc itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from specc.cli.commands.weights import convert, diff, ls, merge, save, verify
from specc.cli.console import Console
from specc.cli.parser import Command, Parser

HELP = "look into weight files, compare, check, join and convert them"

VERBS: Mapping[str, Command] = {
    "ls": ls,
    "diff": diff,
    "verify": verify,
    "merge": merge,
    "convert": convert,
    "save": save,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verbs, and each one's arguments."""
    group = parser.add_subparsers(
        dest="verb", metavar="VERB", title="verbs", required=True, parser_class=Parser
    )
    for name, verb in VERBS.items():
        of_verb = group.add_parser(
            name,
            help=verb.HELP,
            description=(verb.__doc__ or "").strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_arguments(of_verb)
        of_verb.set_defaults(parser=of_verb)


def run(args: argparse.Namespace, console: Console) -> int:
    """Does what the verb says, and gives its exit code."""
    return VERBS[args.verb].run(args, console)

"""Writes the JSON Schema of the language, by which editors complete and check specs."""

from __future__ import annotations

import argparse
import json

from specc.cli.console import Console
from specc.cli.options import add_force_flag, add_quiet_flags
from specc.source import write_atomic

HELP = "print the JSON Schema of the language, for editors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    add_force_flag(parser)
    add_quiet_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the schema, or writes it."""
    text = schema_text()
    if args.output is None:
        console.result(text)
    else:
        write_atomic(args.output, text, args.force)
        console.say(f"wrote {args.output}")
    return 0


def schema_text() -> str:
    """The schema as JSON."""
    from specc.schema import language_schema

    return f"{json.dumps(language_schema(), indent=2, ensure_ascii=False)}\n"

"""Compiles a spec: to a `.keras` model with fresh weights, a `.json` config, or `.py` Keras code.

Of a layer or another single Keras object there is the config only. The spec travels in the `.keras`
archive as the member `specc.yaml`; Keras loads it as any other.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from specc.cli.console import Console
from specc.cli.options import (
    add_build_flags,
    add_choice_flags,
    add_force_flag,
    add_output_flags,
)
from specc.cli.parser import UsageError
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of
from specc.diagnostics import did_you_mean

HELP = "make a Keras model with fresh weights, its config, or Python code that builds it"
SUFFIXES = (".keras", ".json", ".py")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("spec", metavar="SPEC", help="a spec, or `-` for standard input")
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help="ends in .keras, .json or .py"
    )
    add_choice_flags(parser)
    add_build_flags(parser)
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Compiles to a file.

    Raises:
        UsageError: the output's suffix isn't known.
        SpeccError: the spec has errors, Keras refuses it, or the output can't be written.
    """
    suffix = Path(args.output).suffix
    if suffix not in SUFFIXES:
        hint = did_you_mean(suffix, SUFFIXES) if suffix else ""
        message = f"`{args.output}` ends in none of `.keras`, `.json`, `.py`"
        raise UsageError("specc compile", message, hint)
    spec = load_spec(args, console)
    quiet_tensorflow(console)
    from specc.api import specs as api

    with warnings_of(spec, console), console.progress(f"compiling {spec.name}"):
        api.save(spec, args.output, args.seed, args.max_parameters, args.force)
    console.say(f"wrote {args.output}")
    return 0

"""Writes a spec of what exists: a Keras model's file or config."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from specc.cli.console import Console
from specc.cli.options import add_force_flag, add_output_flags
from specc.cli.quiet import quiet_tensorflow

if TYPE_CHECKING:
    from specc.spec import Spec

STDOUT = "-"
HELP = "make a spec of a Keras model's file: .keras, .h5, .json or SavedModel"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "source",
        metavar="SRC",
        help="a .keras file or folder, a full-model .h5, a config .json, or a Keras 2 SavedModel",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="SPEC", help="the spec to write; - for stdout"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--fold", action="store_true", default=None, help="equal blocks as definitions and loops"
    )
    form.add_argument(
        "--flat", action="store_false", dest="fold", help="one step a layer (default: the better)"
    )
    parser.add_argument(
        "--weights", metavar="OUT", help="also write the source's weights, as .safetensors for one"
    )
    parser.add_argument(
        "--with", dest="with_", choices=["training"],
        help="the optimizer's state and random generators go along with the weights",
    )  # fmt: skip
    parser.add_argument(
        "--trust", action="append", default=[], metavar="PACKAGE",
        help="a Python package that a callable may be imported from; may be repeated",
    )  # fmt: skip
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Imports to a file.

    Raises:
        SpeccError: the source can't be read or imported, or the spec can't be written.
    """
    from specc.api import imports

    if imports.is_callable(args.source):
        return _import_callable(args, console)
    spec = imports.import_model(args.source, args.fold)
    with _written(spec, args):
        if args.weights is not None:
            quiet_tensorflow(console)
            with console.progress(f"binding {spec.name}"):
                training = args.with_ == "training"
                imports.write_weights(
                    spec, args.source, args.weights, args.force, with_training=training
                )
    _say(args, spec, console)
    return 0


def _import_callable(args: argparse.Namespace, console: Console) -> int:
    from specc.api import imports
    from specc.references import trust_of

    trust = trust_of(args.trust, lambda: quiet_tensorflow(console))
    spec, model = imports.import_callable(args.source, args.fold, trust)
    with _written(spec, args):
        if args.weights is not None:
            imports.write_live_weights(spec, model, args.weights, args.force)
    _say(args, spec, console)
    return 0


def _written(spec: Spec, args: argparse.Namespace) -> AbstractContextManager[None]:
    """Writes the spec to its file, once the rest is done."""
    from specc.api import imports

    if args.output == STDOUT:
        return nullcontext()
    return imports.spec_written(spec, args.output, args.force)


def _say(args: argparse.Namespace, spec: Spec, console: Console) -> None:
    if args.weights is not None:
        console.say(f"wrote {args.weights}")
    if args.output == STDOUT:
        console.result(spec.text)
        return
    lines = spec.text.count("\n")
    console.say(f"wrote {args.output}: {lines:,} lines")

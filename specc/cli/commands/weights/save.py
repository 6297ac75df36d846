"""Binds weight files to a spec, and writes the weights anew: all, or some of them.

A file of the trainable weights only, or of those that another file doesn't have, names by its
digest the file that has the rest, and says by digests what the rest was.
"""

from __future__ import annotations

import argparse

from specc.cli.bound_model import SPEC_HELP, add_binding_flags, bound_model
from specc.cli.console import Console

HELP = "write a spec's weights anew, all or some"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument("spec", metavar="SPEC", help=SPEC_HELP)
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT",
        help="ends in .safetensors, .npz, .weights.h5, .keras or .ckpt",
    )  # fmt: skip
    parser.add_argument(
        "--only", choices=("all", "trainable", "changed"), default="all",
        help="the variables that train, or those that the base doesn't have as they are",
    )  # fmt: skip
    parser.add_argument(
        "--base", metavar="FILE", help="what OUT is to complete (default: the weight files)"
    )
    parser.add_argument(
        "--leave-changed", action="store_true",
        help="`--only trainable` may leave out what isn't as the base has it",
    )  # fmt: skip
    add_binding_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Binds, and writes the weights.

    Raises:
        SpeccError: the spec has errors, the plan doesn't bind, or the output can't be written.
    """
    from specc.api import weights

    with (
        bound_model(args, console) as (_, model),
        console.counting(f"writing {args.output}") as progress,
    ):
        weights.save_weights(
            model, args.output, args.only, base=args.base, leave_changed=args.leave_changed,
            with_training=args.with_ == "training", force=args.force, progress=progress,
        )  # fmt: skip
    console.say(f"wrote {args.output}")
    return 0

"""Binds weight files to a spec, and writes the weights anew: all, or some of them.

A file of the trainable weights only, or of those that another file doesn't have, names by its
digest the file that has the rest, and says by digests what the rest was.
"""

from __future__ import annotations

import argparse

from specc.cli.console import Console
from specc.cli.options import add_build_flags, add_choice_flags, add_force_flag, add_output_flags
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of
from specc.cli.weight_flags import add_merge_flag, add_weight_flags, given_weights

HELP = "write a spec's weights anew, all or some"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument(
        "spec", metavar="SPEC", help="a spec or a deployment, or `-` for standard input"
    )
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
    add_weight_flags(parser)
    add_merge_flag(parser)
    add_choice_flags(parser)
    add_build_flags(parser)
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Binds, and writes the weights.

    Raises:
        SpeccError: the spec has errors, the plan doesn't bind, or the output can't be written.
    """
    work = given_weights(args, load_spec(args, console))
    spec = work.model
    quiet_tensorflow(console)
    from specc.api import weights as weights_api

    training = args.with_ == "training"
    with warnings_of(spec, console), console.counting(f"binding {spec.name}") as progress:
        model = weights_api.bind(
            spec, work.weights, seed=args.seed, non_trainable=work.non_trainable, mmap=True,
            with_training=training, merge_lora=args.merge_lora,
            max_parameters=args.max_parameters, progress=progress,
        )  # fmt: skip
        weights_api.save_weights(
            model, args.output, args.only, base=args.base, leave_changed=args.leave_changed,
            with_training=training, force=args.force,
        )  # fmt: skip
    console.say(f"wrote {args.output}")
    return 0

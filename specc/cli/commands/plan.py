"""Plans a binding: what would be bound from where, and what is missing, unexpected or mismatched.

No tensor's data is read, unless `--finite` asks for it. Exit code 1 says that it would not bind.
"""

from __future__ import annotations

import argparse
import json

from specc.cli.console import Console
from specc.cli.options import add_choice_flags, add_output_flags
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of
from specc.cli.weight_flags import add_weight_flags, given_weights

HELP = "say what weight files would give a model, without reading them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "spec", metavar="SPEC", help="a spec or a deployment, or `-` for standard input"
    )
    add_weight_flags(parser)
    parser.add_argument(
        "--finite", action="store_true",
        help="read what would be bound, and warn of tensors with NaN or infinity",
    )  # fmt: skip
    add_choice_flags(parser)
    add_output_flags(parser, ("text", "json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the plan.

    Raises:
        SpeccError: the spec has errors, a rule is none, or a file can't be opened.
    """
    work = given_weights(args, load_spec(args, console))
    spec = work.model
    from specc.api import weights as weights_api

    training = args.with_ == "training"
    if weights_api.needs_keras(spec, training):
        quiet_tensorflow(console)
    with warnings_of(spec, console), console.counting(f"planning {spec.name}") as progress:
        plan = weights_api.plan(
            spec,
            work.weights,
            non_trainable=work.non_trainable,
            with_training=training,
            finite=args.finite,
            progress=progress,
        )
    if console.format == "json":
        console.result(f"{json.dumps(plan.to_json(), indent=2)}\n")
    else:
        console.result(f"{plan}\n")
    return int(not plan.ok)

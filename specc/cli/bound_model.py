"""The model that `bind` and `weights save` work on: a spec's, with weights from files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from specc.cli.console import Console
from specc.cli.options import add_build_flags, add_choice_flags, add_force_flag, add_output_flags
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of
from specc.cli.weight_flags import add_merge_flag, add_weight_flags, given_weights
from specc.spec import Spec

SPEC_HELP = "a spec or a deployment, or `-` for standard input"


def add_binding_flags(parser: argparse.ArgumentParser) -> None:
    """Declares what says which weights a model is given, and what every output has."""
    add_weight_flags(parser)
    add_merge_flag(parser)
    add_choice_flags(parser)
    add_build_flags(parser)
    add_force_flag(parser)
    add_output_flags(parser)


@contextmanager
def bound_model(args: argparse.Namespace, console: Console) -> Iterator[tuple[Spec, Any]]:
    """The spec and its model; progress is shown until the body is done.

    Raises:
        UsageError: there are no weight files.
        SpeccError: the spec has errors, or the plan doesn't bind.
    """
    work = given_weights(args, load_spec(args, console))
    spec = work.model
    quiet_tensorflow(console)
    from specc.api import weights

    with warnings_of(spec, console), console.counting(f"binding {spec.name}") as progress:
        yield spec, weights.bind(
            spec, work.weights, seed=args.seed, non_trainable=work.non_trainable, mmap=True,
            with_training=args.with_ == "training", merge_lora=args.merge_lora,
            max_parameters=args.max_parameters, progress=progress,
        )  # fmt: skip

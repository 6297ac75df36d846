"""Binds weights to a spec's model, completely or not at all, and writes it.

OUT ends in `.keras`, `.weights.h5`, `.safetensors` or `.npz`; `NAME.ckpt` is a TensorFlow
checkpoint, `NAME.ckpt.index` and its data; a name without a suffix is the folder of a SavedModel.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.cli.console import Console
from specc.cli.options import add_build_flags, add_choice_flags, add_force_flag, add_output_flags
from specc.cli.parser import UsageError
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of
from specc.cli.weight_flags import add_merge_flag, add_weight_flags, given_weights

if TYPE_CHECKING:
    from specc.keras_backend.records import Origin

HELP = "make a model with weights from files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "spec", metavar="SPEC", help="a spec or a deployment, or `-` for standard input"
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="what to write")
    add_weight_flags(parser)
    add_merge_flag(parser)
    add_choice_flags(parser)
    add_build_flags(parser)
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Binds, and writes.

    Raises:
        UsageError: the output's suffix isn't known.
        SpeccError: the spec has errors, the plan doesn't bind, or the output can't be written.
    """
    from specc.api import weights as weights_api
    from specc.api.adapters import without_lora

    if not weights_api.is_target(args.output):
        known = ", ".join(f"`{each}`" for each in weights_api.TARGETS)
        raise UsageError("specc bind", f"`{args.output}` ends in none of {known}")
    work = given_weights(args, load_spec(args, console))
    spec = work.model
    quiet_tensorflow(console)
    training = args.with_ == "training"
    with warnings_of(spec, console), console.counting(f"binding {spec.name}") as progress:
        model = weights_api.bind(
            spec, work.weights, seed=args.seed, non_trainable=work.non_trainable, mmap=True,
            with_training=training, merge_lora=args.merge_lora,
            max_parameters=args.max_parameters, progress=progress,
        )  # fmt: skip
        origins = weights_api.provenance(model)
        spec = without_lora(spec) if args.merge_lora else spec
        weights_api.write_bound(spec, model, args.output, training, args.force)
    if console.format == "json":
        console.result(_report(args.output, origins))
    console.say(f"wrote {args.output}")
    return 0


def _report(output: str, origins: Mapping[str, Origin]) -> str:
    """What was written, and where each variable has its value from."""
    from specc.keras_backend.tracing import origin_json

    variables = {key: origin_json(origin) for key, origin in origins.items()}
    return f"{json.dumps({'version': 1, 'output': output, 'variables': variables}, indent=2)}\n"

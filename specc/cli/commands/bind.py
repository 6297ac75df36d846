"""Binds weights to a spec's model, completely or not at all, and writes it.

OUT ends in `.keras`, `.weights.h5`, `.safetensors` or `.npz`; `NAME.ckpt` is a TensorFlow
checkpoint, `NAME.ckpt.index` and its data; a name without a suffix is the folder of a SavedModel.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.cli.bound_model import SPEC_HELP, add_binding_flags, bound_model
from specc.cli.console import Console
from specc.cli.parser import UsageError

if TYPE_CHECKING:
    from specc.keras_backend.records import Origin

HELP = "make a model with weights from files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("spec", metavar="SPEC", help=SPEC_HELP)
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="what to write")
    add_binding_flags(parser)


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
    with bound_model(args, console) as (spec, model):
        origins = weights_api.provenance(model)
        made = without_lora(spec) if args.merge_lora else spec
        with console.counting(f"writing {args.output}") as progress:
            weights_api.write_bound(
                made, model, args.output, args.with_ == "training", args.force, progress
            )
    if console.format == "json":
        console.result(_report(args.output, origins))
    console.say(f"wrote {args.output}")
    return 0


def _report(output: str, origins: Mapping[str, Origin]) -> str:
    """What was written, and where each variable has its value from."""
    from specc.keras_backend.tracing import origin_json

    variables = {key: origin_json(origin) for key, origin in origins.items()}
    return f"{json.dumps({'version': 1, 'output': output, 'variables': variables}, indent=2)}\n"

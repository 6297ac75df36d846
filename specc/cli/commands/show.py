"""Shows a model, or a layer at given inputs: its steps with output shapes, parameters and bytes.

The catalog's rules tell the facts; Keras is asked (and builds the model, but computes no weight)
where they don't, or with `--keras`. In a pipe the table is plain text.
"""

from __future__ import annotations

import argparse
import json

from specc.cli.console import Console
from specc.cli.options import add_choice_flags, add_input_flag, add_output_flags, given_inputs
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of

HELP = "show the steps of a model or a layer, their output shapes, parameters and bytes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("spec", metavar="SPEC", help="a spec, or `-` for standard input")
    parser.add_argument(
        "--depth", type=_depth, metavar="N",
        help="rows of at most N names (a.b.c has three); what lies deeper is summed up",
    )  # fmt: skip
    parser.add_argument(
        "--keras", action="store_true", help="ask Keras, rather than the catalog's rules"
    )
    add_input_flag(parser)
    add_choice_flags(parser)
    add_output_flags(parser, ("text", "json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the table.

    Raises:
        SpeccError: the spec has errors, or Keras refuses it.
    """
    spec = load_spec(args, console)
    from specc.api import specs as api
    from specc.cli.table import Header, as_json, as_text
    from specc.spec import layer_at

    if args.input:
        spec = layer_at(spec, given_inputs(args))
    with warnings_of(spec, console):
        summary = None if args.keras else api.known_summary(spec)
        if summary is None:
            quiet_tensorflow(console)
            with console.progress(f"building {spec.name}"):
                summary = api.show(spec, keras=True)
    if args.depth is not None:
        summary = summary.to_depth(args.depth)
    doc = getattr(spec.document, "doc", None) or ""
    header = Header(spec.variant, spec.params, doc, spec.flops)
    if console.format == "json":
        digests = {"digest": spec.digest, "slot_digest": spec.slot_digest}
        facts = as_json(summary, header) | digests
        console.result(f"{json.dumps(facts, indent=2, default=str)}\n")
    else:
        console.result(as_text(summary, header, console))
    return 0


def _depth(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number from 1")
    return int(text)

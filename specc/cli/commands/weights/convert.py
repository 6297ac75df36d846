"""Writes a file's tensors in another format, under the same keys unless something else is asked.

A mapping says what another library's weights are called in a spec, and how they lie; `--reverse`
goes the other way. `--spec` binds the file to a spec first, completely, and writes what Keras and
TensorFlow read, or the same file under the spec's keys.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from specc.cli.commands.weights.options import add_select_flag
from specc.cli.console import Console
from specc.cli.options import add_choice_flags, add_force_flag, add_output_flags
from specc.cli.parser import UsageError
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec, warnings_of

HELP = "write a file's tensors in another format, or under other keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument("source", metavar="SRC", help="a weight file of any format")
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT",
        help="ends in .safetensors, .safetensors.index.json (several files) or .npz; "
        "with --spec, in .safetensors, .npz, .weights.h5, .keras, or .ckpt (of TensorFlow)",
    )  # fmt: skip
    parser.add_argument("--spec", metavar="SPEC", help="whose weights they are, by name")
    add_select_flag(parser)
    parser.add_argument(
        "--rename", action="append", default=[], type=_rename, metavar="GLOB=GLOB",
        help="other keys, `encoder.**=backbone.**`; the first that covers a key; may be repeated",
    )  # fmt: skip
    parser.add_argument("--mapping", metavar="FILE", help="a `mapping` document")
    parser.add_argument("--reverse", action="store_true", help="from its `to` to its `from`")
    add_choice_flags(parser)
    add_force_flag(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Converts, and says what was left out.

    Raises:
        UsageError: `--reverse` without a mapping, or flags that don't go with `--spec`, or only so.
        SpeccError: a file can't be read or written, or the mapping isn't for it.
    """
    if args.reverse and not args.mapping:
        raise UsageError("specc weights convert", "`--reverse` is of a `--mapping`")
    if args.spec:
        return _to_spec(args, console)
    _check_unused(args, ("variant", "set", "trust"), "is of a `--spec`")
    from specc.api.weight_files import convert_file, load_mapping

    mapping = load_mapping(args.mapping) if args.mapping else None
    mapping = mapping.reversed() if mapping and args.reverse else mapping
    with console.counting(f"converting {args.source}") as progress:
        done = convert_file(
            args.source, args.output, args.select, args.rename, mapping,
            force=args.force, progress=progress,
        )  # fmt: skip
    if done.diagnostics:
        console.problems(done.diagnostics)
    for keys, why in ((done.left_out, "left out"), (done.aside, "left out, state of training")):
        if keys:
            more = f" and {len(keys) - 3:,} more" if len(keys) > 3 else ""
            console.say(f"{why}: {', '.join(keys[:3])}{more}")
    console.say(f"wrote {args.output}: {done.count:,} tensors")
    return 0


def _to_spec(args: argparse.Namespace, console: Console) -> int:
    """Binds, and writes."""
    _check_unused(
        args, ("select", "rename", "reverse"), "doesn't go with `--spec`; `specc bind` has rules"
    )
    from specc.api import weights

    spec = load_spec(args, console)
    quiet_tensorflow(console)
    with warnings_of(spec, console), console.progress(f"binding {spec.name}"):
        seen = {"mapping": args.mapping} if args.mapping else {}
        model = weights.bind(spec, {"from": args.source, **seen}, mmap=True)
        with console.counting(f"writing {args.output}") as progress:
            weights.write_bound(spec, model, args.output, force=args.force, progress=progress)
    console.say(f"wrote {args.output}")
    return 0


def _check_unused(args: argparse.Namespace, names: Iterable[str], why: str) -> None:
    for name in names:
        if getattr(args, name):
            raise UsageError("specc weights convert", f"`--{name}` {why}")


def _rename(text: str) -> tuple[str, str]:
    before, equals, after = text.partition("=")
    if not (before and equals and after):
        raise argparse.ArgumentTypeError(f"`{text}` is not like `old.**=new.**`")
    return before, after

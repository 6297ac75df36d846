"""Compares two weight files of any formats, tensor by tensor: by key, or by a name both know.

With `--spec` by the variable that each is of, as `specc bind` finds it.

Exit code 1 if they differ.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from specc.cli.commands.weights.options import add_select_flag
from specc.cli.console import Console
from specc.cli.options import add_choice_flags, add_output_flags
from specc.cli.parser import UsageError
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import load_spec
from specc.diagnostics.render.visible import visible

if TYPE_CHECKING:
    from specc.weights.compare import Change, Comparison
    from specc.weights.source import Source

HELP = "compare two files, tensor by tensor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verb's arguments."""
    parser.add_argument("first", metavar="A", help="a weight file")
    parser.add_argument("second", metavar="B", help="another, of any format")
    add_select_flag(parser)
    parser.add_argument(
        "--spec", metavar="SPEC", help="pair them by the variables of this spec: formats differ"
    )
    parser.add_argument(
        "--no-values", action="store_true", help="keys, shapes and dtypes only: no tensor is read"
    )
    add_choice_flags(parser)
    add_output_flags(parser, ("text", "json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints what differs.

    Raises:
        UsageError: a flag goes only with `--spec`.
        SpeccError: a file can't be read, or has no variable of the spec, or a glob covers nothing.
    """
    from specc.api.weight_files import compare_files

    for name in ("variant", "set", "trust"):
        if getattr(args, name) and not args.spec:
            raise UsageError("specc weights diff", f"`--{name}` is of a `--spec`")
    seen_as = _under_slots(args, console) if args.spec else lambda source: source
    with console.counting("comparing") as progress:
        found = compare_files(
            args.first, args.second, args.select,
            values=not args.no_values, seen_as=seen_as, progress=progress,
        )  # fmt: skip
    if console.format == "json":
        document = {"version": 1, "same": found.same, **asdict(found)}
        console.result(f"{json.dumps(document, indent=2)}\n")
    else:
        lines = _lines(found, args.first, args.second, values=not args.no_values)
        console.result("".join(f"{line}\n" for line in lines))
    if not (args.spec or found.same or found.equal or found.changed):
        console.say("they share no name: `--spec SPEC` pairs them by the variables of a spec")
    return 0 if found.same else 1


def _under_slots(args: argparse.Namespace, console: Console) -> Callable[[Source], Source]:
    from specc.api.weights import under_slots

    quiet_tensorflow(console)
    return under_slots(load_spec(args, console))


def _lines(found: Comparison, first: str, second: str, values: bool) -> Iterator[str]:
    yield from (f"- {visible(key)}  only in {visible(first)}" for key in found.first_only)
    yield from (f"+ {visible(key)}  only in {visible(second)}" for key in found.second_only)
    for change in found.changed:
        called = f" (there `{visible(change.other)}`)" if change.other != change.key else ""
        yield f"~ {visible(change.key)}{called}  {_words(change)}"
    if not found.same:
        yield ""
    what = "equal" if values else "of the same shape and dtype"
    counts = [f"{found.equal:,} {what}", f"{len(found.changed):,} changed"]
    counts += [f"{len(found.first_only):,} removed", f"{len(found.second_only):,} added"]
    if found.renamed:
        counts.append(f"{len(found.renamed):,} under another key")
    yield ", ".join(counts)


def _words(change: Change) -> str:
    if change.what == "values":
        numbers = f"{change.differing:,} value{'' if change.differing == 1 else 's'} differ"
        return numbers if change.largest is None else f"{numbers}, by at most {change.largest:.3g}"
    return f"{change.what}: {_form(change.before)} → {_form(change.after)}"


def _form(value: object) -> str:
    return ("×".join(map(str, value)) or "()") if isinstance(value, list) else str(value)

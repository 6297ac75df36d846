"""Checks specs: everything that can be known without TensorFlow, for every variant.

A PATH is a spec, a folder to search for specs, or `-` for standard input. Of a deployment its
spec, its weight files and their rules are checked too, and whether they would bind.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.console import Console
from specc.cli.options import add_choice_flags, add_output_flags, settings
from specc.cli.quiet import quiet_tensorflow
from specc.cli.specs import read_stdin, spec_paths, trusted
from specc.diagnostics import Diagnostic, Source
from specc.errors import SpeccError

if TYPE_CHECKING:
    from specc.references import Trust

HELP = "report every problem of specs, with line and column"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a spec, a folder, or `-`")
    parser.add_argument(
        "--keras", action="store_true",
        help="go on to build with Keras, and report what it refuses at the spec's line",
    )  # fmt: skip
    parser.add_argument(
        "--digests", action="store_true",
        help="read the weight files of deployments whole, and compare their sha256",
    )  # fmt: skip
    add_choice_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Checks all, reports all."""
    if args.keras:
        quiet_tensorflow(console)
    found: list[Diagnostic] = []
    trust = trusted(args, console)
    count = 0
    for path in _paths(args.paths, found):
        source = _read(path, found)
        if source is not None:
            count += 1
            found += _check(source, path, args, trust)
    problems = list(_once(found))
    console.problems(problems, console.out)
    if console.format == "text" and not console.quiet:
        console.result(_summary(count, problems))
    return int(any(problem.is_error for problem in problems))


def _paths(names: Iterable[str], found: list[Diagnostic]) -> Iterable[Path | None]:
    """All paths that names stand for, each once; problems with names go to `found`."""
    paths: dict[Path | None, None] = {}
    for name in names:
        try:
            paths.update(dict.fromkeys(spec_paths([name])))
        except SpeccError as error:
            found += error.diagnostics
    return paths


def _read(path: Path | None, found: list[Diagnostic]) -> Source | None:
    """The text at a path; None where it can't be read, and why goes to `found`."""
    from specc.source import DiskReader

    try:
        return read_stdin() if path is None else DiskReader().read(path)
    except SpeccError as error:
        found += error.diagnostics
        return None


def _check(
    source: Source, path: Path | None, args: argparse.Namespace, trust: Trust
) -> list[Diagnostic]:
    from specc.api import specs as api

    chosen = api.Chosen(args.variant, settings(args))
    where = None if path is None else path.absolute()
    return api.check_text(source, where, None, chosen, args.keras, trust, with_digests=args.digests)


def _once(found: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Without repetitions: a problem of an imported file is found by all who import it."""
    seen: dict[tuple[str, str], Diagnostic] = {}
    for diagnostic in found:
        seen.setdefault((str(diagnostic), diagnostic.help), diagnostic)
    return seen.values()


def _summary(count: int, problems: list[Diagnostic]) -> str:
    specs = f"{count} spec{'' if count == 1 else 's'}"
    return f"{specs} checked\n" if problems else f"{specs}, no problems\n"

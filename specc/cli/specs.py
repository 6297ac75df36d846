"""The specs that the arguments name: files, folders, and `-` for standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.console import Console
from specc.cli.options import settings
from specc.cli.quiet import quiet_tensorflow
from specc.diagnostics import Diagnostic, Source
from specc.errors import SpeccError
from specc.source import decode, find_specs
from specc.source.limits import MAX_BYTES

if TYPE_CHECKING:
    from specc.references import Trust
    from specc.spec import Spec

STDIN = "-"
STDIN_NAME = "<stdin>"


def load_spec(args: argparse.Namespace, console: Console) -> Spec:
    """The spec that a command works on, with the parameters that the flags give.

    Raises:
        SpeccError: with every problem of the spec.
    """
    from specc.api import specs as api

    trust = trusted(args, console)
    if args.spec == STDIN:
        text = read_stdin().text
        return api.loads(text, args.variant, settings(args), trust, STDIN_NAME)
    return api.load(args.spec, args.variant, settings(args), trust)


def trusted(args: argparse.Namespace, console: Console) -> Trust:
    """What `--trust` says; TensorFlow, which users' classes need, is loaded without its log.

    Raises:
        SpeccError: S508 if one is no package.
    """
    from specc.references import trust_of

    return trust_of(args.trust, lambda: quiet_tensorflow(console))


@contextmanager
def warnings_of(spec: Spec, console: Console) -> Iterator[None]:
    """Reports the warnings of a spec: after what is done within, with its problems in one report.

    Raises:
        SpeccError: what is done within failed; the warnings come before its problems.
    """
    try:
        yield
    except SpeccError as error:
        raise SpeccError([*spec.diagnostics, *error.diagnostics]) from error
    if spec.diagnostics:
        console.problems(spec.diagnostics)


def read_stdin() -> Source:
    """The text of standard input.

    Raises:
        SpeccError: it is too large, or not UTF-8.
    """
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        message = f"standard input has more than {MAX_BYTES:,} bytes, the largest size of a spec"
        raise SpeccError([Diagnostic("S004", message)])
    return decode(data, STDIN_NAME)


def spec_paths(names: Iterable[str]) -> Iterator[Path | None]:
    """The specs that paths name, folders searched; None for standard input.

    Raises:
        SpeccError: S804 for a folder without specs.
    """
    for name in names:
        if name == STDIN:
            yield None
            continue
        found = find_specs([name])
        if not found:
            raise SpeccError([Diagnostic("S804", f"there is no spec in `{name}`")])
        yield from found

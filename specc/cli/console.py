"""Where the command line writes: results to stdout, everything else to stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from specc.cli.parser import UsageError
from specc.cli.reports import render
from specc.diagnostics import Diagnostic, Severity


class Console:
    """The two streams, and what the flags say about them."""

    def __init__(self, args: argparse.Namespace | None = None) -> None:
        self.out = sys.stdout
        self.err = sys.stderr
        self.format: str = getattr(args, "format", "text")
        self.quiet: bool = getattr(args, "quiet", False)
        self._no_color = getattr(args, "no_color", False) or bool(os.environ.get("NO_COLOR"))
        for stream in (self.out, self.err):
            _never_fail_to_encode(stream)

    def color(self, stream: TextIO) -> bool:
        """Whether a stream gets colours."""
        dumb = os.environ.get("TERM") == "dumb"
        return stream.isatty() and not self._no_color and not dumb

    def result(self, text: str) -> None:
        """Writes what was asked for."""
        self.out.write(text)

    def say(self, text: str) -> None:
        """Tells a person what is going on, unless it is to be quiet."""
        if not self.quiet and self.format == "text":
            self.err.write(f"{text}\n")

    def problems(self, diagnostics: Iterable[Diagnostic], stream: TextIO | None = None) -> None:
        """Writes diagnostics in the format that was asked for, to stderr if nothing is said."""
        stream = stream or self.err
        shown = [found for found in diagnostics if not self.quiet or not _is_note(found)]
        stream.write(render(shown, self.format, self.color(stream)))

    def usage(self, error: UsageError) -> None:
        """Says what is wrong with the arguments."""
        hint = f"\n  = help: {error.hint}" if error.hint else ""
        self.err.write(f"error: {error}{hint}\ntry `{error.command} --help`\n")

    @contextmanager
    def counting(self, words: str) -> Iterator[Callable[[int, int], None]]:
        """As `progress`, with how much is done: what is yielded is told that, and of how much."""
        shown = self.err.isatty() and not self.quiet
        told = [-1]

        def tell(done: int, of: int) -> None:
            percent = 100 * done // max(of, 1)
            if shown and percent != told[0]:
                told[0] = percent
                self.err.write(f"\r{words} … {percent}%")
                self.err.flush()

        with self.progress(words):
            yield tell

    @contextmanager
    def progress(self, words: str) -> Iterator[None]:
        """Shows on a terminal what takes a while, and nothing in a pipe."""
        shown = self.err.isatty() and not self.quiet
        if shown:
            self.err.write(f"{words} …")
            self.err.flush()
        try:
            yield
        finally:
            if shown:
                self.err.write("\r\x1b[K")


def _is_note(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.NOTE


def _never_fail_to_encode(stream: TextIO) -> None:
    """A terminal that has no `█` or `…` gets escapes instead of our traceback."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")

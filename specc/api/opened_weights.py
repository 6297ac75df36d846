"""Weight files that a caller names, open, seen through their mappings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from specc.api.weight_files import load_mapping
from specc.diagnostics import Diagnostic, Diagnostics
from specc.errors import SpeccError
from specc.weights import open_source
from specc.weights.mapping import map_source
from specc.weights.old_layouts import as_today
from specc.weights.planning import WeightFile, parse_files
from specc.weights.whole import check_sha256

if TYPE_CHECKING:
    from specc.weights.source import Source


class Opened(list[tuple[WeightFile, "Source"]]):
    """The files with what is open of them, and warnings."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings = Diagnostics()


@contextmanager
def opened_weights(weights: object, whole: bool = False) -> Iterator[Opened]:
    """The weight files, open; problems of all of them are told at once.

    Args:
        weights: As users name them.
        whole: Whether files of which a `sha256` is said are read whole, and compared with it.

    Raises:
        SpeccError: there are none, a rule is none, a file can't be opened, its mapping isn't for
            it, or it has another digest.
    """
    files = parse_files(weights)
    if not files:
        raise SpeccError([Diagnostic("S920", "there are no weight files")])
    with ExitStack() as stack:
        opened = Opened()
        problems: list[Diagnostic] = []
        for file in files:
            try:
                opened.append((file, open_weights(file, stack, opened.warnings, whole)))
            except SpeccError as error:
                problems += error.diagnostics
        if problems:
            raise SpeccError(problems)
        yield opened


def open_weights(
    file: WeightFile, stack: ExitStack, warnings: Diagnostics, whole: bool = False
) -> Source:
    """One weight file, open until the stack is closed, as it is seen through its mapping.

    Raises:
        SpeccError: as `opened_weights` does, of this file.
    """
    if whole and file.sha256:
        check_sha256(file.path, file.sha256)
    source = as_today(stack.enter_context(open_source(file.path)))
    return _mapped(file, source, warnings)


def _mapped(file: WeightFile, source: Source, warnings: Diagnostics) -> Source:
    if not file.mapping:
        return source
    return map_source(source, load_mapping(file.mapping), warnings)

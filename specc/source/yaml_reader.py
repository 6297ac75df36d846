"""YAML in: a text becomes nodes with positions, or diagnostics."""

from __future__ import annotations

import yaml

from specc.diagnostics import Diagnostics, Source, Span
from specc.source.composer import Abandoned, Composer
from specc.source.events import events
from specc.source.nodes import Node


def read_yaml(source: Source, diagnostics: Diagnostics) -> Node | None:
    """Reads a text, reporting every problem found in it.

    Where the problems leave a usable tree (a duplicate key, a tag), it is returned beside them, so
    that what comes after can report its own in the same run. It is None after a syntax error, for
    an empty document, or past a limit.
    """
    composer = Composer(source, {})
    try:
        for event in events(source.text):
            composer.feed(event)
    except Abandoned:
        diagnostics.extend(composer.diagnostics)
        return None
    except yaml.MarkedYAMLError as error:
        diagnostics.extend(composer.diagnostics)
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark else 0
        diagnostics.error("S010", str(error.problem), Span(source, at, at))
        return None
    diagnostics.extend(composer.diagnostics)
    if composer.root is None:
        diagnostics.error("S007", "the file is empty", Span(source, 0, 0))
    return composer.root

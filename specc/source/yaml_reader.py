"""YAML in: a text becomes nodes with positions, or diagnostics."""

from __future__ import annotations

import re
from typing import Final

import yaml

from specc.diagnostics import Diagnostics, Edit, Source, Span
from specc.source.collection import paused_collection
from specc.source.composer import Abandoned, Composer
from specc.source.events import events
from specc.source.limits import MAX_BYTES, MAX_PROBLEMS, MAX_REREAD_NODES, MAX_REREADINGS
from specc.source.nodes import Node
from specc.source.syntax import offsets, syntax_error
from specc.source.traps import Trap, trap_before, traps_on_line

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)
"""What YAML does not allow, and what only some of its versions take for a line break."""


def read_yaml(source: Source, diagnostics: Diagnostics) -> Node | None:
    """Reads a text, reporting every problem found in it.

    Where the problems leave a usable tree (a duplicate key, a tag), it is returned beside them, so
    that what comes after can report its own in the same run. It is None after a syntax error, for
    an empty document, or past a limit.
    """
    if _refuse_text(source, diagnostics):
        return None
    reading = _Reading(source, {})
    traps: dict[int, Trap] = {}
    work = reading.work
    while found := reading.traps():
        traps.update((trap.span.start, trap) for trap in found)
        many = len(traps) >= MAX_PROBLEMS or reading.number >= MAX_REREADINGS
        if many or work > MAX_REREAD_NODES:
            diagnostics.extend(trap.diagnostic() for trap in traps.values())
            return None
        reading = _Reading(source, traps, reading.number + 1)
        work += reading.work
    diagnostics.extend(trap.diagnostic() for trap in traps.values())
    return reading.finish(diagnostics)


class _Reading:
    """One pass over the text, with the traps known so far masked.

    A mask has the length of what it covers, so that all offsets stay those of the source.
    """

    def __init__(self, source: Source, traps: dict[int, Trap], number: int = 0) -> None:
        self.number = number
        self._source = source
        self._known = frozenset(traps)
        self._composer = Composer(source, self._known)
        self._error: yaml.YAMLError | None = None
        self._abandoned = False
        try:
            with paused_collection():
                self._composer.feed(events(_masked(source.text, traps)))
        except Abandoned:
            self._abandoned = True
        except yaml.YAMLError as error:
            self._error = error

    @property
    def work(self) -> int:
        """What the pass cost, in values."""
        return self._composer.count

    def traps(self) -> list[Trap]:
        """The traps that this pass ran into."""
        found = self._composer.traps or self._near_error()
        return [trap for trap in found if trap.span.start not in self._known]

    def _near_error(self) -> list[Trap]:
        composer = self._composer
        for offset in offsets(self._error):
            last = composer.last_plain
            trap = trap_before(last, offset, composer.in_flow) if last else None
            found = [trap] if trap else [*traps_on_line(self._source, offset, composer.in_flow)]
            if found:
                return found
        return []

    def finish(self, diagnostics: Diagnostics) -> Node | None:
        """Reports the problems of this pass, and returns what it built."""
        composer = self._composer
        diagnostics.extend(composer.diagnostics)
        if self._error is not None:
            last, opened = composer.last_plain, composer.opened
            diagnostics.add(syntax_error(self._source, self._error, last, opened))
        if self._abandoned or self._error is not None:
            return None
        if composer.root is None:
            span = Span(self._source, 0, 0)
            diagnostics.error("S007", "the file holds no YAML", span, label="nothing here")
        return composer.root


def _masked(text: str, traps: dict[int, Trap]) -> str:
    pieces, reached = [], 0
    for start in sorted(traps):
        end = traps[start].span.end
        pieces += [text[reached:start], "=" * (end - start)]
        reached = end
    return "".join([*pieces, text[reached:]])


def _refuse_text(source: Source, diagnostics: Diagnostics) -> bool:
    """Reports what stands in the way of reading at all."""
    if len(source.text) > MAX_BYTES:
        message = f"the text has {len(source.text):,} characters, the limit is {MAX_BYTES:,}"
        diagnostics.error("S004", message, Span(source, 0, 0), label="too large")
        return True
    matches = _FORBIDDEN.finditer(source.text)
    count = 0
    for match, _ in zip(matches, range(MAX_PROBLEMS), strict=False):
        count += 1
        span = Span(source, *match.span())
        message = f"the character U+{ord(match.group()):04X} is not allowed in YAML"
        label = "remove it, or write an escape in double quotes"
        diagnostics.error("S006", message, span, label=label, edits=(Edit(span, ""),))
    return count > 0

"""YAML's comma trap: an expression that YAML ends before its end.

`{units: =min(a, b)}` is valid YAML for `{"units": "=min(a", "b)": null}`, and `{shape: =[a, b]}` is
a syntax error. Both are found here, with the extent of what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from specc.diagnostics import Diagnostic, Edit, Source, Span
from specc.source.extent import expression_end, group_end
from specc.source.limits import MAX_EXPRESSION
from specc.source.quoting import list_of_tuple, quote

_ASSIGNED: Final = re.compile(r"(?:[:-][ \t]+|[\[{,][ \t]*)(?==(?!=))")
_CODE_KEY: Final = re.compile(
    r"\b(?:for|if|repeat|key|expr|in|outputs|add_loss|mask|body|then|else):[ \t]+(?=\S)"
)
_ENDS_FLOW: Final = re.compile(r"[,\[\]{}]|:(?=\s|$)|\s#")
_ENDS_BLOCK: Final = re.compile(r":(?=\s|$)|\s#")


class Trap(NamedTuple):
    """An expression that must be quoted, from its `=` to its last bracket."""

    span: Span
    flow: bool

    def diagnostic(self) -> Diagnostic:
        """What to tell the user."""
        text = self.span.text
        written = list_of_tuple(text)
        if written is not None:
            message, edits = "YAML has no tuples", (Edit(self.span, written),)
            return Diagnostic("S012", message, self.span, label="write a list", edits=edits)
        ends = (_ENDS_FLOW if self.flow else _ENDS_BLOCK).search(text)
        char = ends.group().strip() if ends else ","
        where = "inside {…} " if self.flow else ""
        message = f"{where}quote this: YAML ends the expression at its `{char}`"
        edits = (Edit(self.span, quote(folded(text))),)
        return Diagnostic("S012", message, self.span, label="must be quoted", edits=edits)


def folded(text: str) -> str:
    """Text of several lines as YAML reads it: each break, and the spaces around it, is a space."""
    return re.sub(r"\s*\n\s*", " ", text)


def trap_before(last: Span, error: int, in_flow: bool) -> Trap | None:
    """The trap that starts with the last plain scalar before a syntax error."""
    text = last.source.text
    is_code = text.startswith("=", last.start) and not text.startswith("==", last.start)
    follows = text[last.end : error + 1].strip()
    if not is_code and not (in_flow and follows[:1] in ("[", "{", '"', "'")):
        return None
    trap = trap_at(last.source, last.start, in_flow)
    return trap if trap and last.end <= error < trap.span.end else None


def traps_on_line(source: Source, offset: int, in_flow: bool) -> Iterator[Trap]:
    """The code on the line of a syntax error that YAML cannot read unquoted."""
    text = source.text
    earliest = max(0, offset - MAX_EXPRESSION)
    begin = max(earliest, text.rfind("\n", earliest, offset) + 1)
    line = text[begin : offset + MAX_EXPRESSION].split("\n", 1)[0]
    reached = 0
    for start in _code_starts(line):
        if start < reached:
            continue  # inside the expression before it
        flow = in_flow or _opened(line[:start])
        trap = trap_at(source, begin + start, flow)
        if trap:
            reached = trap.span.end - begin
            yield trap


def trap_at(source: Source, start: int, flow: bool) -> Trap | None:
    """The trap that starts at an offset, if what stands there is one."""
    end = expression_end(source.text, start, flow)
    if end is None:
        return None
    code = source.text[start:end]
    ends = _ENDS_FLOW if flow else _ENDS_BLOCK
    if not ends.search(code) or _is_yaml_value(code):
        return None
    return Trap(Span(source, start, end), flow)


def _code_starts(line: str) -> list[int]:
    found = [match.end() for pattern in (_ASSIGNED, _CODE_KEY) for match in pattern.finditer(line)]
    return sorted(set(found))


def _opened(text: str) -> bool:
    return text.count("{") + text.count("[") > text.count("}") + text.count("]")


def _is_yaml_value(code: str) -> bool:
    """Whether it is one list, mapping or quoted text, which YAML reads as such."""
    return code[0] in "[{\"'" and group_end(code, 0) == len(code)

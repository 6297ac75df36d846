"""YAML's comma trap: an expression that YAML ends before its end.

`{units: =min(a, b)}` is valid YAML for `{"units": "=min(a", "b)": null}`, and `{shape: =[a, b]}` is
a syntax error. Both are found here, with the extent of what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from specc.diagnostics import Diagnostic, Edit, Source, Span
from specc.source.limits import MAX_EXPRESSION
from specc.source.quoting import quote

_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}
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
        ends = (_ENDS_FLOW if self.flow else _ENDS_BLOCK).search(text)
        char = ends.group().strip() if ends else ","
        where = "inside {…} " if self.flow else ""
        message = f"{where}quote this: YAML ends the expression at its `{char}`"
        edits = (Edit(self.span, quote(text)),)
        return Diagnostic("S012", message, self.span, label="must be quoted", edits=edits)


def is_suspect(text: str) -> bool:
    """Whether a plain scalar in a flow collection may be the beginning of an expression only."""
    if "(" in text:
        return True
    return text.startswith("=") and ('"' in text or "'" in text) and not text.startswith("==")


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
    begin = text.rfind("\n", max(0, offset - MAX_EXPRESSION), offset) + 1
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


def expression_end(text: str, start: int, flow: bool = True) -> int | None:
    """The end of the expression that starts at `start`, or None if a bracket stays open.

    In a flow collection it ends before a comma or closing bracket that is none of its own; anywhere
    before a comment, and at the end of the line unless a bracket is open.
    """
    limit = min(len(text), start + MAX_EXPRESSION)
    depth = 0
    for index, before, after in _outside_quotes(text, start, limit):
        depth = after
        if depth < 0:
            return _trimmed(text, start, index) if flow else None
        if before == after == 0 and _ends(text, index, flow):
            return _trimmed(text, start, index)
    return None if depth else _trimmed(text, start, limit)


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _outside_quotes(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each offset outside quotes, with the number of brackets open before and after it.

    Ends with -1 at a bracket that closes another kind than the last one opened.
    """
    expected: list[str] = []
    index = start
    while index < end:
        before, char = len(expected), text[index]
        if char in _CLOSERS:
            expected.append(_CLOSERS[char])
        elif char in ")]}" and expected and expected.pop() != char:
            yield index, before, -1
            return
        elif char in "\"'":
            index = _string_end(text, index)
        yield index, before, len(expected)
        index += 1


def _ends(text: str, index: int, flow: bool) -> bool:
    char = text[index]
    is_comment = char == "#" and text[index - 1].isspace()
    return char == "\n" or is_comment or (flow and char in ",)]}")


def _string_end(text: str, start: int) -> int:
    """The offset of the quote that closes the one at `start`; `start` if none does on its line."""
    index = start + 1
    while index < len(text) and text[index] != "\n":
        if text[index] == text[start]:
            return index
        index += 2 if text[index] == "\\" else 1
    return start


def _code_starts(line: str) -> list[int]:
    found = [match.end() for pattern in (_ASSIGNED, _CODE_KEY) for match in pattern.finditer(line)]
    return sorted(set(found))


def _opened(text: str) -> bool:
    return text.count("{") + text.count("[") > text.count("}") + text.count("]")


def _is_yaml_value(code: str) -> bool:
    """Whether it is one list, mapping or quoted text, which YAML reads as such."""
    if code[0] in "\"'":
        return _string_end(code, 0) == len(code) - 1
    if code[0] not in "[{":
        return False
    closed = next((i for i, _, after in _outside_quotes(code, 0, len(code)) if after == 0), None)
    return closed == len(code) - 1

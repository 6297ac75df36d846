"""PyYAML's syntax errors in words that say what to do, at the place that needs it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import yaml

from specc.diagnostics import Diagnostic, Edit, Related, Source, Span
from specc.source.events import Mark
from specc.source.quoting import quote

TAB_WIDTH: Final = 2
"""Spaces offered in place of a tab: the indentation of this language's own documents."""


class _Rule(NamedTuple):
    """How to say a problem; `at_context` points at where the construct began."""

    pattern: str
    message: str
    label: str
    help: str = ""
    at_context: bool = False
    code: str = "S010"


_RULES: Final = (
    _Rule(
        r"escape",
        "an escape that YAML does not know",
        "write `\\\\` for a backslash",
        "in single quotes a backslash is an ordinary character",
    ),
    _Rule(r"',' or '\}'", "a `,` or `}` is missing", "expected here"),
    _Rule(r"',' or '\]'", "a `,` or `]` is missing", "expected here"),
    _Rule(r"expected ':'", "this is not `key: value`", "a `:` is missing", at_context=True),
    _Rule(
        r"unexpected (?:end of stream|document)",
        "a quoted text is never closed",
        "opened here",
        at_context=True,
    ),
    _Rule(
        r"expected key|expected <block end>|'-' indicator",
        "this line does not continue what is above it",
        "check its indentation",
        "lines of one list or mapping start in the same column",
    ),
    _Rule(
        r"cannot start any token",
        "a value cannot start with `{char}`",
        "quote the value",
    ),
    _Rule(
        r"sequence entries are not allowed",
        "a list item is not expected here",
        "start the list on a line of its own",
    ),
    _Rule(r"node content", "a value is missing", "expected here"),
    _Rule(r"document start", "something stands after the document's end", "remove it"),
    _Rule(
        r"incompatible YAML|directive|version number",
        "specc reads YAML 1.2, and no other directive than `%YAML 1.2`",
        "remove this line",
        code="S009",
    ),
    _Rule(r"tag", "tags are not allowed", "remove it", code="S014"),
    _Rule(
        r"alphabetic or numeric",
        "a name is missing after `&` or `*`",
        "quote the value if it is text",
        at_context=True,
    ),
    _Rule(
        r"indentation indicator|chomping|comment or a? ?line break",
        "a block text starts with `|` or `>` alone on its line",
        "start the text on the next line",
        at_context=True,
    ),
)

_TIGHT_COLON: Final = re.compile(r"\w+(?P<colon>:)(?=[^\s:/])")
_FORGOTTEN_COLON: Final = re.compile(r" *- +(?P<name>[A-Za-z_]\w*) *(?=\{)")
"""`- Dense {units: 3, …}`: YAML takes the name and the first argument for a key."""


def offsets(error: yaml.YAMLError | None) -> list[int]:
    """Where an error stands, and where the construct began that it is in."""
    marks = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    return [mark.index for mark in marks if mark is not None]


def syntax_error(
    source: Source, error: yaml.YAMLError, last_plain: Span | None, opened: Span | None
) -> Diagnostic:
    """The diagnostic for where a text stops being YAML.

    Args:
        source: the text.
        error: what PyYAML said.
        last_plain: the last plain scalar before it.
        opened: the bracket that was opened last and is not closed.
    """
    problem = str(getattr(error, "problem", None) or error)
    context = _offset(getattr(error, "context_mark", None), source)
    place = _offset(getattr(error, "problem_mark", None), source)
    at = place if place is not None else context or 0
    char = source.text[at : at + 1]
    if char == "\t" and ("token" in problem or "tab" in problem):
        return _tab(source, at)
    if "mapping values are not allowed" in problem:
        return _unexpected_colon(source, at, last_plain)
    if "expected ':'" in problem and (tight := _TIGHT_COLON.match(source.text, context or 0)):
        return _tight_colon(Span(source, *tight.span("colon")))
    rule = next((rule for rule in _RULES if re.search(rule.pattern, problem)), None)
    if rule is None:
        return Diagnostic("S010", f"not YAML: {problem}", _span(source, at))
    if opened is not None and not rule.at_context and not source.text[at:].strip():
        return Diagnostic("S010", f"`{opened.text}` is never closed", opened, "opened here")
    return _by_rule(rule, source, at, context, char)


def _by_rule(rule: _Rule, source: Source, at: int, context: int | None, char: str) -> Diagnostic:
    related: tuple[Related, ...] = ()
    if context is not None and rule.at_context:
        at, context = context, None
    if context is not None and source.position(context).line != source.position(at).line:
        related = (Related(_span(source, context), "in what starts here"),)
    message = rule.message.replace("{char}", char)
    span = _span(source, at)
    return Diagnostic(rule.code, message, span, rule.label, related, rule.help)


def _tab(source: Source, at: int) -> Diagnostic:
    start, end = at, at
    while source.text[start - 1 : start] in (" ", "\t"):
        start -= 1
    while source.text[end : end + 1] in (" ", "\t"):
        end += 1
    span = Span(source, start, end)
    spaces = span.text.replace("\t", " " * TAB_WIDTH)
    message = "a tab where YAML wants spaces"
    return Diagnostic("S011", message, span, "use spaces", edits=(Edit(span, spaces),))


def _unexpected_colon(source: Source, at: int, last_plain: Span | None) -> Diagnostic:
    begin = source.text.rfind("\n", 0, at) + 1
    if forgotten := _FORGOTTEN_COLON.match(source.text, begin, at):
        name = Span(source, *forgotten.span("name"))
        message, edit = f"a `:` is missing after `{name.text}`", Edit(name, f"{name.text}:")
        return Diagnostic("S010", message, name, "write `:` after it", edits=(edit,))
    message = "a `:` is not expected here"
    span = _span(source, at)
    if last_plain is None or last_plain.end != at:
        return Diagnostic("S010", message, span, "quote the text around it")
    if "\n" in last_plain.text:
        label = "is this line indented too far?"
        started = Related(last_plain, "it continues the text that starts here")
        return Diagnostic("S010", message, span, label, (started,))
    value = Span(source, last_plain.start, at + len(source.text[at:].split("\n", 1)[0].rstrip()))
    label = "text that holds `: ` is quoted"
    return Diagnostic("S010", message, span, label, edits=(Edit(value, quote(value.text)),))


def _tight_colon(colon: Span) -> Diagnostic:
    message = "a space is missing after this `:`"
    return Diagnostic("S010", message, colon, "write a space", edits=(Edit(colon, ": "),))


def _offset(mark: Mark | None, source: Source) -> int | None:
    return None if mark is None else min(mark.index, len(source.text))


def _span(source: Source, at: int) -> Span:
    visible = source.text[at : at + 1].strip()
    return Span(source, at, at + len(visible))

"""Names inside of what a step says of tensors, and the lines that data takes as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from specc.importing.parts import Plain
from specc.source.yaml_writer import INDENT, WIDTH

_WORDS = re.compile(r'"(?:\\.|[^"\\])*"|(?<![\w.])[A-Za-z0-9_]+(?!\w)(?!\s*=[^=])')
"""Quoted texts, passed over, and words that are neither attributes nor names of arguments."""


def words(said: Plain) -> Iterator[str]:
    """What could be a name in expressions, alone or in lists and mappings, in their order."""
    if isinstance(said, str):
        yield from (each for each in _WORDS.findall(said) if not each.startswith('"'))
    elif isinstance(said, list):
        for item in said:
            yield from words(item)
    elif isinstance(said, dict):
        for item in said.values():
            yield from words(item)


def renamed(said: Plain, names: Mapping[str, str]) -> Plain:
    """Expressions with other names in them."""
    return replaced(said, lambda name: names.get(name, name))


def replaced(said: Plain, change: Callable[[str], str]) -> Plain:
    """Expressions with each word replaced."""
    if isinstance(said, str):
        return _WORDS.sub(lambda found: found[0] if found[0][0] == '"' else change(found[0]), said)
    if isinstance(said, list):
        return [replaced(item, change) for item in said]
    if isinstance(said, dict):
        return {key: replaced(item, change) for key, item in said.items()}
    return said


def line_count(step: Plain) -> int:
    """How many lines a step takes: about, since to write each costs a third of an import."""
    return 1 if _fits(step, STEP_INDENT) else _lines(step, STEP_INDENT)


def lines_of(document: Mapping[str, Plain]) -> int:
    """How many lines a document takes, about."""
    return sum(
        1 if not isinstance(value, dict | list) else 1 + _lines(value, INDENT)
        for value in document.values()
    )


STEP_INDENT = 4
"""Columns before a step's keys, or its bracket."""

_NEEDS_LINE = re.compile(r"""(["'])=[^"']*[\[\](,{]|\\n|\[\{.""")
"""Code that brackets would cut, texts of several lines, lists of mappings."""


def _fits(value: Plain, indent: int) -> bool:
    """Whether a value has room in one line, in which most texts have no quotes."""
    text = repr(value)
    return indent + len(text) - text.count("'") <= WIDTH and not _NEEDS_LINE.search(text)


def _lines(value: Plain, indent: int) -> int:
    """The lines of a value that takes one for each of its items, or more."""
    if isinstance(value, dict):
        return sum(
            1 if _fits(item, indent + len(str(key)) + 2) else 1 + _lines(item, indent + INDENT)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return sum(
            1 if _fits(item, indent + INDENT) else _lines(item, indent + INDENT) for item in value
        )
    return str(value).count("\n") + 1

"""Names inside of what a step says of tensors, and the lines that data takes as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from specc.importing.parts import Plain
from specc.source.yaml_writer import write_yaml

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


SHORT = 90
"""Characters, as Python writes it, of a step that has a line to itself: YAML needs fewer."""

_CODE = re.compile(r"[(=*/@]|\\n")
"""What an expression has that may want a line of its own."""


def line_count(step: Plain) -> int:
    """How many lines a step takes."""
    text = repr(step)
    if len(text) <= SHORT and not _CODE.search(text):
        return 1  # most are, and to write each costs a third of an import
    return write_yaml({"body": [step]}).count("\n") - 1

"""Canonical YAML out: the style of the language's own documents, one form for one value."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from specc.source.limits import MAX_DEPTH
from specc.source.quoting import is_literal, is_plain, scalar_text

WIDTH: Final = 100
"""Columns of a line. Text is never folded, so a long text may pass it."""

INDENT: Final = 2
"""Spaces a level."""

MAX_KEY: Final = 1_000
"""Characters of a key as written: YAML looks no further than 1,024 for the `:` behind it."""


def write_yaml(value: object) -> str:
    """Dicts, lists and scalars as YAML, so that reading it gives an equal value.

    A collection stands on one line, in brackets, if it fits there and holds nothing that would need
    quotes only because of the brackets; so an expression with `, [ ] { }` has a line of its own.

    Raises:
        TypeError: for any other type, and keys that are not text.
        ValueError: for what cannot be read back: nesting past `MAX_DEPTH`, numbers or keys too
            long, half a surrogate pair.
    """
    if not _is_collection(value):
        return f"{_empty_or_scalar(value, flow=False)}\n"
    writer = _Writer()
    writer.block(value, 0, 1)
    return "\n".join([*writer.lines, ""])


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def block(self, value: Any, indent: int, depth: int, first: str | None = None) -> None:
        """Writes a collection line by line; `first` is what its first line starts with."""
        pad = " " * indent
        start = pad if first is None else first
        for item in value:
            if isinstance(value, dict):
                self._value(f"{start}{_key(item, flow=False)}:", value[item], indent, depth)
            else:
                self._item(f"{start}-", item, indent, depth)
            start = pad

    def _value(self, head: str, value: object, indent: int, depth: int) -> None:
        _check_depth(value, depth + 1)
        at_top = indent == 0 and isinstance(value, dict) and _holds_mapping(value.values())
        if not _is_collection(value):
            self._scalar(head, value, indent)
        elif not at_top and (flow := _flow(value, WIDTH - len(head) - 1, depth + 1)) is not None:
            self.lines.append(f"{head} {flow}")
        else:
            self.lines.append(head)
            self.block(value, indent + INDENT, depth + 1)

    def _item(self, head: str, item: object, indent: int, depth: int) -> None:
        _check_depth(item, depth + 1)
        lone = isinstance(item, dict) and len(item) == 1  # `- Dense: {…}`, not `- {Dense: {…}}`
        if not _is_collection(item):
            self._scalar(head, item, indent)
        elif not lone and (flow := _flow(item, WIDTH - len(head) - 1, depth + 1)) is not None:
            self.lines.append(f"{head} {flow}")
        else:
            self.block(item, indent + INDENT, depth + 1, first=f"{head} ")

    def _scalar(self, head: str, value: object, indent: int) -> None:
        if not isinstance(value, str) or not is_literal(value):
            self.lines.append(f"{head} {_empty_or_scalar(value, flow=False)}")
            return
        self.lines.append(f"{head} |" if value.endswith("\n") else f"{head} |-")
        pad = " " * (indent + INDENT)
        text = value.removesuffix("\n").split("\n")
        self.lines.extend(pad + line if line else "" for line in text)


def _flow(value: object, room: int, depth: int) -> str | None:
    """A value in brackets, or None if it is longer than `room` or reads better in lines."""
    _check_depth(value, depth)
    if not _is_collection(value):
        wants_line = isinstance(value, str) and _wants_line(value)
        text = "" if wants_line else _empty_or_scalar(value, flow=True)
        return text if text and len(text) <= room else None
    if isinstance(value, list) and _holds_mapping(value):
        return None
    parts: list[str] = []
    room -= 2
    for item in value:
        head = f"{_key(item, flow=True)}: " if isinstance(value, dict) else ""
        below = value[item] if isinstance(value, dict) else item
        text_below = _flow(below, room - len(head), depth + 1)
        if text_below is None:
            return None
        parts.append(head + text_below)
        room -= len(parts[-1]) + 2
    inner = ", ".join(parts)
    return f"{{{inner}}}" if isinstance(value, dict) else f"[{inner}]"


def _wants_line(text: str) -> bool:
    return is_literal(text) or (is_plain(text, flow=False) and not is_plain(text, flow=True))


def _holds_mapping(items: Any) -> bool:
    return any(isinstance(item, dict) and item for item in items)


def _is_collection(value: object) -> TypeGuard[dict[Any, Any] | list[Any]]:
    return isinstance(value, dict | list) and len(value) > 0


def _empty_or_scalar(value: object, flow: bool) -> str:
    if isinstance(value, dict):
        return "{}"
    return "[]" if isinstance(value, list) else scalar_text(value, flow)


def _key(key: object, flow: bool) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key is text, not a {type(key).__name__}")
    text = scalar_text(key, flow)
    if len(text) > MAX_KEY:
        raise ValueError(f"a key of more than {MAX_KEY} characters")
    return text


def _check_depth(value: object, depth: int) -> None:
    if depth > MAX_DEPTH and isinstance(value, dict | list):
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")

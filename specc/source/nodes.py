"""YAML values that know where they stand, and the plain Python values made from them."""

from __future__ import annotations

from collections.abc import Sequence as AbstractSequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from specc.diagnostics import Span

NodePath: TypeAlias = AbstractSequence[str | int]
"""The keys and indexes that lead from a node to one below it."""


class Style(StrEnum):
    """How a scalar is written. Only a plain one can be anything but text."""

    PLAIN = "plain"
    QUOTED = "quoted"
    BLOCK = "block"


@dataclass(slots=True)
class Scalar:
    """A single value: text, a number, a boolean or null."""

    span: Span
    value: str | int | float | bool | None
    style: Style = Style.PLAIN


@dataclass(slots=True)
class Sequence:
    """A list."""

    span: Span
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A key of a mapping, where it stands, and its value."""

    key: Scalar
    value: Node


@dataclass(slots=True)
class Mapping:
    """A mapping from text to values, in the order of the file."""

    span: Span
    entries: dict[str, Entry] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping


class Located(dict[str, Any]):
    """A plain dict that still knows the mapping it was made from."""

    __slots__ = ("node",)

    def __init__(self, node: Mapping) -> None:
        super().__init__()
        self.node = node


def to_plain(node: Node) -> Any:
    """Turns a node into plain values; mappings become `Located` dicts.

    An alias yields a copy at each use. `read_yaml` bounds the depth (`MAX_DEPTH`) and the size with
    aliases expanded (`MAX_NODES`), which is what bounds this.
    """
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_plain(item) for item in node.items]
    located = Located(node)
    for key, entry in node.entries.items():
        located[key] = to_plain(entry.value)
    return located


def at(node: Node, path: NodePath) -> Node:
    """The node at `path` below `node`.

    Raises:
        LookupError: if there is none.
    """
    for step in path:
        below = _below(node, step)
        if below is None:
            raise LookupError(f"no {step!r} in {path!r}")
        node = below
    return node


def span_at(node: Node, path: NodePath, key: bool = False) -> Span:
    """Where the value at `path` stands, or its nearest ancestor that exists.

    With `key`, where the key of that value stands, if it is an entry of a mapping.
    """
    span = node.span
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        span = below.span
        if key and isinstance(node, Mapping):
            span = node.entries[str(step)].key.span
        node = below
    return span


def _below(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Mapping):
        entry = node.entries.get(step) if isinstance(step, str) else None
        return entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(step, int):
        return node.items[step] if 0 <= step < len(node.items) else None
    return None

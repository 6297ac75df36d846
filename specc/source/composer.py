"""YAML events in, nodes with positions out, with every problem noted on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Final

import yaml

from specc.diagnostics import Diagnostics, Edit, Related, Source, Span, did_you_mean
from specc.source.events import Event
from specc.source.extent import expression_end, is_open, is_suspect
from specc.source.limits import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, MAX_UNMATCHED
from specc.source.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from specc.source.quoting import quote
from specc.source.scalars import NumberError, resolve
from specc.source.traps import Trap, folded

_STYLES: Final = {"'": Style.QUOTED, '"': Style.QUOTED, "|": Style.BLOCK, ">": Style.BLOCK}
_KINDS: Final[dict[type, type[Mapping] | type[Sequence]]] = {
    yaml.MappingStartEvent: Mapping,
    yaml.SequenceStartEvent: Sequence,
}
_PROPERTIES: Final = re.compile(r"(?:(?:&[0-9A-Za-z_-]*|!\S*)(?:\s|#[^\n]*(?=\n))*)+")
_TAG: Final = re.compile(r"!\S*")


class Abandoned(Exception):  # noqa: N818 - it ends a reading, it is no error of the program's
    """The reading stops: what is wrong was reported."""


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    node: Mapping | Sequence
    flow: bool
    count: int
    anchor: str | None = None
    height: int = 1
    key: Scalar | None = None


@dataclass(slots=True)
class _Anchored:
    """What an alias stands for, and what it costs."""

    node: Node
    count: int = 1
    height: int = 0


class Composer:
    """Builds the nodes of one document; `masked` holds where mended traps start."""

    def __init__(self, source: Source, masked: Container[int] = ()) -> None:
        self.diagnostics = Diagnostics()
        self.traps: list[Trap] = []
        self.last_plain: Span | None = None
        self._source = source
        self._masked = masked
        self._documents = Sequence(Span(source, 0, len(source.text)))
        self._stack = [_Frame(self._documents, flow=False, count=0)]
        self._anchors: dict[str, _Anchored | _Frame] = {}
        self.count = 0
        self._unmatched = 0
        self._handlers: dict[type, Callable[[Event], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    @property
    def root(self) -> Node | None:
        """The document's value, if there is one."""
        return self._documents.items[0] if self._documents.items else None

    @property
    def in_flow(self) -> bool:
        """Whether the innermost open collection is written with brackets."""
        return self._stack[-1].flow

    @property
    def opened(self) -> Span | None:
        """The bracket that was opened last and is not closed."""
        return self._stack[-1].node.span if self.in_flow else None

    def feed(self, events: Iterable[Event]) -> None:
        """Takes events, and builds what they say.

        Raises:
            Abandoned: if the reading cannot or must not go on; the reason was reported.
        """
        handlers = self._handlers
        for event in events:
            handle = handlers.get(type(event))
            if handle is not None:
                handle(event)

    def _scalar(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None or event.tag is not None:
            start = self._skip_properties(event, end)
        text = event.value
        if event.style:
            if event.style in "|>":
                end = start + len(self._source.text[start:end].rstrip())
            node = Scalar(Span(self._source, start, end), text, _STYLES[event.style])
        else:
            node = self._plain(Span(self._source, start, end), text)
        self.count += 1
        if self.count > MAX_NODES:
            self._too_many("S021", node.span)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node)
        self._attach(node)

    def _plain(self, span: Span, text: str) -> Scalar:
        self.last_plain = span
        if span.start in self._masked:
            return Scalar(span, folded(span.text))
        if self._stack[-1].flow and is_suspect(text):
            self._look_for_trap(span)
        try:
            return Scalar(span, resolve(text))
        except NumberError as error:
            shown = text if len(text) <= 20 else f"{text[:8]}…{text[-4:]}"
            self._error("S022", f"`{shown}` is {error}", span, label="cannot be held")
            return Scalar(span, None)

    def _look_for_trap(self, span: Span) -> None:
        text = self._source.text
        if self._unmatched > MAX_UNMATCHED or not is_open(text, span.start, span.end):
            return
        end = expression_end(text, span.start)
        if end is None:
            self._unmatched += 1
        elif end > span.end:
            self.traps.append(Trap(Span(self._source, span.start, end), flow=True))
            if len(self.traps) >= MAX_PROBLEMS:
                raise Abandoned

    def _open(self, event: Event) -> None:
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            start = self._skip_properties(event, len(self._source.text))
        span = Span(self._source, start, start + 1)
        if len(self._stack) > MAX_DEPTH:
            self._too_deep(span)
        self.count += 1
        if self.count > MAX_NODES:
            self._too_many("S021", span)
        frame = _Frame(_KINDS[type(event)](span), bool(event.flow_style), self.count, event.anchor)
        if event.anchor is not None:
            self._anchors[event.anchor] = frame
        self._stack.append(frame)

    def _close(self, event: Event) -> None:
        frame = self._stack.pop()
        node, parent = frame.node, self._stack[-1]
        start = node.span.start
        end = event.end_mark.index if frame.flow else max(start, _last_end(node))
        node.span = Span(self._source, start, end)
        parent.height = max(parent.height, frame.height + 1)
        if frame.anchor is not None and self._anchors[frame.anchor] is frame:
            count = self.count - frame.count + 1
            self._anchors[frame.anchor] = _Anchored(node, count, frame.height)
        self._attach(node)

    def _alias(self, event: Event) -> None:
        span = Span(self._source, event.start_mark.index, event.end_mark.index)
        name = event.anchor or ""
        known = self._anchors.get(name)
        if isinstance(known, _Anchored):
            if len(self._stack) + known.height - 1 > MAX_DEPTH:
                self._too_deep(span)
            parent = self._stack[-1]
            parent.height = max(parent.height, known.height + 1)
            self.count += known.count
            if self.count > MAX_NODES:
                self._too_many("S019", span)
            self._attach(known.node)
            return
        if known is None:
            label = did_you_mean(name, self._anchors)
            self._error("S017", f"alias `*{name}` has no anchor before it", span, label=label)
        else:
            message = f"alias `*{name}` stands inside what it refers to"
            opened = Related(known.node.span, f"`&{name}` starts here")
            self._error("S018", message, span, label="endless", related=(opened,))
        self._attach(Scalar(span, None))

    def _document(self, event: Event) -> None:
        span = Span(self._source, event.start_mark.index, event.end_mark.index)
        if event.version and event.version != (1, 2):
            number = ".".join(map(str, event.version))
            message = f"this file says it is YAML {number}, specc reads YAML 1.2"
            self._error("S009", message, _first_line(span), label="remove this line")
        if event.tags:
            self._error("S014", "a `%TAG` directive declares tags", span, label="remove this")
        if self._documents.items:
            first = Related(self._documents.items[0].span, "the first document")
            message = "a second YAML document starts here"
            self._error("S008", message, span, label="one a file", related=(first,))
            raise Abandoned

    def _attach(self, node: Node) -> None:
        frame = self._stack[-1]
        collection = frame.node
        if type(collection) is Sequence:
            collection.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            key, frame.key = frame.key, None
            self._enter(collection.entries, key, node)  # type: ignore[union-attr]

    def _enter(self, entries: dict[str, Entry], key: Scalar, value: Node) -> None:
        name = key.value
        if type(name) is not str:
            return  # a list or mapping as key, reported before
        first = entries.setdefault(name, Entry(key, value))
        if first.key is not key:
            related = Related(first.key.span, "first given here")
            message = f"`{name}` is given twice"
            self._error("S013", message, key.span, label="remove one", related=(related,))

    def _key(self, node: Node) -> Scalar:
        """The key itself, or in place of one that is not text, the text that it is written as."""
        if type(node) is not Scalar:
            kind = "list" if type(node) is Sequence else "mapping"
            self._error("S016", f"a {kind} cannot be a key", node.span, label="keys are text")
            return Scalar(node.span, None)
        if type(node.value) is str:
            if node.value == "<<" and node.style is Style.PLAIN:
                message = "merge keys are not part of YAML 1.2"
                self._error("S015", message, node.span, label="write the keys out")
                return Scalar(node.span, None)
            return node
        text = node.span.text
        kind = "null" if node.value is None else type(node.value).__name__
        message = f"key `{text}` is {kind}, not text" if text else "a key is missing"
        edits = (Edit(node.span, quote(text)),) if text else ()
        label = "quote it" if text else "keys are text"
        self._error("S016", message, node.span, label=label, edits=edits)
        return Scalar(node.span, text)

    def _too_many(self, code: str, span: Span) -> None:
        what = "aliases expand" if code == "S019" else "the document comes"
        message = f"{what} to more than {MAX_NODES:,} values"
        self._error(code, message, span, label="the limit is passed here")
        raise Abandoned

    def _too_deep(self, span: Span) -> None:
        message = f"nested more than {MAX_DEPTH} levels deep"
        self._error("S020", message, span, label="the limit is passed here")
        raise Abandoned

    def _skip_properties(self, event: Event, end: int) -> int:
        """Where a node itself starts, after its anchor and its tag, which is reported."""
        text, start = self._source.text, event.start_mark.index
        match = _PROPERTIES.match(text, start)
        content = min(match.end(), end) if match else start
        if event.tag is not None:
            tag = _TAG.search(text, start, content)
            span = Span(self._source, *(tag.span() if tag else (start, content)))
            self._error("S014", f"tag `{span.text}` is not allowed", span, label="remove it")
        return content

    def _error(self, code: str, message: str, span: Span, **more: object) -> None:
        self.diagnostics.error(code, message, span, **more)
        if len(self.diagnostics) >= MAX_PROBLEMS:
            message = f"stopped after {MAX_PROBLEMS} problems"
            self.diagnostics.error("S023", message, span, label="the rest was not read")
            raise Abandoned


def _last_end(node: Mapping | Sequence) -> int:
    """Where a block collection's last value ends; the parser only knows where the next thing is."""
    if isinstance(node, Sequence):
        return node.items[-1].span.end if node.items else 0
    last = next(reversed(node.entries.values()), None)
    return max(last.key.span.end, last.value.span.end) if last else 0


def _first_line(span: Span) -> Span:
    return Span(span.source, span.start, span.start + len(span.text.split("\n", 1)[0].rstrip()))

"""From a mapping's document to rules that can be followed; what is wrong is told at its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import Diagnostics, Span
from specc.globs import Glob, GlobError, parse_glob
from specc.language import MappingRule, WeightMapping
from specc.source import to_plain
from specc.source.nodes import Node
from specc.weights.dtypes import ML_DTYPES, NUMPY
from specc.weights.mapping.axes import PatternError, parse_pattern
from specc.weights.mapping.operations import (
    Cast,
    Concat,
    Operation,
    Rearranged,
    Split,
    Transpose,
)


class RuleError(ValueError):
    """What a key of a rule says isn't anything; the message says why, in a user's words."""


@dataclass(frozen=True, slots=True)
class MapRule:
    """A rule that can be followed.

    Attributes:
        sources: Globs of the keys that it takes, all with the same wildcards.
        targets: Globs of the keys that it makes, with those wildcards.
        operations: What is done, in order.
        span: Where it is written.
    """

    sources: tuple[Glob, ...]
    targets: tuple[Glob, ...]
    operations: tuple[Operation, ...]
    span: Span

    def reversed(self) -> MapRule:
        """The rule that takes back what this one does."""
        back = tuple(operation.inverse() for operation in reversed(self.operations))
        return MapRule(self.targets, self.sources, back, self.span)


@dataclass(frozen=True, slots=True)
class KeyMapping:
    """What becomes what.

    Attributes:
        name: The mapping's name.
        rules: In their order: the first that covers a key says.
        ignored: Globs of keys that aren't wanted.
        span: Where its name is written.
    """

    name: str
    rules: tuple[MapRule, ...]
    ignored: tuple[Glob, ...] = field(default=())
    span: Span | None = None

    def reversed(self) -> KeyMapping:
        """The mapping back; what was ignored isn't made again."""
        return KeyMapping(self.name, tuple(rule.reversed() for rule in self.rules), (), self.span)


def read_rules(document: WeightMapping, diagnostics: Diagnostics) -> KeyMapping:
    """The rules of a document; those that are wrong are reported, and left out."""
    read = [_rule(rule, diagnostics) for rule in document.rules if not rule.unsound]
    ignored = _globs(document, "ignore", document.ignore, diagnostics)
    rules = tuple(rule for rule in read if rule is not None)
    return KeyMapping(document.mapping, rules, tuple(ignored), document.span("mapping"))


def _rule(rule: MappingRule, diagnostics: Diagnostics) -> MapRule | None:
    sources = _globs(rule, "from", rule.from_, diagnostics)
    targets = _globs(rule, "to", rule.to, diagnostics)
    whole = (len(sources), len(targets)) == (len(rule.from_), len(rule.to))
    for name, globs in (("from", sources), ("to", targets)):
        if not globs and whole:
            _report(rule, name, "at least one key is needed", diagnostics)
            whole = False
        for place, glob in enumerate(globs):
            if whole and glob.wildcards != sources[0].wildcards:
                _report_wildcards(rule, name, place, sources[0], diagnostics)
                whole = False
    operations = _operations(rule, diagnostics)
    if operations is None or not whole:
        return None
    return MapRule(tuple(sources), tuple(targets), tuple(operations), rule.node.span)


def _globs(
    part: MappingRule | WeightMapping, key: str, texts: Sequence[str], diagnostics: Diagnostics
) -> list[Glob]:
    globs = []
    for place, text in enumerate(texts):
        try:
            globs.append(parse_glob(text, negatable=False))
        except GlobError as error:
            diagnostics.error("S931", f"`{text}` is no glob: {error}", part.span(key, place))
    return globs


def _report_wildcards(
    rule: MappingRule, name: str, place: int, first: Glob, diagnostics: Diagnostics
) -> None:
    wildcards = " ".join(first.wildcards)
    has = f"`{wildcards}`, in that order" if wildcards else "no wildcards"
    diagnostics.error(
        "S931", f"the globs of a rule have the same wildcards: `{first.text}` has {has}",
        rule.span(name, place),
    )  # fmt: skip


def _report(rule: MappingRule, key: str, message: str, diagnostics: Diagnostics) -> None:
    diagnostics.error("S931", message, rule.span(key))


def _operations(rule: MappingRule, diagnostics: Diagnostics) -> list[Operation] | None:
    """What is done to a rule's tensors; None if something is wrong, and reported."""
    found: list[Operation] = []
    count = len(diagnostics)
    for key, read in _READERS.items():
        try:
            found.extend(read(rule))
        except RuleError as error:
            _report(rule, key, str(error), diagnostics)
        except PatternError as error:
            diagnostics.error("S932", str(error), rule.span(key))
    return found if len(diagnostics) == count else None


def _concat(rule: MappingRule) -> Iterator[Operation]:
    yield from _joint(Concat, "concat", rule.concat, "from", len(rule.from_))


def _split(rule: MappingRule) -> Iterator[Operation]:
    yield from _joint(Split, "split", rule.split, "to", len(rule.to))


def _joint(
    kind: type[Concat | Split], name: str, node: Node | None, key: str, count: int
) -> Iterator[Operation]:
    if node is None:
        if count > 1:
            raise RuleError(f"several keys in `{key}` need `{name}`, the axis of their tensors")
        return
    if count == 1:
        raise RuleError(f"`{name}` needs several keys in `{key}`")
    plain = to_plain(node)
    axis, sizes = (plain.get("axis"), plain.get("sizes")) if _has_axis(plain) else (plain, None)
    if not _is_size(axis):
        raise RuleError(f"`{name}` is an axis, counted from 0, or {{axis: 0, sizes: [2, 3]}}")
    if sizes is not None and (not _are_sizes(sizes) or len(sizes) != count):
        raise RuleError(f"`sizes` has {count} numbers, one for each key in `{key}`")
    yield kind(axis, count, tuple(sizes or ()))


def _has_axis(plain: object) -> bool:
    return isinstance(plain, dict) and "axis" in plain and plain.keys() <= {"axis", "sizes"}


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_sizes(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_size, value))


def _transpose(rule: MappingRule) -> Iterator[Operation]:
    if rule.transpose is None:
        return
    axes = to_plain(rule.transpose)
    if not _are_sizes(axes) or sorted(axes) != list(range(len(axes))) or not axes:
        raise RuleError("`transpose` has the number of each axis once: [1, 0], [2, 3, 1, 0]")
    yield Transpose(tuple(axes))


def _rearrange(rule: MappingRule) -> Iterator[Operation]:
    if rule.rearrange is not None:
        yield Rearranged(parse_pattern(rule.rearrange, rule.sizes))
    elif rule.sizes:
        raise RuleError("`sizes` are of the axes in `rearrange`, and there is none")


def _cast(rule: MappingRule) -> Iterator[Operation]:
    if rule.cast is None:
        return
    known = NUMPY | ML_DTYPES
    if rule.cast.keys() != {"from", "to"} or not set(rule.cast.values()) <= known:
        raise RuleError("`cast` has two dtypes: {from: float16, to: float32}")
    yield Cast(rule.cast["from"], rule.cast["to"])


_READERS: dict[str, Any] = {
    "concat": _concat,
    "transpose": _transpose,
    "rearrange": _rearrange,
    "split": _split,
    "cast": _cast,
}

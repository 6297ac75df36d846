"""Python expressions as small trees: what is printed, and what may become a parameter."""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

HIGHEST = 100
"""How tightly names, calls and brackets bind; operators bind less, see `BINDING`."""

BINDING = {
    "==": 10, "!=": 10, "<": 10, "<=": 10, ">": 10, ">=": 10, "|": 20, "^": 21, "&": 22,
    "+": 30, "-": 30, "*": 40, "/": 40, "//": 40, "%": 40, "@": 40, "unary -": 50, "**": 60,
}  # fmt: skip


@dataclass(frozen=True)
class Atom:
    """Text that stands on one line."""

    text: str
    binds: int = HIGHEST


@dataclass(frozen=True)
class Literal:
    """A constant among the arguments of a constructor, which may become a parameter.

    Attributes:
        value: What it is.
        label: The argument that it is, for the parameter's name.
        is_default: Whether Keras has it by itself: it is left out, unless it is a parameter.
    """

    value: Node
    label: str
    is_default: bool = False


OMITTED = Atom("")
"""An argument that is left out."""


class Item(NamedTuple):
    """Something in brackets: `strides=2`, `"left": left`."""

    prefix: str
    value: Node


@dataclass(frozen=True)
class Brackets:
    """A call, a list, a tuple or a dict; lines are broken inside."""

    head: Node | None
    opening: str
    items: tuple[Item, ...]
    closing: str


@dataclass(frozen=True)
class Infix:
    """An operator between two expressions, or before one; on one line."""

    symbol: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Postfix:
    """What follows an expression: an index, an attribute."""

    value: Node
    suffix: str


class Late:
    """Text that is known when the whole module is: a call of a function that others may share."""

    def literals(self) -> Sequence[Literal]:
        """The constants that the function may take as parameters."""
        return ()

    def resolved(self, values: Sequence[Node]) -> Node:
        """The call, with what stands in place of the constants."""
        raise NotImplementedError

    def shown(self) -> Node:
        """The call as far as it is known before the module is complete."""
        raise NotImplementedError


Node: TypeAlias = Atom | Literal | Brackets | Infix | Postfix | Late


def literals(node: Node | None) -> Iterator[Literal]:
    """The constants in an expression, from left to right."""
    match node:
        case Literal():
            yield node
        case Late():
            yield from node.literals()
        case Brackets(head, _, items, _):
            yield from literals(head)
            for item in items:
                yield from literals(item.value)
        case Infix(_, operands):
            for operand in operands:
                yield from literals(operand)
        case Postfix(value, _):
            yield from literals(value)


def rewritten(node: Node, change: Callable[[Literal], Node], late: Callable[[Late], Node]) -> Node:
    """The expression with other parts in place of its constants and of what is known later.

    Both are asked for from left to right.
    """
    match node:
        case Literal():
            return change(node)
        case Late():
            return late(node)
        case Brackets(head, _, items, _):
            changed = None if head is None else rewritten(head, change, late)
            parts = [Item(item.prefix, rewritten(item.value, change, late)) for item in items]
            kept = tuple(part for part in parts if part.value is not OMITTED)
            return replace(node, head=changed, items=kept)
        case Infix(symbol, operands):
            return Infix(symbol, tuple(rewritten(each, change, late) for each in operands))
        case Postfix(value, suffix):
            return Postfix(rewritten(value, change, late), suffix)
    return node


def substituted(node: Node, change: Callable[[Literal], Node]) -> Node:
    """The expression, resolved, with other parts in place of its constants."""

    def value(literal: Literal) -> Node:
        changed = change(literal)
        return literal.value if changed is OMITTED else changed

    def resolved(late: Late) -> Node:
        return late.resolved([value(literal) for literal in late.literals()])

    return rewritten(node, change, resolved)


def blank(node: Node) -> Node:
    """The expression without its constants: equal for those that differ in them alone."""

    def shown(late: Late) -> Node:
        return blank(late.shown())

    return rewritten(node, lambda literal: Atom(f"<{literal.label}>"), shown)


def call(function: str | Node, *args: Node, **keywords: Node) -> Brackets:
    """A call."""
    head = Atom(function) if isinstance(function, str) else function
    named = [Item(f"{name}=", value) for name, value in keywords.items()]
    return Brackets(head, "(", (*(Item("", arg) for arg in args), *named), ")")


def listed(items: Sequence[Node]) -> Brackets:
    """A list."""
    return Brackets(None, "[", tuple(Item("", item) for item in items), "]")


def tupled(items: Sequence[Node]) -> Brackets:
    """A tuple."""
    return Brackets(None, "(", tuple(Item("", item) for item in items), ")")


def mapped(items: Mapping[object, Node]) -> Brackets:
    """A dict."""
    pairs = (Item(f"{constant(key)}: ", value) for key, value in items.items())
    return Brackets(None, "{", tuple(pairs), "}")


def constant(value: object) -> str:
    """A plain value as text."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return "..." if value is Ellipsis else repr(value)


def quoted(text: str) -> str:
    """A string as a formatter writes it: in double quotes, where that takes no more escapes."""
    written = repr(text)
    if written.startswith('"') or '"' in text:
        return written
    return '"' + written[1:-1].replace("\\'", "'") + '"'


def plain(value: object, tuples: bool = False) -> Node:
    """Plain data as an expression; with `tuples`, lists of sizes as tuples."""
    if isinstance(value, list | tuple):
        items = [plain(item, tuples) for item in value]
        return tupled(items) if isinstance(value, tuple) or tuples else listed(items)
    if isinstance(value, dict):
        return mapped({key: plain(item) for key, item in value.items()})
    negative = isinstance(value, int | float) and not isinstance(value, bool) and value < 0
    return Atom(constant(value), BINDING["unary -"] if negative else HIGHEST)


def is_name(text: str) -> bool:
    """Whether a text can name a variable."""
    return text.isidentifier() and not keyword.iskeyword(text)

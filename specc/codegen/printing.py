"""Expressions as lines of text, broken as formatters (Black, Ruff) break them."""

from __future__ import annotations

from specc.codegen.nodes import (
    BINDING,
    HIGHEST,
    Atom,
    Brackets,
    Infix,
    Item,
    Late,
    Literal,
    Node,
    Postfix,
)

WIDTH = 88
INDENT = "    "


def flat(node: Node) -> str:
    """An expression on one line."""
    match node:
        case Atom(text, _):
            return text
        case Literal(value, _):
            return flat(value)
        case Brackets(head, opening, _, closing):
            return ("" if head is None else _tight(head)) + opening + _items(node) + closing
        case Infix(symbol, (value,)):
            return symbol.removeprefix("unary ") + _operand(value, BINDING[symbol])
        case Infix(symbol, (left, right)):
            return _binary(symbol, left, right)
        case Postfix(value, suffix):
            return _tight(value) + suffix
    raise AssertionError(f"{node} was not resolved")


def _binary(symbol: str, left: Node, right: Node) -> str:
    binds = BINDING[symbol]
    power = symbol == "**"
    first = _operand(left, binds + 1 if power or binds == BINDING["=="] else binds)
    second = _operand(right, binds if power else binds + 1)
    simple = power and all(isinstance(each, Atom) for each in (left, right))
    return f"{first}{symbol}{second}" if simple else f"{first} {symbol} {second}"


def _operand(node: Node, least: int) -> str:
    text = flat(node)
    return f"({text})" if binding(node) < least else text


def binding(node: Node) -> int:
    """How tightly an expression binds."""
    match node:
        case Atom(_, binds):
            return binds
        case Literal(value, _):
            return binding(value)
        case Infix(symbol, _):
            return BINDING[symbol]
    return HIGHEST


def _tight(node: Node) -> str:
    return _operand(node, HIGHEST)


def _items(brackets: Brackets) -> str:
    inner = ", ".join(item.prefix + flat(item.value) for item in brackets.items)
    alone = brackets.head is None and brackets.opening == "(" and len(brackets.items) == 1
    return inner + "," if alone else inner


def lines(node: Node, indent: int = 0, prefix: str = "", suffix: str = "") -> list[str]:
    """An expression in lines, each indented by so many levels.

    Args:
        node: The expression, resolved.
        indent: The level of the first line.
        prefix: What stands before it: `x = `.
        suffix: What follows it.
    """
    margin = INDENT * indent
    whole = margin + prefix + flat(node) + suffix
    if len(whole) <= WIDTH:
        return [whole]
    if isinstance(node, Postfix):
        return lines(node.value, indent, prefix, node.suffix + suffix)
    if isinstance(node, Infix):
        return _wrapped(node, indent, prefix, suffix)
    if not isinstance(node, Brackets) or not node.items:
        return [whole]
    head = node.head
    if isinstance(head, Brackets) and head.items and len(margin + prefix + flat(head)) >= WIDTH:
        return lines(head, indent, prefix, node.opening + _items(node) + node.closing + suffix)
    opening = margin + prefix + ("" if head is None else _tight(head)) + node.opening
    return [opening, *_inside(node, indent + 1), margin + node.closing + suffix]


def _inside(node: Brackets, indent: int) -> list[str]:
    margin = INDENT * indent
    together = margin + _items(node)
    if node.head is not None and len(together) <= WIDTH:
        return [together]
    broken: list[str] = []
    for item in node.items:
        broken += _item(item, indent)
    return broken


def _item(item: Item, indent: int) -> list[str]:
    return lines(item.value, indent, item.prefix, ",")


def _wrapped(node: Infix, indent: int, prefix: str, suffix: str) -> list[str]:
    """A long operation in parentheses, one operand a line."""
    margin = INDENT * (indent + 1)
    if len(node.operands) == 1 or not prefix.endswith(("= ", "return ")):
        return [INDENT * indent + prefix + flat(node) + suffix]
    text = flat(node)
    if len(margin + text) <= WIDTH:
        inner = [margin + text]
    else:
        left, right = node.operands
        binds = BINDING[node.symbol]
        inner = [margin + _operand(left, binds), f"{margin}{node.symbol} {_operand(right, binds)}"]
    return [INDENT * indent + prefix + "(", *inner, INDENT * indent + ")" + suffix]


__all__ = ["INDENT", "WIDTH", "Late", "binding", "flat", "lines"]

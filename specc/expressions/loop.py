"""The head of a loop: `stage, depth in enumerate(depths)`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from specc.expressions.binding import target_names
from specc.expressions.error import ExpressionError
from specc.expressions.lexer import Token, scan
from specc.expressions.parser import Expression, parse
from specc.expressions.places import span_of


@dataclass(frozen=True)
class Loop:
    """A loop's variables and what it runs over.

    Attributes:
        target: A name, or names in tuples; `bind` gives them their values.
        names: The variables, from left to right.
        iterable: The expression after `in`.
        offset: Where the text of `iterable` begins in the text of the loop.
    """

    target: ast.expr
    names: tuple[str, ...]
    iterable: Expression
    offset: int


def parse_loop(text: str) -> Loop:
    """Parses `x in …`, `x, y in …`, `i, (x, y) in …`.

    Raises:
        ExpressionError: it is none of these; offsets are those of `text`.
    """
    word = _top_level_in(scan(text))
    if word is None:
        raise ExpressionError(
            "S301", "a loop needs `in`", 0, len(text), "write it like `i in range(3)`"
        )
    target = _parse_target(text[: word.start])
    names = target_names(target)
    for name in names:
        if name != "_" and names.count(name) > 1:
            raise ExpressionError("S303", f"`{name}` stands twice in the loop", 0, word.start)
    try:
        iterable = parse(text[word.end :])
    except ExpressionError as error:
        raise error.shifted(word.end) from None
    return Loop(target, tuple(names), iterable, word.end)


def _top_level_in(tokens: list[Token]) -> Token | None:
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == "in" and depth == 0:
            return token
    return None


def _parse_target(text: str) -> ast.expr:
    target = parse(text).tree
    for part in ast.walk(target):
        if isinstance(part, ast.expr) and not isinstance(part, ast.Name | ast.Tuple | ast.List):
            message = "a loop variable must be a name"
            raise ExpressionError("S303", message, *span_of(text, part))
    return target
